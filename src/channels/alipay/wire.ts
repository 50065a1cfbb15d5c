import { z } from 'zod';
import { fromYuan } from '../../domain/money.js';
import type { Fen } from '../../domain/money.js';
import { fromBeijingTime } from './beijingTime.js';

/** Yuan text as Alipay writes it, read as fen. */
const yuan = z.string().transform((text, context): Fen => {
  try {
    return fromYuan(text);
  } catch {
    context.addIssue({ code: 'custom', message: 'not an amount in yuan' });
    return z.NEVER;
  }
});

/** Beijing time as Alipay writes it, read as ISO-8601 UTC. */
const beijingTime = z.string().transform((text, context): string => {
  const iso = fromBeijingTime(text);
  if (iso !== null) return iso;
  context.addIssue({ code: 'custom', message: 'not a Beijing time' });
  return z.NEVER;
});

/** Alipay sends an empty field and no field with the same meaning. */
const orAbsent = <T extends z.ZodType>(schema: T) =>
  z.union([z.literal('').transform(() => undefined), schema]).optional();

const text = z.string().min(1);

/** What every answer has, whatever the call. */
export const answerHead = z.object({
  code: z.string().max(16),
  msg: z.string().default(''),
  sub_code: orAbsent(z.string().max(64)),
  sub_msg: orAbsent(z.string()),
});
export type AnswerHead = z.infer<typeof answerHead>;

/** alipay.trade.precreate */
export const precreateAnswer = z.object({ out_trade_no: text, qr_code: text });

/**
 * alipay.trade.merge.precreate. `out_merge_no` comes back only where all-or-nothing is contracted; which order it is about
 * is said by the children, each with its own result.
 */
export const mergePrecreateAnswer = z.object({
  pre_order_no: text,
  out_merge_no: orAbsent(z.string()),
  order_detail_results: z
    .array(
      z.object({
        app_id: text,
        out_trade_no: text,
        success: z.union([z.boolean(), z.literal(['true', 'false']).transform((text) => text === 'true')]),
        result_code: orAbsent(z.string().max(64)),
      }),
    )
    .min(1),
});
export type MergePrecreateAnswer = z.output<typeof mergePrecreateAnswer>;

const payment = { trade_no: text, total_amount: yuan };

/** alipay.trade.query: a paid trade must say how much, when and under which number, or it proves nothing. */
export const queryAnswer = z.intersection(
  z.object({ out_trade_no: text }),
  z.discriminatedUnion('trade_status', [
    z.object({ trade_status: z.literal(['TRADE_SUCCESS', 'TRADE_FINISHED']), ...payment, send_pay_date: beijingTime }),
    z.object({ trade_status: z.literal('TRADE_CLOSED'), ...payment, send_pay_date: orAbsent(beijingTime) }),
    z.object({ trade_status: z.literal('WAIT_BUYER_PAY') }),
  ]),
);
export type QueryAnswer = z.infer<typeof queryAnswer>;

/** alipay.trade.close */
export const closeAnswer = z.object({ out_trade_no: text });

/** alipay.trade.refund. `refund_fee` is cumulative over the trade, so it says nothing about one refund: not read. */
export const refundAnswer = z.object({
  out_trade_no: text,
  fund_change: orAbsent(z.string()),
  gmt_refund_pay: orAbsent(beijingTime),
});

/** alipay.trade.fastpay.refund.query */
export const refundQueryAnswer = z.object({
  out_trade_no: orAbsent(z.string()),
  out_request_no: orAbsent(z.string()),
  refund_amount: orAbsent(yuan),
  refund_status: orAbsent(z.string()),
  gmt_refund_pay: orAbsent(beijingTime),
});

/** What every notification to this application has. */
export const notificationHead = z.object({ notify_id: text, notify_type: text, app_id: text });

/** Asynchronous notification of a trade, `notify_type=trade_status_sync`. */
export const tradeNotification = z.object({
  notify_id: text,
  seller_id: text,
  out_trade_no: text,
  trade_no: text,
  trade_status: text,
  total_amount: yuan,
  gmt_payment: orAbsent(beijingTime),
  gmt_refund: orAbsent(z.string()),
  refund_fee: orAbsent(yuan),
  out_biz_no: orAbsent(z.string()),
});
export type TradeNotification = z.infer<typeof tradeNotification>;

/**
 * Alipay refuses `/`, `=` and `&` in a subject (alipay.trade.precreate, subject); their full-width forms read the same.
 * The same text in gives the same text out, so that a repeated call stays equal to the first.
 */
export function subjectFor(subject: string): string {
  return shortText(subject.replaceAll('/', '／').replaceAll('=', '＝').replaceAll('&', '＆'));
}

/** At most the 256 characters Alipay takes in a subject or a refund reason. */
export function shortText(text: string): string {
  return Array.from(text).slice(0, 256).join('');
}
