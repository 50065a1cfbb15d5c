import { z } from 'zod';
import { FaultList } from '../shared/faultList.js';
import type { Verb } from '../shared/verbs.js';

/** Every misbehaviour this channel can be asked for; `sim/README.md` says what each does. */
export const unionpayFault = z.strictObject({
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
    'refundStuck',
    'refundRefused',
    'refundFailed',
    'statementCreating',
  ]),
  outTradeNo: z.string().min(1).optional(),
  prefix: z.string().min(1).optional(),
  method: z.enum(['open', 'query', 'close', 'refund', 'queryRefund']).optional(),
  times: z.int().min(0).default(1),
  delayMs: z.int().min(0).optional(),
  repeat: z.int().min(2).max(50).optional(),
  amountFen: z.int().min(1).optional(),
  merchantId: z.string().min(1).optional(),
  before: z.boolean().optional(),
  code: z
    .string()
    .regex(/^[0-9A-Z]{2}$/)
    .optional(),
});

type UnionpayFault = z.infer<typeof unionpayFault>;
export type FaultName = UnionpayFault['fault'];

/** `method` is absent when a notification is due: no call is being answered then. */
export type Occasion = { readonly outTradeNo: string; readonly method?: Verb };

export type UnionpayFaults = FaultList<UnionpayFault, Occasion>;

export const createFaults = (): UnionpayFaults =>
  new FaultList<UnionpayFault, Occasion>(
    (fault, occasion) =>
      (fault.outTradeNo === undefined || fault.outTradeNo === occasion.outTradeNo) &&
      (fault.prefix === undefined || occasion.outTradeNo.startsWith(fault.prefix)) &&
      (fault.method === undefined || fault.method === occasion.method),
  );
