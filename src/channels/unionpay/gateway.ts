import { ownCodes } from '../channel.js';
import type { RawAnswer } from '../channel.js';
import { exchange } from '../exchange.js';
import type { Clock } from '../protocol.js';
import type { UnionpaySettings } from './settings.js';
import { checkMessage, signed } from './signature.js';
import { answerHead, formBody, parseAnswer } from './wire.js';
import type { Fields } from './wire.js';

/** An answer, sorted by what it may be used for. Whatever is not signed by UnionPay is `unknown`. */
export type Reply =
  /** Signed, and the message was accepted: `respCode` 00. */
  | { kind: 'accepted'; fields: Fields; raw: RawAnswer }
  /** Signed, with another code. */
  | { kind: 'answered'; code: string; message: string; raw: RawAnswer }
  | { kind: 'unknown'; code: string; raw: RawAnswer | null };

/** No answer about a transaction is longer; whatever is, is none. */
const answerBytesMax = 256 * 1024;

export type GatewaySettings = Pick<UnionpaySettings, 'merId' | 'certId' | 'privateKey' | 'trust' | 'timeoutMs'>;

/** What every message of ours begins with. */
export function messageHead({ merId, certId }: Pick<GatewaySettings, 'merId' | 'certId'>) {
  return { version: '5.1.0', encoding: 'UTF-8', signMethod: '01', accessType: '0', merId, certId };
}

/** One signed call, given up after the configured time, its answer's body included. Never throws on what the other side does. */
export async function callGateway(
  settings: GatewaySettings,
  clock: Clock,
  call: { url: string; fields: Fields; bytesMax?: number; timeoutMs?: number },
): Promise<Reply> {
  const { url, fields, bytesMax = answerBytesMax, timeoutMs = settings.timeoutMs } = call;
  const request = {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded;charset=UTF-8', 'user-agent': 'premium-payments' },
    body: formBody(signed({ ...messageHead(settings), ...fields }, settings.privateKey)),
    redirect: 'error',
  } as const;
  const answer = await exchange(url, request, { bytesMax, timeoutMs });
  if (answer.kind === 'failed') return { kind: 'unknown', code: answer.code, raw: null };
  return readReply(answer.status, answer.body, (message) =>
    checkMessage(settings.trust, message, clock.now().toISOString()),
  );
}

function readReply(
  status: number,
  body: Buffer,
  check: (fields: Fields | null) => ReturnType<typeof checkMessage>,
): Reply {
  const fields = parseAnswer(body);
  const raw: RawAnswer = { body, headers: {}, ...check(fields) };
  if (status !== 200) return { kind: 'unknown', code: `${ownCodes.http}${status}`, raw };
  if (fields === null) return { kind: 'unknown', code: ownCodes.malformed, raw };
  if (raw.signature === 'invalid') return { kind: 'unknown', code: ownCodes.badSignature, raw };
  if (raw.signature === 'absent') return { kind: 'unknown', code: ownCodes.unsigned, raw };
  const head = answerHead.safeParse(fields);
  if (!head.success) return { kind: 'unknown', code: ownCodes.malformed, raw };
  const { respCode: code, respMsg } = head.data;
  return code === '00'
    ? { kind: 'accepted', fields, raw }
    : { kind: 'answered', code, message: respMsg.slice(0, 200), raw };
}
