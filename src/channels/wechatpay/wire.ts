import { z } from 'zod';
import { fen } from '../../domain/money.js';

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

/** Query of an order, and the content of TRANSACTION.SUCCESS: a paid one must say how much, when and under which number. */
export const order = z.intersection(
  z.object(orderHead),
  z.discriminatedUnion('trade_state', [
    z.object({
      trade_state: z.literal(['SUCCESS', 'REFUND']),
      transaction_id: text,
      success_time: moment,
      amount: z.object({ total: amount, currency: z.literal('CNY').default('CNY') }),
    }),
    z.object({ trade_state: z.literal(['NOTPAY', 'USERPAYING', 'ACCEPT', 'PAYERROR']) }),
    z.object({ trade_state: z.literal(['CLOSED', 'REVOKED']) }),
  ]),
);
export type Order = z.output<typeof order>;

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
export function toBeijingTime(iso: string): string {
  return `${new Date(Date.parse(iso) + 8 * 3_600_000).toISOString().slice(0, 19)}+08:00`;
}
