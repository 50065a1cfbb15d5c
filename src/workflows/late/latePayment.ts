import { allHandlersFinished, CancellationScope, condition, setHandler } from '@temporalio/workflow';
import type { LateCharge, ReceivedLateMoney } from '../../activities/index.js';
import { decide, newCharge, verdictOf, type ChargeState, type Receipt } from '../../domain/charge.js';
import type { Evidence } from '../../domain/evidence.js';
import { chargeMark, lateRefundId } from '../../domain/ids.js';
import type { RefundSource } from '../../domain/book/account.js';
import { nowIso } from '../saga/clock.js';
import { giveMoneyBack } from '../refund/giveMoneyBack.js';
import { issueOrUndo, issueRequest, issueUntilKnown } from '../issue/issueOrUndo.js';
import { evidenceSignal } from '../saga/messages.js';
import { holdStranded } from '../review/holdStranded.js';
import type { LatePaymentInput } from './messages.js';
import { RunningCase } from '../saga/runningCase.js';
import { inRecords } from '../saga/steps.js';

export type LateEnd = 'revived' | 'refunded' | 'nothingNew' | 'returned' | 'stranded';

/** How long evidence may take to arrive after the workflow was started for it. */
const evidenceWithin = '1 hour';

/**
 * Money for a charge whose payment had ended, or a second time for one payment. It is booked, then, by product policy,
 * revives a closed payment the core still wants, or goes back by itself.
 */
export async function latePayment({ paymentId, outTradeNo, evidence: known }: LatePaymentInput): Promise<LateEnd> {
  const evidence: Evidence[] = [...known];
  setHandler(evidenceSignal, (fact) => {
    evidence.push(fact);
  });
  return CancellationScope.nonCancellable(async () => {
    const late = await loadLateCharge(outTradeNo);
    const charge = newCharge({ outTradeNo, askedFen: late.askedFen, merchantId: late.merchantId });
    const facts = (): ChargeState => evidence.reduce(decide, charge);
    await condition(() => facts().receipts.length > 0, evidenceWithin, {
      summary: 'the money itself arrives as evidence',
    });

    const writer = `late-${chargeMark(outTradeNo)}` as const;
    const payment = new RunningCase({ paymentId, writer, status: late.paymentStatus, kind: 'latePayment' });
    payment.channel = late.channel;
    payment.leads = late.paymentStatus === 'closed';
    payment.listenToPeople();
    let state = facts();
    let end = await placeMoney(payment, outTradeNo, late, state);
    while (facts().receipts.length > state.receipts.length) {
      state = facts();
      // What this workflow has ended stays ended; further money is only added to its story.
      payment.leads = false;
      end = await placeMoney(payment, outTradeNo, await loadLateCharge(outTradeNo), state);
    }
    await condition(allHandlersFinished);
    return end;
  });
}

function loadLateCharge(outTradeNo: string): Promise<LateCharge> {
  return inRecords.loadLateCharge.executeWithOptions({ summary: `what is ${outTradeNo}?` }, [{ outTradeNo }]);
}

async function placeMoney(
  payment: RunningCase,
  outTradeNo: string,
  late: LateCharge,
  state: ChargeState,
): Promise<LateEnd> {
  const { receipts } = state;
  const [first] = receipts;
  if (first === undefined || receipts.every(({ tradeNo }) => tradeNo === late.knownTradeNo)) return 'nothingNew';
  const verdict = verdictOf(state);
  if (verdict.kind === 'doubtful' && verdict.reason === 'merchantMismatch') {
    await payment.waitForPerson({
      reason: 'merchantMismatch',
      detail: `${outTradeNo}: ${describe(receipts)} after the payment had ended ${late.paymentStatus}`,
    });
    // It is not our money; a person has looked, and the evidence stays on record.
    payment.moveTo(late.paymentStatus);
    await inRecords.recordPayment.executeWithOptions({ summary: 'record the decision' }, [{ step: payment.step() }]);
    return 'nothingNew';
  }
  if (late.knownTradeNo !== null) {
    const { channel, paymentStatus } = late;
    for (const receipt of receipts.filter(({ tradeNo }) => tradeNo !== late.knownTradeNo))
      await holdStranded(payment, { channel, outTradeNo, receipt }, paymentStatus);
    return 'stranded';
  }
  if (state.returned) return recordReturned(payment, late, first);

  const received = await receive(payment, outTradeNo, late, receipts);
  // Where another charge holds money too, that one tells how the payment ended.
  payment.leads = payment.leads && !received.otherChargePaid;
  const give = (source: RefundSource): Promise<void> => refundLate(payment, outTradeNo, late, received, source);
  if (!payment.leads || late.terms.latePayment !== 'revive' || verdict.kind !== 'paid') {
    await give('unidentifiedReceipts');
    return 'refunded';
  }
  const { kind } = await issueOrUndo(payment, {
    issue: () => revive(payment, outTradeNo, late, first),
    giveBack: () => give('premiumInAdvance'),
  });
  return kind === 'issued' ? 'revived' : 'refunded';
}

async function receive(
  payment: RunningCase,
  outTradeNo: string,
  late: LateCharge,
  receipts: readonly Receipt[],
): Promise<ReceivedLateMoney> {
  payment.note(
    'LateMoneyReceived',
    `${outTradeNo}: ${describe(receipts)}, the payment had ended ${late.paymentStatus}`,
  );
  show(payment, outTradeNo, 'the money is booked');
  return inRecords.receiveLateMoney.executeWithOptions({ summary: `receive late money of ${outTradeNo}` }, [
    { channel: late.channel, outTradeNo, receipts, chargeVersion: late.chargeVersion + 1, step: payment.step() },
  ]);
}

/** The payment lives again: its money becomes the premium, and the core is asked for the policy. */
async function revive(payment: RunningCase, outTradeNo: string, late: LateCharge, receipt: Receipt) {
  payment.note('PaymentRevived', `${outTradeNo} pays for the policy after all`);
  payment.moveTo('paid');
  show(payment, outTradeNo, 'the core issues the policy');
  await inRecords.revivePayment.executeWithOptions({ summary: `revive with ${outTradeNo}` }, [
    { outTradeNo, amountFen: receipt.paidFen, at: nowIso(), step: payment.step() },
  ]);
  const { channel, proposalNo } = late;
  const premium = { paymentId: payment.paymentId, proposalNo, amountFen: receipt.paidFen };
  return issueUntilKnown(payment, issueRequest(premium, { outTradeNo, channel, receipt }), late.terms);
}

async function refundLate(
  payment: RunningCase,
  outTradeNo: string,
  late: LateCharge,
  received: ReceivedLateMoney,
  source: RefundSource,
): Promise<void> {
  const { proposalNo, channel, terms } = late;
  show(payment, outTradeNo, 'the money goes back');
  await giveMoneyBack(payment, {
    refundId: lateRefundId(outTradeNo),
    outTradeNo,
    channel,
    amountFen: received.receivedFen,
    reason: 'paid after the payment had ended',
    origin: 'late',
    source,
    proposalNo,
    gapsMs: terms.refundGapsMs,
  });
  payment.note('ChargeRefunded', `${outTradeNo} in full`);
  payment.moveTo('refunded');
  await inRecords.recordPayment.executeWithOptions({ summary: `record ${outTradeNo} refunded` }, [
    { step: payment.step() },
  ]);
  show(payment, outTradeNo, 'nothing: the money is back');
}

async function recordReturned(payment: RunningCase, late: LateCharge, receipt: Receipt): Promise<LateEnd> {
  const { channel, outTradeNo } = late;
  payment.note('ChargeRefunded', `${outTradeNo} was paid late and given back by the channel itself`);
  await inRecords.recordReturned.executeWithOptions({ summary: 'record money that came and went back' }, [
    {
      channel,
      outTradeNo,
      receipt,
      booked: false,
      chargeVersion: late.chargeVersion + 1,
      at: nowIso(),
      step: payment.step(),
    },
  ]);
  return 'returned';
}

function describe(receipts: readonly Receipt[]): string {
  return receipts.map(({ paidFen, tradeNo }) => `${paidFen} fen under ${tradeNo}`).join(' and ');
}

function show(payment: RunningCase, outTradeNo: string, next: string): void {
  payment.showCard([
    ['Late money for', outTradeNo],
    ['Next', next],
  ]);
}
