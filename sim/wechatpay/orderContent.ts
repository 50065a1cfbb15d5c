import { z } from 'zod';
import { failure } from './answers.js';
import type { Answer } from './answers.js';

/** What plain and combined orders have in common: fields with their documented limits, and the rules of time. */

const MINUTE_MS = 60_000;

export const description = z.string().min(1).max(127);
export const outTradeNo = z.string().regex(/^[0-9A-Za-z_\-|*]{6,32}$/);
export const timeExpire = z.iso.datetime({ offset: true }).optional();
export const attach = z.string().max(128);
export const notifyUrl = z.url({ protocol: /^https?$/ }).refine((url) => !url.includes('?'));
export const openid = z.string().min(1).max(128);
export const payerClientIp = z.string().min(1).max(45);
export const h5Info = z.strictObject({ type: z.enum(['iOS', 'Android', 'Wap']) });

/** Of a payer who does not say who he is before he pays. */
export const anyOpenid = 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o';

/** An order without an expiry lives for a week. */
export function expiryOf(asked: string | undefined, now: Date): Date {
  return asked === undefined ? new Date(now.getTime() + 7 * 24 * 60 * MINUTE_MS) : new Date(asked);
}

export function isTooSoon(expiresAt: Date, now: Date): boolean {
  return expiresAt.getTime() < now.getTime() + MINUTE_MS;
}

/** Names the first field that does not fit. */
export function parameterError({ issues: [issue] }: z.ZodError): Answer {
  return failure(400, 'PARAM_ERROR', issue?.path.join('.') ?? '参数错误');
}

export const numberUsed = failure(403, 'OUT_TRADE_NO_USED', '商户订单号重复');
