import type { RequestHandler, Response } from 'express';
import type { ApiKeyRecord, ApiKeys, Role } from '../../records/apiKeys.js';
import { sha256Hex } from '../../records/evidenceId.js';
import { Problem } from './problem.js';

/** Who is calling, as their key says. */
export interface Caller {
  keyId: string;
  /** Name of the key; stands in the audit. */
  name: string;
  roles: readonly Role[];
}

/** `pk_{keyId}_{secret}`: 8 characters that name the key, and 256 random bits that prove it. */
const keyPattern = /^Bearer +pk_([0-9a-z]{8})_([0-9A-Za-z_-]{43})$/i;

/** A revoked key works no longer than this, ms. */
const rememberedMs = 5_000;
const rememberedMax = 1_000;

/**
 * Finds the caller behind an API key. The look-up is by hash of the secret, so nothing about a stored secret can be
 * learned by timing. Answers are remembered for five seconds, those for unknown keys too.
 */
export function authenticate(apiKeys: ApiKeys, nowMs: () => number): RequestHandler {
  const remembered = new Map<string, { key: ApiKeyRecord | null; untilMs: number }>();

  const find = async (secretSha256: string): Promise<ApiKeyRecord | null> => {
    const known = remembered.get(secretSha256);
    if (known !== undefined && known.untilMs > nowMs()) return known.key;
    const key = await apiKeys.findBySecret(secretSha256);
    if (remembered.size >= rememberedMax) remembered.clear();
    remembered.set(secretSha256, { key, untilMs: nowMs() + rememberedMs });
    return key;
  };

  return async (request, response, next) => {
    const [, keyId, secret] = keyPattern.exec(request.get('authorization') ?? '') ?? [];
    const key = secret === undefined ? null : await find(sha256Hex(secret));
    if (key === null || key.keyId !== keyId) throw unauthorized(request.get('authorization'));
    setCaller(response, { keyId: key.keyId, name: key.name, roles: key.roles });
    next();
  };
}

/** Lets a caller through who has one of the roles. */
export function allow(roles: readonly Role[]): RequestHandler {
  return (_request, response, next) => {
    if (!callerOf(response).roles.some((role) => roles.includes(role))) {
      throw new Problem('forbidden', `This needs one of the roles ${roles.join(', ')}.`, {
        headers: { 'www-authenticate': `${realm}, error="insufficient_scope"` },
      });
    }
    next();
  };
}

const callers = new WeakMap<Response, Caller>();

function setCaller(response: Response, caller: Caller): void {
  callers.set(response, caller);
}

/** The caller that `authenticate` found. A route that asks without authenticating is a bug. */
export function callerOf(response: Response): Caller {
  const caller = callers.get(response);
  if (caller === undefined) throw new Error('this route does not authenticate its caller');
  return caller;
}

const realm = 'Bearer realm="premium-payments"';

/** RFC 6750 section 3: no error code when no credentials were sent. */
function unauthorized(sent: string | undefined): Problem {
  const challenge = sent === undefined ? realm : `${realm}, error="invalid_token"`;
  const detail = sent === undefined ? 'Send an API key as a Bearer token.' : 'The API key is unknown or revoked.';
  return new Problem('unauthorized', detail, { headers: { 'www-authenticate': challenge } });
}
