import { z } from 'zod';
import { fromBeijingTime } from './beijingTime.js';
import { yuanToFen } from './yuan.js';

/** Fields that several calls share, with the limits Alipay documents for them. */

const TOTAL_MAX_FEN = 100_000_000_00;

/** Yuan as text: a JSON number is refused, because it may have gone through floating point. */
export const amountFen = z.string().transform((yuan, context) => {
  const fen = yuanToFen(yuan);
  if (fen !== undefined && fen >= 1 && fen <= TOTAL_MAX_FEN) return fen;
  context.addIssue({ code: 'custom', message: 'not an amount from 0.01 to 100000000 yuan' });
  return z.NEVER;
});

export const outTradeNo = z.string().regex(/^[0-9A-Za-z_]{1,64}$/, 'not 1 to 64 letters, digits or underscores');
export const outRequestNo = z.string().min(1).max(64);
export const subject = z
  .string()
  .min(1)
  .max(256)
  .regex(/^[^/=&]*$/, 'holds / = or &');

export const beijingTime = z.string().transform((text, context) => {
  const instant = fromBeijingTime(text);
  if (instant !== undefined) return instant;
  context.addIssue({ code: 'custom', message: 'not yyyy-MM-dd HH:mm:ss' });
  return z.NEVER;
});

/** A timeout as Alipay writes it, in milliseconds: `1m` to `15d`. */
export const timeoutMs = z.string().transform((text, context) => {
  const [, count, unit] = /^([1-9]\d{0,4})([mhd])$/.exec(text) ?? [];
  const duration = Number(count) * (unit === 'm' ? MINUTE_MS : unit === 'h' ? HOUR_MS : DAY_MS);
  if (duration <= 15 * DAY_MS) return duration;
  context.addIssue({ code: 'custom', message: 'not a time from 1m to 15d' });
  return z.NEVER;
});

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** Which trade a call is about; Alipay prefers its own number when both are given. */
export const tradeReference = z
  .object({ out_trade_no: outTradeNo.optional(), trade_no: z.string().min(1).max(64).optional() })
  .refine(
    (content) => content.out_trade_no !== undefined || content.trade_no !== undefined,
    'neither out_trade_no nor trade_no is given',
  );
