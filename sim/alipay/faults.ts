import { z } from 'zod';
import { FaultList } from '../shared/faultList.js';
import type { Verb } from '../shared/verbs.js';

/** Every misbehaviour this channel can be asked for; `sim/README.md` says what each does. */
export const alipayFault = z.strictObject({
  fault: z.enum([
    'callbackLost',
    'callbackLate',
    'callbackRepeated',
    'callbackReordered',
    'callbackWrongAmount',
    'callbackWrongMerchant',
    'callbackBadSignature',
    'timeoutBeforeEffect',
    'timeoutAfterEffect',
    'errorBeforeEffect',
    'errorAfterEffect',
    'unsignedError',
    'badAnswerSignature',
    'systemError',
    'businessError',
    'rateLimited',
    'payDuringClose',
    'refundStuck',
    'refundRefused',
    'statementCreating',
  ]),
  outTradeNo: z.string().min(1).optional(),
  prefix: z.string().min(1).optional(),
  method: z.string().min(1).optional(),
  times: z.int().min(0).default(1),
  delayMs: z.int().min(0).optional(),
  repeat: z.int().min(2).max(50).optional(),
  amountFen: z.int().min(1).optional(),
  /** The same, in the words of this channel and of all. */
  sellerId: z.string().min(1).optional(),
  merchantId: z.string().min(1).optional(),
  tradeStatus: z.enum(['WAIT_BUYER_PAY', 'TRADE_SUCCESS', 'TRADE_FINISHED', 'TRADE_CLOSED']).optional(),
  before: z.boolean().optional(),
  after: z.boolean().optional(),
  code: z.string().min(1).optional(),
  subCode: z.string().min(1).optional(),
});

type AlipayFault = z.infer<typeof alipayFault>;
export type FaultName = AlipayFault['fault'];

/**
 * What a fault may concern: the numbers it goes by, which for a child of a merged payment are its own and that of the
 * whole. `method` is absent when a notification is due: no call is being answered then.
 */
export type Occasion = { readonly numbers: readonly string[]; readonly method?: string };

export type AlipayFaults = FaultList<AlipayFault, Occasion>;

export const createFaults = (): AlipayFaults => new FaultList(concerns);

/** A call in the words that all simulated channels share. */
const verbs: Readonly<Record<string, Verb>> = {
  'alipay.trade.precreate': 'open',
  'alipay.trade.merge.precreate': 'open',
  'alipay.trade.query': 'query',
  'alipay.trade.close': 'close',
  'alipay.trade.refund': 'refund',
  'alipay.trade.fastpay.refund.query': 'queryRefund',
};

export const verbOf = (method: string | undefined): Verb | undefined => verbs[method ?? ''];

function concerns(fault: AlipayFault, occasion: Occasion): boolean {
  return (
    occasion.numbers.some(
      (number) =>
        (fault.outTradeNo === undefined || fault.outTradeNo === number) && number.startsWith(fault.prefix ?? ''),
    ) &&
    (fault.method === undefined || fault.method === occasion.method || fault.method === verbOf(occasion.method))
  );
}
