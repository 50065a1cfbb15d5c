import { z } from 'zod';
import { beijingTimeOf } from '../../domain/businessDay.js';
import { fen } from '../../domain/money.js';
import type { Fen } from '../../domain/money.js';

const text = z.string().min(1);
const amount = z.int().min(0).transform(fen);

/** RFC 3339 with the platform's offset, read as ISO-8601 UTC. */
const moment = z.iso.datetime({ offset: true }).transform((value) => new Date(value).toISOString());

/** What an answer that is no success has. */
export const failure = z.object({ code: z.string().min(1).max(64), message: z.string().default('') });

export const nativeAnswer = z.object({ code_url: text });
export const jsapiAnswer = z.object({ prepay_id: text });
export const h5Answer = z.object({ h5_url: z.url({ protocol: /^https?$/ }) });

/** Fields of an order that hold before anybody has paid. */
const orderHead = { appid: text, mchid: text, out_trade_no: text };

const currency = z.literal('CNY').default('CNY');

/** A paid order must say how much, when and under which number. */
const paidState = <Amount extends z.ZodType<{ total: Fen }>>(paidAmount: Amount) =>
  z.object({
    trade_state: z.literal(['SUCCESS', 'REFUND']),
    transaction_id: text,
    success_time: moment,
    amount: paidAmount,
  });

const orderState = z.discriminatedUnion('trade_state', [
  paidState(z.object({ total: amount, currency }).transform(({ total }) => ({ total }))),
  z.object({ trade_state: z.literal(['NOTPAY', 'USERPAYING', 'ACCEPT', 'PAYERROR']) }),
  z.object({ trade_state: z.literal(['CLOSED', 'REVOKED']) }),
]);
export type OrderState = z.output<typeof orderState>;

/** Query of an order, and the content of TRANSACTION.SUCCESS. */
export const order = z.intersection(z.object(orderHead), orderState);
export type Order = z.output<typeof order>;

/** Which sub order of a combined order something is about. */
export const subOrderName = z.object({ out_trade_no: text });

/** A sub order of a combined order: its amount has another name than a plain order's, and it has fewer states. */
export const subOrder = z.intersection(
  z.object({ mchid: text, out_trade_no: text }),
  z.discriminatedUnion('trade_state', [
    paidState(z.object({ total_amount: amount, currency }).transform(({ total_amount: total }) => ({ total }))),
    z.object({ trade_state: z.literal(['NOTPAY', 'PAYERROR']) }),
    z.object({ trade_state: z.literal('CLOSED') }),
  ]),
);

const combinedHead = { combine_appid: text, combine_mchid: text, combine_out_trade_no: text };

/** Query of a combined order: each sub order is read by itself, so that one that cannot be read hides no other. */
export const combinedAnswer = z.object({ ...combinedHead, sub_orders: z.array(z.unknown()) });
export type CombinedAnswer = z.output<typeof combinedAnswer>;

/** Content of TRANSACTION.SUCCESS about a combined order, told from a plain one by the name of its number. */
export const combinedNotice = z.object({ ...combinedHead, sub_orders: z.array(subOrder).min(1) });
export const isCombined = (content: unknown): boolean =>
  z.object({ combine_out_trade_no: z.string() }).safeParse(content).success;

/** A refund as the refund call and the refund query tell it. */
export const refund = z.object({
  out_refund_no: text,
  out_trade_no: text,
  status: text.max(64),
  success_time: moment.optional(),
  amount: z.object({ refund: amount }),
});
export type Refund = z.output<typeof refund>;

/** A notification as it is signed. */
export const envelope = z.object({
  id: text.max(64),
  event_type: text.max(64),
  resource: z.object({
    algorithm: z.literal('AEAD_AES_256_GCM'),
    ciphertext: text,
    nonce: text.max(16),
    associated_data: z.string().max(64).default(''),
  }),
});

/** Content of REFUND.*: which refund it is about; its outcome is asked for. */
export const refundNotice = z.object({ mchid: text, out_trade_no: text, out_refund_no: text });

/** Where a bill can be fetched, and what its content must hash to. */
export const billAnswer = z.object({ download_url: z.url(), hash_type: z.literal('SHA1'), hash_value: text });

/** At most so many characters of a text; the same text in gives the same text out. */
export const atMost = (max: number, full: string): string => Array.from(full).slice(0, max).join('');

/** ISO-8601 → RFC 3339 in Beijing, without fractions. */
export const toBeijingTime = (iso: string): string => `${beijingTimeOf(iso)}+08:00`;
