import { z } from 'zod';
import { canonical } from '../shared/canonical.js';
import { fromBeijing } from './beijingTime.js';
import type { Message } from './message.js';
import type { Order, OrderTerms } from './orders.js';
import type { Platform } from './platform.js';

export const time = z.string().refine((text) => fromBeijing(text) !== undefined);
export const amount = z.string().regex(/^[1-9]\d{0,11}$/);

const common = {
  txnType: z.literal('01'),
  txnSubType: z.literal('01'),
  accessType: z.literal('0'),
  merId: z.string(),
  orderId: z.string().regex(/^[0-9A-Za-z]{8,40}$/),
  txnTime: time,
  txnAmt: amount,
  currencyCode: z.literal('156'),
  backUrl: z.url({ protocol: /^https?$/ }),
  payTimeout: time.optional(),
  reqReserved: z.string().min(1).max(1024).optional(),
};

/** The two ways an order comes: by the payer's browser, or for a terminal by the merchant's server. */
const ways = {
  browser: z.object({
    ...common,
    bizType: z.literal('000201'),
    channelType: z.enum(['07', '08']),
    frontUrl: z.url({ protocol: /^https?$/ }),
  }),
  terminal: z.object({
    ...common,
    bizType: z.literal('000000'),
    channelType: z.literal('08'),
    termId: z.string().regex(/^[0-9A-Za-z]{8}$/),
  }),
} as const;

export type Placed =
  | { readonly kind: 'placed'; readonly order: Order; readonly isNew: boolean }
  | { readonly kind: 'refused'; readonly respCode: string };

/** An order under `merId`, `orderId` and `txnTime`: the same again is the same order, another content is none. */
export function placeOrder(platform: Platform, way: keyof typeof ways, message: Message): Placed {
  const parsed = ways[way].safeParse(message);
  if (!parsed.success) return { kind: 'refused', respCode: '10' };
  const asked = parsed.data;
  const { merchants, orders, now } = platform;
  if (merchants.get(asked.merId) !== way) return { kind: 'refused', respCode: '32' };
  const payTimeout = asked.payTimeout === undefined ? undefined : fromBeijing(asked.payTimeout);
  const terms: OrderTerms = {
    merId: asked.merId,
    orderId: asked.orderId,
    txnTime: asked.txnTime,
    amountFen: Number(asked.txnAmt),
    bizType: asked.bizType,
    channelType: asked.channelType,
    termId: 'termId' in asked ? asked.termId : undefined,
    backUrl: asked.backUrl,
    frontUrl: 'frontUrl' in asked ? asked.frontUrl : undefined,
    reqReserved: asked.reqReserved,
    payTimeout,
    content: canonical(asked),
  };
  const known = orders.find(terms);
  if (known !== undefined) {
    return known.content === terms.content
      ? { kind: 'placed', order: known, isNew: false }
      : { kind: 'refused', respCode: '12' };
  }
  if (payTimeout !== undefined && now() >= payTimeout) return { kind: 'refused', respCode: '10' };
  return { kind: 'placed', order: orders.register(terms), isNew: true };
}
