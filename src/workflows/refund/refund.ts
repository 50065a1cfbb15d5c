import { CancellationScope, continueAsNew } from '@temporalio/workflow';
import type { RefundAnswer, RefundOrder, RefundStep } from '../../activities/index.js';
import { refundAttemptsMax } from '../../domain/ids.js';
import { nowIso, nowMs } from '../saga/clock.js';
import { inRecords } from '../saga/steps.js';
import { untilKnown } from '../saga/untilKnown.js';
import type { RefundEnd, RefundInput } from './messages.js';
import { RunningRefund } from './runningRefund.js';

/** How long a channel may leave a refund unknown before a person looks into it, ms; it is asked about all the while. */
const silentAfterMs = 3 * 24 * 3_600_000;

/**
 * Gives money back for a charge: under its own number, asked about until known, booked. A refund the channel refuses
 * for good waits for a person. Ends only with the customer's money back.
 */
export async function refund(input: RefundInput): Promise<RefundEnd> {
  const running = new RunningRefund(input);
  running.listen();
  return CancellationScope.nonCancellable(async () => {
    const { carried } = input;
    running.goOnFrom(carried ?? { reserved: await reserve(input) });
    let { attempt, tries } = { attempt: running.firstAttempt, tries: carried?.tries ?? 0 };
    for (; ; attempt += 1, tries = 0) {
      const order = running.orderOf(attempt);
      const answer = await refundUntilKnown(running, order, { attempt, tries });
      if (answer.kind === 'refunded') return running.book(order, 'refunded', answer.refundedAt);

      const decided = await running.waitForPerson(
        `the channel refused ${order.refundNo}: ${answer.code} ${answer.message}`,
        attempt < refundAttemptsMax,
      );
      if (decided.kind === 'refunded') return running.book(decided.order, 'refunded', decided.refundedAt);
      if (decided.decision === 'settledOutside') return running.book(order, 'settledOutside', null);
    }
  });
}

function reserve({ paymentId, refundId, outTradeNo, amountFen, reason, origin, source }: RefundInput) {
  return inRecords.reserveRefund.executeWithOptions({ summary: `reserve ${amountFen} fen` }, [
    { paymentId, refundId, outTradeNo, amountFen, reason, origin, source, at: nowIso() },
  ]);
}

/** Sends the refund and asks about it until the channel has said yes or a definitive no. `tries`: what a former run has done. */
async function refundUntilKnown(
  running: RunningRefund,
  order: RefundOrder,
  { attempt, tries: triesBefore }: { attempt: number; tries: number },
): Promise<Extract<RefundAnswer, { kind: 'refunded' | 'refused' }>> {
  const sinceMs = running.sinceMs ?? nowMs();
  running.sinceMs = null;
  let state: RefundAnswer['kind'] = 'unknown';
  const send = (note: string, step: RefundStep | null): Promise<RefundAnswer> =>
    running.atChannel.refundCharge.executeWithOptions(
      { summary: `${note} ${order.refundNo}: ${order.refundFen} fen` },
      [{ ...running.callOf(order), step }],
    );
  const ask = async (tries: number): Promise<RefundAnswer> => {
    if (tries === 1) return send('refund', running.step('refunding', running.attemptOf(order)));
    const answer = await running.query(order, `query ${tries - 1} of refund ${order.refundNo}`);
    // The channel does not have it, so it moved nothing: the same number once more is the same refund.
    return answer.kind === 'notExecuted' ? send('refund again', null) : answer;
  };
  return untilKnown(
    {
      ask: async (tries) => {
        const answer = await ask(tries);
        state = answer.kind;
        return answer.kind === 'refunded' || answer.kind === 'refused' ? answer : null;
      },
      wait: (tries) => running.pause(tries, order, state, nowMs() - sinceMs > silentAfterMs),
      goOnAfresh: (tries) =>
        continueAsNew<typeof refund>({ ...running.input, carried: running.carry({ attempt, sinceMs, tries }) }),
      afterEvents: running.input.continueAfterEvents,
    },
    triesBefore,
  );
}
