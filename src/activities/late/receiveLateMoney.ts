import type { Receipt } from '../../domain/charge.js';
import { lateMoneyReceived, paymentRevived, strandedMoneyReceived } from '../../domain/book/entries.js';
import { journalKeys } from '../../domain/book/journalKeys.js';
import { addFen, fen, type Fen } from '../../domain/money.js';
import type { PaymentStatus } from '../../domain/payment.js';
import type { PaymentTerms } from '../../domain/terms.js';
import type { PaymentStep } from '../../records/payments.js';
import { counters } from '../saga/counters.js';
import type { Dependencies } from '../saga/dependencies.js';

/** A charge whose payment had ended, with what is needed to find its money a place. */
export interface LateCharge {
  paymentId: string;
  outTradeNo: string;
  proposalNo: string;
  paymentStatus: PaymentStatus;
  terms: PaymentTerms;
  channel: string;
  product: string;
  merchantId: string;
  askedFen: Fen;
  orderedAt: string;
  /** The trade number under which the charge's money was received before, if it was. */
  knownTradeNo: string | null;
  /** Steps of the charge's record go on from here. */
  chargeVersion: number;
}

/** Reads only. Raises `Error` for an unknown charge: evidence is delivered for charges on record only. */
export function loadLateCharge(deps: Dependencies) {
  return async ({ outTradeNo }: { outTradeNo: string }): Promise<LateCharge> => {
    const charge = await deps.charges.find(outTradeNo);
    const payment = charge === null ? null : await deps.payments.find(charge.paymentId);
    if (charge === null || payment === null) throw new Error(`no charge ${outTradeNo} is on record`);
    return {
      paymentId: payment.paymentId,
      outTradeNo,
      proposalNo: payment.proposalNo,
      paymentStatus: payment.status,
      terms: { ...payment.terms, ...charge.terms },
      channel: charge.channel,
      product: charge.product,
      merchantId: charge.merchantId,
      askedFen: charge.amountFen,
      orderedAt: charge.orderedAt,
      knownTradeNo: charge.tradeNo,
      chargeVersion: charge.version,
    };
  };
}

export interface ReceiveLateMoney {
  channel: string;
  outTradeNo: string;
  receipts: readonly Receipt[];
  chargeVersion: number;
  step: PaymentStep;
}

export interface ReceivedLateMoney {
  receivedFen: Fen;
  /** Whether another charge of the payment holds money too. */
  otherChargePaid: boolean;
}

/** Books money that has no place yet and records it with its charge. Safe to repeat. */
export function receiveLateMoney(deps: Dependencies) {
  return async (input: ReceiveLateMoney): Promise<ReceivedLateMoney> => {
    const { channel, outTradeNo, receipts, chargeVersion, step } = input;
    const { paymentId } = step;
    const [first] = receipts;
    if (first === undefined) throw new Error(`no money came for ${outTradeNo}`);
    const receivedFen = addFen(...receipts.map(({ paidFen }) => paidFen));
    const at = first.paidAt;
    await deps.ledger.post(lateMoneyReceived({ paymentId, outTradeNo, channel, amountFen: receivedFen, at }));
    await deps.charges.advance({
      outTradeNo,
      version: chargeVersion,
      status: 'paid',
      tradeNo: first.tradeNo,
      paidFen: receivedFen,
      paidAt: at,
    });
    const charges = await deps.charges.ofPayment(paymentId);
    const paidFen = charges.reduce((sum, charge) => addFen(sum, charge.paidFen), fen(0));
    await deps.payments.advance({ ...step, paidFen });
    counters.lateMoney.add(1, { channel });
    return {
      receivedFen,
      otherChargePaid: charges.some((charge) => charge.outTradeNo !== outTradeNo && charge.paidFen > 0),
    };
  };
}

export interface StrandedMoney {
  channel: string;
  outTradeNo: string;
  receipt: Receipt;
  step: PaymentStep;
}

/** Books money that came once more for a charge that has had its money: nobody's, until a person has dealt with it. Safe to repeat. */
export function receiveStranded(deps: Dependencies) {
  return async ({ channel, outTradeNo, receipt, step }: StrandedMoney): Promise<void> => {
    await deps.ledger.post(strandedMoneyReceived({ ...stranded(step, outTradeNo, receipt), channel }));
    await deps.payments.advance(step);
    counters.strandedMoney.add(1);
  };
}

/** A person has sent it back at the channel itself: it leaves the book as it came. Safe to repeat. */
export function settleStranded(deps: Dependencies) {
  return async ({ outTradeNo, receipt, step, at }: Omit<StrandedMoney, 'channel'> & { at: string }): Promise<void> => {
    const { key } = strandedMoneyReceived({ ...stranded(step, outTradeNo, receipt), channel: '' });
    await deps.ledger.reverse({ key, at, reason: 'a person has sent the money back at the channel' });
    await deps.payments.advance(step);
  };
}

const stranded = ({ paymentId }: PaymentStep, outTradeNo: string, { tradeNo, paidFen, paidAt }: Receipt) => ({
  paymentId,
  outTradeNo,
  tradeNo,
  amountFen: paidFen,
  at: paidAt,
});

/** Late money becomes the premium. Safe to repeat. */
export function revivePayment(deps: Dependencies) {
  return async (input: { outTradeNo: string; amountFen: Fen; at: string; step: PaymentStep }): Promise<void> => {
    const { outTradeNo, amountFen, at, step } = input;
    await deps.ledger.post(paymentRevived({ paymentId: step.paymentId, outTradeNo, amountFen, at }));
    await deps.payments.advance({ ...step, outTradeNo });
  };
}

export interface RecordReturned {
  channel: string;
  outTradeNo: string;
  receipt: Receipt;
  /** Whether it stands in the book already, as the premium. */
  booked: boolean;
  chargeVersion: number;
  /** ISO-8601 UTC. */
  at: string;
  step: PaymentStep;
  /** Payments that the charge pays together, whose premiums were booked apart. */
  items?: readonly string[];
}

/** Money came and the channel gave all of it back by itself: both stand in the book, and cancel out. Safe to repeat. */
export function recordReturned(deps: Dependencies) {
  return async (returned: RecordReturned): Promise<void> => {
    const { channel, outTradeNo, receipt, booked, chargeVersion, at, step, items = [] } = returned;
    const { tradeNo, paidFen, paidAt } = receipt;
    const { paymentId } = step;
    const received = lateMoneyReceived({ paymentId, outTradeNo, channel, amountFen: paidFen, at: paidAt });
    if (!booked) await deps.ledger.post(received);
    const reason = 'the channel gave the money back outside our refunds';
    if (items.length === 0) await deps.ledger.reverse({ key: received.key, at, reason });
    for (const item of items) {
      await deps.ledger.reverse({ key: journalKeys.itemReceived({ paymentId: item, outTradeNo }), at, reason });
      await deps.payments.advance({ paymentId: item, writer: 'returned', version: 1, paidFen: fen(0), events: [] });
    }
    await deps.charges.advance({
      outTradeNo,
      version: chargeVersion,
      status: 'closed',
      tradeNo,
      paidFen: fen(0),
      paidAt,
    });
    await deps.payments.advance(booked ? { ...step, paidFen: fen(0) } : step);
  };
}
