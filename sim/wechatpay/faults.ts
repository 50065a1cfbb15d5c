import { z } from 'zod';
import { FaultList } from '../shared/faultList.js';
import type { Verb } from '../shared/verbs.js';

/** Every misbehaviour this channel can be asked for; `sim/README.md` says what each does. */
export const wechatpayFault = z.strictObject({
  fault: z.enum([
    'callbackLost',
    'callbackLate',
    'callbackRepeated',
    'callbackReordered',
    'callbackWrongAmount',
    'callbackWrongMerchant',
    'callbackBadSignature',
    'callbackProbe',
    'callbackWrongAssociatedData',
    'callbackUnknownSerial',
    'callbackSkewed',
    'timeoutBeforeEffect',
    'timeoutAfterEffect',
    'errorBeforeEffect',
    'errorAfterEffect',
    'unsignedError',
    'badAnswerSignature',
    'answerSkewed',
    'answerUnknownSerial',
    'systemError',
    'businessError',
    'rateLimited',
    'payDuringClose',
    'refundStuck',
    'refundRefused',
    'refundAbnormal',
    'refundClosed',
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
  after: z.boolean().optional(),
  code: z.string().min(1).optional(),
  status: z.int().min(400).max(599).optional(),
});

type WechatpayFault = z.infer<typeof wechatpayFault>;
export type FaultName = WechatpayFault['fault'];

/**
 * What a fault may concern: the numbers it goes by, which for a child of a combined order are its own and that of the
 * whole. `method` is absent when a notification is due: no call is being answered then.
 */
export type Occasion = { readonly numbers: readonly string[]; readonly method?: Verb };

export type WechatpayFaults = FaultList<WechatpayFault, Occasion>;

export const createFaults = (): WechatpayFaults =>
  new FaultList<WechatpayFault, Occasion>(
    (fault, occasion) =>
      occasion.numbers.some(
        (number) =>
          (fault.outTradeNo === undefined || fault.outTradeNo === number) && number.startsWith(fault.prefix ?? ''),
      ) &&
      (fault.method === undefined || fault.method === occasion.method),
  );
