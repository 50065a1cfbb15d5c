import type { Journal } from './domain/journal.js';
import type { Ledger } from './ledger/ledger.js';
import type { ChargeRecord } from './records/charges.js';
import type { Records } from './records/mongo/index.js';
import type { PaymentRecord } from './records/payments.js';
import type { RefundRecord } from './records/refunds.js';

const pageSize = 200;

/**
 * Holds every payment, charge and refund against its journals, and says what differs. Answers how many payments were
 * looked at. A payment under way may differ for the moment between its journal and its record.
 */
export async function compareWithRecords(
  ledger: Pick<Ledger, 'ofPayment'>,
  records: Pick<Records, 'payments' | 'charges' | 'refunds'>,
  tell: (difference: { paymentId: string; problem: string }) => void,
): Promise<number> {
  let compared = 0;
  let cursor: string | null = null;
  do {
    const { rows, next } = await records.payments.list({}, { limit: pageSize, cursor });
    for (const payment of rows) {
      const { paymentId } = payment;
      const [journals, charges, refunds] = await Promise.all([
        ledger.ofPayment(paymentId),
        records.charges.ofPayment(paymentId),
        records.refunds.ofPayment(paymentId),
      ]);
      for (const problem of differences({ payment, charges, refunds, journals })) tell({ paymentId, problem });
      compared += 1;
    }
    cursor = next;
  } while (cursor !== null);
  return compared;
}

/** What of a payment the book does not say, or says otherwise. Pure. */
export function differences(of: {
  payment: PaymentRecord;
  charges: readonly ChargeRecord[];
  refunds: readonly RefundRecord[];
  journals: readonly Journal[];
}): string[] {
  const { payment, charges, refunds, journals } = of;
  const keys = new Set(journals.map(({ key }) => key));
  const takenBack = new Set(journals.flatMap(({ reverses }) => reverses ?? []));
  const stands = (key: string): boolean => keys.has(key) && !takenBack.has(key);
  return [
    ...charges.flatMap((charge) => chargeDifferences(payment, charge, journals)),
    ...refunds.flatMap((refund) => refundDifferences(refund, stands)),
    ...(payment.status === 'issued' && !stands(`${payment.paymentId}:issued`)
      ? ['is issued, and no journal says so']
      : []),
    ...(payment.status !== 'issued' && stands(`${payment.paymentId}:issued`) && refunds.length === 0
      ? [`is ${payment.status}, and a journal says it is issued`]
      : []),
  ];
}

function chargeDifferences(
  payment: PaymentRecord,
  { outTradeNo, paidFen }: ChargeRecord,
  journals: readonly Journal[],
): string[] {
  const bookedFen = journals
    .filter((journal) => journal.outTradeNo === outTradeNo && receipts.includes(journal.kind))
    .flatMap(({ lines }) => lines)
    .reduce((sum, { account, amountFen }) => sum + (account.startsWith('channelReceivable:') ? amountFen : 0), 0);
  // Facts in doubt are not booked before a person has settled them.
  if (payment.attention !== null && bookedFen === 0) return [];
  return bookedFen === paidFen || (bookedFen > paidFen && paidFen > 0)
    ? []
    : [`${outTradeNo} is paid ${paidFen} fen, and the book says ${bookedFen}`];
}

/** Money under further trade numbers of one charge is booked beside its own. */
const receipts: readonly Journal['kind'][] = ['PremiumReceived', 'LateMoneyReceived'];

function refundDifferences({ refundId, refundNo, status }: RefundRecord, stands: (key: string) => boolean): string[] {
  const back = stands(`${refundNo}:returned`);
  const outside = stands(`${refundNo}:settledOutside`);
  if (status === 'refunded' && !back) return [`refund ${refundId} is refunded, and no journal says so`];
  if (status === 'settledOutside' && !outside) return [`refund ${refundId} is settled outside, and no journal says so`];
  if (status !== 'refunded' && back) return [`refund ${refundId} is ${status}, and a journal says the money is back`];
  return [];
}
