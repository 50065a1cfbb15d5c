import { conclusionOf } from '../channel.js';
import type { CloseResult } from '../channel.js';
import { wechatpayCodes } from './codes.js';
import type { Reply } from './reply.js';

/** What closing an order or a combined order was answered with. A 204 without a signature proves nothing. */
export function readClosed(reply: Reply<null>): CloseResult {
  if (reply.kind === 'done') return { kind: 'closed' };
  const outcome = reply.kind === 'failure' ? conclusionOf(wechatpayCodes.close, reply.code) : null;
  if (outcome === 'absent') return { kind: 'absent' };
  return { kind: outcome ?? 'unknown', code: reply.code };
}
