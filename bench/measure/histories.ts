import { sizeOf, inputOf, type HistorySize } from '../history.js';
import { paymentIds, type Payments } from '../payments.js';
import { unpaidInSkippedTime } from '../unpaidInSkippedTime.js';

/** As short a life as the API allows, with queries in it. */
const shortLifeMs = 75_000;
const minuteMs = 60_000;

export interface Histories {
  readonly happy: HistorySize;
  /** Never scanned, never paid, expired after 30 minutes under the default query cadence; in skipped time. */
  readonly unpaid: HistorySize;
  /** The same with 75 seconds to live: on the real servers, and in skipped time to show that the two agree. */
  readonly unpaidShort: { readonly real: HistorySize; readonly skipped: HistorySize };
}

/** An unpaid payment on the real servers, to be looked at when it has ended by itself some minutes later. */
export async function openUnpaid(payments: Payments): Promise<string> {
  const [paymentId = ''] = paymentIds(1);
  await payments.open(paymentId, new Date(Date.now() + shortLifeMs));
  return paymentId;
}

/** Counts what payments leave in Temporal; waits for the end of the unpaid one. */
export async function measureHistories(payments: Payments, unpaidId: string): Promise<Histories> {
  const historyOf = (paymentId: string) => payments.workflow(paymentId).fetchHistory();
  const [happyId = ''] = paymentIds(1);
  await payments.open(happyId);
  await payments.pay(happyId);
  await payments.issued(happyId);
  const happy = await historyOf(happyId);

  const status: unknown = await payments.workflow(unpaidId).result();
  if (status !== 'closed') throw new Error(`unpaid payment ${unpaidId} ended ${String(status)} instead of closed`);
  const unpaidReal = await historyOf(unpaidId);

  const input = inputOf(happy); // as the API gave it, so under the default cadence
  const [unpaid, unpaidSkipped] = await unpaidInSkippedTime(input, [30 * minuteMs, shortLifeMs]);
  return {
    happy: sizeOf(happy),
    unpaid,
    unpaidShort: { real: sizeOf(unpaidReal), skipped: unpaidSkipped },
  };
}
