import { allHandlersFinished, CancellationScope, condition } from '@temporalio/workflow';
import { RunningCase } from '../saga/runningCase.js';
import { inRecords } from '../saga/steps.js';
import { holdStranded } from './holdStranded.js';
import type { ReviewInput } from './messages.js';

/**
 * A review where nothing else runs that could wait for it: money came again under a charge whose workflows have all ended over
 * other money. It stands in the queue until a person has dealt with it, and on the payment's timeline; what reached our own
 * merchant is booked first.
 */
export async function review({ paymentId, channel, merchantId, evidence }: ReviewInput): Promise<void> {
  const { evidenceId, outTradeNo, outcome } = evidence;
  const running = new RunningCase({
    paymentId,
    writer: `stranded-${evidenceId}`,
    status: 'needsAttention',
    kind: 'latePayment',
  });
  running.leads = false;
  running.channel = channel;
  running.listenToPeople();
  await CancellationScope.nonCancellable(async () => {
    if (outcome.kind === 'paid' && [merchantId, ''].includes(evidence.merchantId)) {
      const { tradeNo, paidFen, paidAt } = outcome;
      await holdStranded(running, { channel, outTradeNo, receipt: { tradeNo, paidFen, paidAt } }, running.status);
    } else {
      running.note('LateMoneyReceived', `${outTradeNo} again, not with us: see evidence ${evidenceId}`);
      const detail = `money came again for ${outTradeNo} and is not with us: see evidence ${evidenceId}`;
      await running.waitForPerson({ reason: 'strandedMoney', detail });
      await inRecords.recordPayment.executeWithOptions({ summary: 'record the decision' }, [{ step: running.step() }]);
    }
    await condition(allHandlersFinished);
  });
}
