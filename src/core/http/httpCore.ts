import { Webhook } from 'standardwebhooks';
import { z } from 'zod';
import type { Core, IssueResult, Policy, PolicyLookup } from '../core.js';
import { ask, type Answer } from './ask.js';

export interface CoreAddress {
  /** The core's base URL; `/policies` is added to it. */
  url: string;
  /** Shared with the core, `whsec_` and base64. */
  secret: string;
  /** Longest time one call may take, answer read to its end, ms. */
  timeoutMs: number;
  now?: () => Date;
}

const policySchema = z.object({
  policyNo: z.string().min(1).max(64),
  issuedAt: z.iso.datetime({ offset: true }),
});

const refusalSchema = z.object({ code: z.string().min(1), message: z.string() });

/** A refusal's text stands in workflow histories, which should not carry what a core may write into an error. */
const refusalTextMax = 200;

/**
 * The insurer's core over HTTP. Requests are signed as Standard Webhooks (standard-webhooks specification, "Signature
 * scheme"): HMAC-SHA256 over `webhook-id.webhook-timestamp.body`. A `webhook-id` names the business act, so a repeat
 * bears the same id; where the body is empty it also binds the signature to the payment.
 *
 * Only what the contract words exactly is believed. Everything else, whatever its status, is `unknown` with a code
 * that says which: the policy may or may not exist, and only asking again tells.
 */
export function httpCore({ url, secret, timeoutMs, now = () => new Date() }: CoreAddress): Core {
  const webhook = new Webhook(secret);
  const policies = `${url.replace(/\/+$/, '')}/policies`;

  const call = (request: { method: 'GET' | 'POST'; url: string; webhookId: string; body: string }): Promise<Answer> => {
    const sentAt = now();
    const headers = {
      accept: 'application/json',
      ...(request.method === 'POST' ? { 'content-type': 'application/json' } : {}),
      'webhook-id': request.webhookId,
      'webhook-timestamp': String(Math.floor(sentAt.getTime() / 1000)),
      'webhook-signature': webhook.sign(request.webhookId, sentAt, request.body),
    };
    return ask({ ...request, headers, timeoutMs });
  };

  return {
    timeoutMs,

    issue: async (request) => {
      const { paymentId, proposalNo, amountFen, paidAt, channel, outTradeNo, channelTradeNo } = request;
      const body = JSON.stringify({ paymentId, proposalNo, amountFen, paidAt, channel, outTradeNo, channelTradeNo });
      return readIssue(await call({ method: 'POST', url: policies, webhookId: `issue-${paymentId}`, body }));
    },

    query: async (paymentId) => {
      const asked = `${policies}?paymentId=${encodeURIComponent(paymentId)}`;
      const answer = await call({ method: 'GET', url: asked, webhookId: `query-${paymentId}`, body: '' });
      if (answer.kind === 'unknown') return answer;
      if (answer.status === 404) return readNotFound(answer.body);
      return answer.status === 200 ? readPolicy(answer.body) : unlisted(answer.status);
    },

    cancel: async ({ policyNo, paymentId, reason }) => {
      const answer = await call({
        method: 'POST',
        url: `${policies}/${encodeURIComponent(policyNo)}/cancel`,
        webhookId: `cancel-${paymentId}`,
        body: JSON.stringify({ paymentId, reason }),
      });
      if (answer.kind === 'unknown') return answer;
      return answer.status === 200 ? { kind: 'cancelled' } : unlisted(answer.status);
    },
  };
}

function readIssue(answer: Answer): IssueResult {
  if (answer.kind === 'unknown') return answer;
  switch (answer.status) {
    case 200:
    case 201:
      return readPolicy(answer.body);
    case 422:
      return readRefusal(answer.body);
    default:
      return unlisted(answer.status);
  }
}

function readPolicy(body: string): ({ kind: 'issued' } & Policy) | Unknown {
  const read = policySchema.safeParse(parsed(body));
  if (!read.success) return { kind: 'unknown', code: 'malformedBody' };
  const { policyNo, issuedAt } = read.data;
  return { kind: 'issued', policyNo, issuedAt: new Date(issuedAt).toISOString() };
}

/** A 422 that does not say what was refused may come from something in between, so it refuses nothing. */
function readRefusal(body: string): IssueResult {
  const read = refusalSchema.safeParse(parsed(body));
  if (!read.success) return { kind: 'unknown', code: 'malformedRefusal' };
  const { code, message } = read.data;
  return { kind: 'refused', code: code.slice(0, refusalTextMax), message: message.slice(0, refusalTextMax) };
}

/**
 * Only the core may say that there is no policy, for money goes back upon it. A page from a proxy or from whatever else
 * answers at a wrong address is no JSON, and says nothing about policies.
 */
function readNotFound(body: string): PolicyLookup {
  return body.trim() === '' || parsed(body) !== undefined
    ? { kind: 'notIssued' }
    : { kind: 'unknown', code: 'malformedNotFound' };
}

type Unknown = { kind: 'unknown'; code: string };

const unlisted = (status: number): Unknown => ({ kind: 'unknown', code: `http${status}` });

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined; // no schema accepts it
  }
}
