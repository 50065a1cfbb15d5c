import { condition } from '@temporalio/workflow';
import { verdictOf } from '../../domain/charge.js';
import type { ChargeOutcome } from '../../domain/evidence.js';
import { nowMs, timeOfDay } from '../saga/clock.js';
import { untilKnown } from '../saga/untilKnown.js';
import { hasMoney, type Charge } from './charges.js';
import type { RunningPayment } from './runningPayment.js';

/**
 * Asks the channel and learns from its answer, as from a callback; tells what kind of answer it was. What is said of other
 * charges of the same order is learned too. `afresh` sets aside what was believed before, once the channel has really
 * answered; `confirm` does so only when it tells of the money: paid, or returned since.
 */
export async function queryCharge(
  payment: RunningPayment,
  charge: Charge,
  mode: 'further' | 'afresh' | 'confirm' = 'further',
): Promise<ChargeOutcome['kind']> {
  charge.queries += 1;
  const facts = await charge.order.ask(charge.queries, payment.hasNews() ? payment.step() : null);
  const answer = facts.find(({ outTradeNo }) => outTradeNo === charge.outTradeNo);
  if (answer === undefined) throw new Error(`the answer has nothing about ${charge.outTradeNo}`);
  const { kind } = answer.outcome;
  const replaces =
    mode === 'afresh' ? kind !== 'unknown' : mode === 'confirm' && (kind === 'paid' || kind === 'returned');
  for (const fact of facts) {
    if (fact === answer && replaces) payment.charges.believeAfresh(charge, fact);
    else payment.charges.learn(fact);
    const about = payment.charges.all.find(({ outTradeNo }) => outTradeNo === fact.outTradeNo);
    if (about !== undefined) about.lastAskedMs = nowMs();
  }
  return kind;
}

/** Pauses between tries to end a charge, ms, as long as the channel leaves it open; then a person looks. */
const closePausesMs = [5_000, 10_000, 30_000, 60_000, 300_000, 900_000, 1_800_000, 3_600_000] as const;
const closeTriesMax = 30;

/**
 * Query, close, query again, until the charge is known to have ended (true) or money was seen (false). True also where there
 * was nothing to close (`absent`) or the channel closes nothing (`runsOut`); those stay watched until they can no longer be
 * paid. After a day of silence a person is asked; unknown never becomes "closed" by the clock.
 */
export function endCharge(payment: RunningPayment, charge: Charge): Promise<boolean> {
  const heard = (): false | null => (hasMoney(charge) ? false : null);
  return untilKnown<boolean>({
    heard,
    ask: async () => {
      await queryCharge(payment, charge);
      return heard() ?? closeOnce(payment, charge);
    },
    wait: (tries) => (tries % closeTriesMax === 0 ? askPerson(payment, charge, tries) : pause(payment, charge, tries)),
  });
}

/** A payment may race the close, so only a query after it knows the end. */
async function closeOnce(payment: RunningPayment, charge: Charge): Promise<boolean | null> {
  const { kind } = await charge.order.close();
  const answer = await queryCharge(payment, charge);
  if (hasMoney(charge)) return false;
  const isClosed = verdictOf(charge.state).kind !== 'open' || (kind === 'closed' && answer === 'absent');
  if (isClosed) charge.ending = 'closed';
  else if (kind === 'absent' && answer === 'absent') charge.ending = 'absent';
  else if (kind === 'notOffered' && (answer === 'absent' || answer === 'waiting')) charge.ending = 'runsOut';
  else return null;
  return true;
}

async function askPerson(payment: RunningPayment, charge: Charge, tries: number): Promise<void> {
  await payment.waitForPerson(
    { reason: 'channelSilent', detail: `${charge.outTradeNo} could not be closed in ${tries} tries` },
    () => hasMoney(charge),
  );
  if (!hasMoney(charge)) payment.moveTo('closing');
}

async function pause(payment: RunningPayment, charge: Charge, tries: number): Promise<void> {
  const pauseMs = closePausesMs[Math.min(tries, closePausesMs.length) - 1] ?? 3_600_000;
  payment.show(`close ${charge.outTradeNo} again at ${timeOfDay(nowMs() + pauseMs)}`);
  await condition(() => hasMoney(charge), pauseMs, { summary: `pause before closing ${charge.outTradeNo} again` });
}
