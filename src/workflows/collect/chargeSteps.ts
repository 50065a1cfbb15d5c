import { condition } from '@temporalio/workflow';
import { verdictOf } from '../../domain/charge.js';
import type { ChargeOutcome, Evidence } from '../../domain/evidence.js';
import { nowMs, timeOfDay } from '../saga/clock.js';
import { hasMoney, type Charge } from './collection.js';
import type { OpenPayment } from './openPayment.js';
import { atChannel } from '../saga/steps.js';

const channelOf = (charge: Charge): string => charge.method.channel;
const refOf = ({ outTradeNo, orderedAt, expiresAt }: Charge) => ({ outTradeNo, orderedAt, expiresAt });

/**
 * Asks the channel and learns from its answer, as from a callback; tells what kind of answer it was. `afresh` sets
 * aside what was believed before, once the channel has really answered; `confirm` does so only when
 * it tells of the money: paid, or returned since.
 */
export async function askChannel(
  payment: OpenPayment,
  charge: Charge,
  mode: 'further' | 'afresh' | 'confirm' = 'further',
): Promise<ChargeOutcome['kind']> {
  const evidence = charge.combined === null ? await askAlone(payment, charge) : await askTogether(payment, charge);
  charge.lastAskedMs = nowMs();
  const answer = evidence.outcome.kind;
  const replaces =
    mode === 'afresh' ? answer !== 'unknown' : mode === 'confirm' && (answer === 'paid' || answer === 'returned');
  if (replaces) payment.collection.believeAfresh(charge, evidence);
  else payment.collection.learn(evidence);
  return answer;
}

async function askAlone(payment: OpenPayment, charge: Charge): Promise<Evidence> {
  charge.queries += 1;
  return atChannel(channelOf(charge)).queryCharge.executeWithOptions(
    { summary: `query ${charge.queries} of ${channelOf(charge)} ${charge.outTradeNo}` },
    [
      {
        paymentId: payment.paymentId,
        channel: channelOf(charge),
        merchantId: charge.merchantId,
        charge: refOf(charge),
        step: payment.hasNews() ? payment.step() : null,
      },
    ],
  );
}

/** Children of one order are asked about together; what is said of the others is learned here, of this one by the caller. */
async function askTogether(payment: OpenPayment, asked: Charge): Promise<Evidence> {
  const { combined } = asked;
  if (combined === null) throw new Error(`${asked.outTradeNo} is no child of a combined order`);
  asked.queries += 1;
  const facts = await atChannel(combined.channel).queryCombined.executeWithOptions(
    { summary: `query ${asked.queries} of ${combined.channel} ${combined.combineNo}` },
    [{ order: combined, step: payment.hasNews() ? payment.step() : null }],
  );
  const own = facts.find(({ outTradeNo }) => outTradeNo === asked.outTradeNo);
  if (own === undefined) throw new Error(`nothing was said of ${asked.outTradeNo}`);
  for (const fact of facts) {
    if (fact === own) continue;
    payment.collection.learn(fact);
    const other = payment.collection.charges.find(({ outTradeNo }) => outTradeNo === fact.outTradeNo);
    if (other !== undefined) other.lastAskedMs = nowMs();
  }
  return own;
}

function closeAtChannel(charge: Charge) {
  const { combined } = charge;
  if (combined !== null) {
    return atChannel(combined.channel).closeCombined.executeWithOptions(
      { summary: `close ${combined.channel} ${combined.combineNo}` },
      [{ order: combined }],
    );
  }
  return atChannel(channelOf(charge)).closeCharge.executeWithOptions(
    { summary: `close ${channelOf(charge)} ${charge.outTradeNo}` },
    [{ channel: channelOf(charge), merchantId: charge.merchantId, charge: refOf(charge) }],
  );
}

/** Pauses between tries to end a charge, ms, as long as the channel leaves it open; then a person looks. */
const closePausesMs = [5_000, 10_000, 30_000, 60_000, 300_000, 900_000, 1_800_000, 3_600_000] as const;
const closeTriesMax = 30;

/**
 * Query, close, query again, until the charge is known to have ended (true) or money was seen (false). What could not
 * be closed because the channel does not have it yet, or closes nothing, counts as ended here and stays watched until it
 * can no longer be paid (`ending`).
 * After a day of silence a person is asked; unknown never becomes "closed" by the clock.
 */
export async function endCharge(payment: OpenPayment, charge: Charge): Promise<boolean> {
  for (let tries = 1; ; tries += 1) {
    await askChannel(payment, charge);
    if (hasMoney(charge)) return false;
    const result = await closeAtChannel(charge);
    // A payment may have raced the close, so only now is the end known.
    const answer = await askChannel(payment, charge);
    if (hasMoney(charge)) return false;
    if (verdictOf(charge.state).kind !== 'open' || (result.kind === 'closed' && answer === 'absent')) {
      charge.ending = 'closed';
      return true;
    }
    if (result.kind === 'absent' && answer === 'absent') {
      charge.ending = 'absent';
      return true;
    }
    if (result.kind === 'notOffered' && (answer === 'absent' || answer === 'waiting')) {
      charge.ending = 'runsOut';
      return true;
    }
    if (tries % closeTriesMax === 0) {
      await payment.waitForPerson(
        { reason: 'channelSilent', detail: `${charge.outTradeNo} could not be closed in ${tries} tries` },
        () => hasMoney(charge),
      );
      if (!hasMoney(charge) && payment.leads) payment.moveTo('closing');
    } else {
      const pauseMs = closePausesMs[Math.min(tries, closePausesMs.length) - 1] ?? 3_600_000;
      payment.show(`close ${charge.outTradeNo} again at ${timeOfDay(nowMs() + pauseMs)}`);
      await condition(() => hasMoney(charge), pauseMs, { summary: `pause before closing ${charge.outTradeNo} again` });
    }
    if (hasMoney(charge)) return false;
  }
}
