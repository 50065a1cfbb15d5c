import { allHandlersFinished, CancellationScope, condition } from '@temporalio/workflow';
import { verdictOf, type Receipt } from '../domain/charge.js';
import { undoRefundId } from '../domain/ids.js';
import { addFen, fen, type Fen } from '../domain/money.js';
import type { Decision, PaymentStatus } from '../domain/payment.js';
import type { RefundSource } from '../domain/journal.js';
import { askChannel } from './chargeSteps.js';
import { nowIso } from './clock.js';
import { collectPremium, describeDoubt } from './collectPremium.js';
import { markPlaced, tradeNosOf, type Charge } from './collection.js';
import { Compensations } from './compensations.js';
import { endOtherCharges } from './endOtherCharges.js';
import { giveMoneyBack } from './giveMoneyBack.js';
import { issueUntilKnown, undoPolicy } from './issueUntilKnown.js';
import type { PremiumPaymentInput } from './messages.js';
import { OpenPayment } from './openPayment.js';
import { inRecords } from './steps.js';

/**
 * One premium payment, from the core's wish to the policy: collect, receive, issue; and when the core refuses, undo.
 * Runs until the money is in the right place, however long a channel, the core or a person takes.
 */
export async function premiumPayment(input: PremiumPaymentInput): Promise<PaymentStatus> {
  const payment = new OpenPayment(input);
  payment.listen();
  // A cancellation by an engineer is a wish like the core's: it ends the payment by its own rules, never in the middle.
  CancellationScope.current().cancelRequested.catch(() => {
    payment.requestCancel('cancelled in Temporal');
  });
  return CancellationScope.nonCancellable(async () => {
    const counted = await collectAndIssue(payment);
    await endOtherCharges(payment, counted);
    await recordLastNews(payment);
    payment.show('nothing: the payment has ended');
    await condition(allHandlersFinished);
    return payment.status;
  });
}

/** The story of a payment. Answers with the charge whose money counted, if any did. */
async function collectAndIssue(payment: OpenPayment): Promise<Charge | null> {
  const collected = await collectPremium(payment);
  payment.answerSwitch(collected.kind === 'paid' ? 'alreadyPaid' : 'notPossible');
  switch (collected.kind) {
    case 'closed':
      return null;
    case 'returned':
      await recordReturned(payment, { ...collected, booked: false });
      return collected.charge;
    case 'giveBack':
      await giveBackMisfit(payment, collected.charge);
      return collected.charge;
    case 'paid':
      break;
  }

  const { charge, receipt } = collected;
  markPlaced(charge, [receipt.tradeNo]);
  const undo = new Compensations();
  undo.add(() => refundInFull(payment, charge, { amountFen: receipt.paidFen, source: 'premiumInAdvance' }));
  await receivePremium(payment, charge, receipt);

  const belief = await holdWhileDoubtful(payment, charge);
  if (belief === 'gone') {
    await recordReturned(payment, { charge, receipt, booked: true });
    return charge;
  }
  undo.add(() => undoPolicy(payment, 'the premium is refunded'));
  const issued =
    belief === 'money'
      ? await issueUntilKnown(payment, issueRequest(payment, charge, receipt), payment.input.terms)
      : ({ kind: 'notIssued', sinceUnknown: false } as const);
  if (issued.kind === 'issued') return charge;

  await undo.run();
  // A call to the core that was given up as unknown may have landed while the money went back.
  if (issued.sinceUnknown) await undoPolicy(payment, 'the premium was refunded');
  await recordRefunded(payment, charge);
  return charge;
}

async function receivePremium(payment: OpenPayment, charge: Charge, receipt: Receipt): Promise<void> {
  const { outTradeNo, method } = charge;
  const knownBy = charge.knownBy ?? 'query';
  payment.note('ChargePaid', `${receipt.paidFen} fen under ${receipt.tradeNo}, known by ${knownBy}`);
  payment.note('PremiumReceived', `${receipt.paidFen} fen from ${method.channel}`);
  payment.moveTo('paid');
  payment.show('the core issues the policy');
  await inRecords.receivePremium.executeWithOptions(
    { summary: `receive ${receipt.paidFen} fen, known by ${knownBy}` },
    [{ channel: method.channel, outTradeNo, receipt, knownBy, step: payment.step() }],
  );
}

/**
 * Evidence against the payment that arrived after its money was believed holds issue and refund until a person has
 * looked and the channel has said once more where the money is. The person may then send it back, or confirm that the
 * channel already has.
 */
async function holdWhileDoubtful(payment: OpenPayment, charge: Charge): Promise<'money' | 'sendBack' | 'gone'> {
  let decision: Decision | undefined;
  for (;;) {
    const verdict = verdictOf(charge.state);
    if (verdict.kind !== 'doubtful') break;
    const { reason } = verdict;
    const resolution = await payment.waitForPerson({ reason, detail: describeDoubt(charge, reason) });
    decision = resolution?.decision;
    const answer = await askChannel(payment, charge, 'confirm');
    if (decision === 'settledOutside' && answer === 'returned') return 'gone';
  }
  payment.moveTo('paid');
  return decision === 'refund' ? 'sendBack' : 'money';
}

function issueRequest(payment: OpenPayment, charge: Charge, receipt: Receipt) {
  const { input } = payment;
  return {
    paymentId: input.paymentId,
    proposalNo: input.proposalNo,
    amountFen: input.amountFen,
    paidAt: receipt.paidAt,
    channel: charge.method.channel,
    outTradeNo: charge.outTradeNo,
    channelTradeNo: receipt.tradeNo,
  };
}

async function refundInFull(
  payment: OpenPayment,
  charge: Charge,
  money: { amountFen: Fen; source: RefundSource },
): Promise<void> {
  const { input } = payment;
  await giveMoneyBack(payment, {
    refundId: undoRefundId(charge.outTradeNo),
    outTradeNo: charge.outTradeNo,
    channel: charge.method.channel,
    amountFen: money.amountFen,
    reason: 'the policy was not issued',
    origin: 'undo',
    source: money.source,
    proposalNo: input.proposalNo,
    gapsMs: charge.terms.refundGapsMs,
  });
}

async function recordRefunded(payment: OpenPayment, charge: Charge): Promise<void> {
  payment.note('ChargeRefunded', `${charge.outTradeNo} in full`);
  payment.moveTo('refunded');
  await inRecords.recordPayment.executeWithOptions({ summary: 'record refunded' }, [{ step: payment.step() }]);
}

/** Money of another amount than asked, sent back by an operator's decision: booked first, then refunded like any other. */
async function giveBackMisfit(payment: OpenPayment, charge: Charge): Promise<void> {
  const { receipts } = charge.state;
  markPlaced(charge, tradeNosOf(receipts));
  const amountFen = addFen(fen(0), ...receipts.map(({ paidFen }) => paidFen));
  payment.note('LateMoneyReceived', `${amountFen} fen that do not fit the payment`);
  const step = payment.step();
  await inRecords.receiveLateMoney.executeWithOptions({ summary: `receive ${amountFen} fen to send back` }, [
    { channel: charge.method.channel, outTradeNo: charge.outTradeNo, receipts, chargeVersion: step.version, step },
  ]);
  await refundInFull(payment, charge, { amountFen, source: 'unidentifiedReceipts' });
  await recordRefunded(payment, charge);
}

/** What happened while the other charges were ended. */
async function recordLastNews(payment: OpenPayment): Promise<void> {
  if (!payment.hasNews()) return;
  await inRecords.recordPayment.executeWithOptions({ summary: 'record what came after the end' }, [
    { step: payment.step() },
  ]);
}

async function recordReturned(
  payment: OpenPayment,
  { charge, receipt, booked }: { charge: Charge; receipt: Receipt; booked: boolean },
): Promise<void> {
  const why = 'paid and given back by the channel itself';
  markPlaced(charge, tradeNosOf(charge.state.receipts));
  payment.note('ChargeClosed', `${charge.outTradeNo} ${why}`);
  payment.moveTo('closed');
  const step = payment.step({ closeReason: why });
  await inRecords.recordReturned.executeWithOptions({ summary: 'record money that came and went back' }, [
    {
      channel: charge.method.channel,
      outTradeNo: charge.outTradeNo,
      receipt,
      booked,
      chargeVersion: step.version,
      at: nowIso(),
      step,
    },
  ]);
}
