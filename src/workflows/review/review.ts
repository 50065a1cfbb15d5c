import { allHandlersFinished, CancellationScope, condition } from '@temporalio/workflow';
import type { Decision } from '../../domain/review.js';
import { RunningCase } from '../saga/runningCase.js';
import { inRecords } from '../saga/steps.js';
import type { ReviewInput } from './messages.js';

/**
 * A review where nothing else runs that could wait for it: money came again under a charge whose workflows have all ended over
 * other money. It stands in the queue until a person has dealt with it, and on the payment's timeline.
 */
export async function review({ paymentId, channel, evidence }: ReviewInput): Promise<Decision | null> {
  const { evidenceId, outTradeNo } = evidence;
  const running = new RunningCase({
    paymentId,
    writer: `stranded-${evidenceId}`,
    status: 'needsAttention',
    kind: 'latePayment',
  });
  running.leads = false;
  running.channel = channel;
  running.listenToPeople();
  return CancellationScope.nonCancellable(async () => {
    running.note('LateMoneyReceived', `${outTradeNo} again: see evidence ${evidenceId}`);
    const detail = `money came again for ${outTradeNo}, whose workflows have all ended: see evidence ${evidenceId}`;
    const resolution = await running.waitForPerson({ reason: 'strandedMoney', detail });
    await inRecords.recordPayment.executeWithOptions({ summary: 'record the decision' }, [{ step: running.step() }]);
    await condition(allHandlersFinished);
    return resolution?.decision ?? null;
  });
}
