import { allHandlersFinished, CancellationScope, condition } from '@temporalio/workflow';
import { verdictOf, type Receipt } from '../../domain/charge.js';
import { undoRefundId } from '../../domain/ids.js';
import { addFen, fen, type Fen } from '../../domain/money.js';
import type { Decision } from '../../domain/review.js';
import type { PaymentStatus } from '../../domain/payment.js';
import type { RefundSource } from '../../domain/book/account.js';
import { issueOrUndo, type Issued } from '../issue/issueOrUndo.js';
import { giveMoneyBack } from '../refund/giveMoneyBack.js';
import { nowIso } from '../saga/clock.js';
import type { RunningCase } from '../saga/runningCase.js';
import { inRecords } from '../saga/steps.js';
import { markPlaced, tradeNosOf, type Charge } from './charges.js';
import { describeDoubt, type Collected } from './collectPremium.js';
import { queryCharge } from './endCharge.js';
import { endOtherCharges } from './endOtherCharges.js';
import type { RunningPayment } from './runningPayment.js';

/** What became of money that was received. */
export type Conclusion =
  | Issued
  /** The core was asked for each of several payments, and each has been seen to by itself. */
  | { kind: 'concluded' }
  /** The channel itself has given it back, as a person has confirmed. */
  | { kind: 'gone'; items?: readonly string[] };

/** What differs between a payment that asks the core itself, a part whose split payment does, and a cart of many. */
export interface Stages {
  collect: () => Promise<Collected>;
  receive: (charge: Charge, receipt: Receipt) => Promise<void>;
  /** Undone by `cancelPolicy`, and where there is no policy by giving all of the money back. */
  conclude: (charge: Charge, receipt: Receipt) => Promise<Conclusion>;
  /** By default the payment's own policy, if the core has one. */
  cancelPolicy?: (reason: string) => Promise<void>;
}

/**
 * Runs a payment to its end, whatever asks its workflow to stop. A cancellation by an engineer is a wish like the core's:
 * it ends the payment by its own rules, never in the middle.
 */
export async function runPayment(payment: RunningPayment, story: () => Promise<Charge | null>): Promise<PaymentStatus> {
  CancellationScope.current().cancelRequested.catch(() => {
    payment.requestCancel('cancelled in Temporal');
  });
  return CancellationScope.nonCancellable(async () => {
    const counted = await story();
    await endOtherCharges(payment, counted);
    await recordLastNews(payment);
    payment.show('nothing: the payment has ended');
    await condition(allHandlersFinished);
    return payment.status;
  });
}

/** The story of a payment. Answers with the charge whose money counted, if any did. */
export async function collectAndConclude(payment: RunningPayment, stages: Stages): Promise<Charge | null> {
  const collected = await stages.collect();
  payment.answerSwitch(collected.kind === 'paid' ? 'alreadyPaid' : 'notPossible');
  switch (collected.kind) {
    case 'closed':
      return null;
    case 'returned':
      await recordReturned(payment, { ...collected, booked: false });
      return collected.charge;
    case 'giveBack':
      await giveBackMisfit(payment, collected.charge, payment.input.proposalNo);
      return collected.charge;
    case 'paid':
      break;
  }

  const { charge, receipt } = collected;
  const { proposalNo } = payment.input;
  const amountFen = receipt.paidFen;
  markPlaced(charge, [receipt.tradeNo]);
  const conclusion = await issueOrUndo<Conclusion>(payment, {
    issue: async () => {
      await stages.receive(charge, receipt);
      return stages.conclude(charge, receipt);
    },
    giveBack: () => refundInFull(payment, charge, { amountFen, source: 'premiumInAdvance', proposalNo }),
    ...(stages.cancelPolicy === undefined ? {} : { cancel: stages.cancelPolicy }),
  });
  if (conclusion.kind === 'gone')
    await recordReturned(payment, { charge, receipt, booked: true, items: conclusion.items ?? [] });
  else if (conclusion.kind === 'notIssued') await recordRefunded(payment, charge);
  return charge;
}

/** The premium is booked, and the payment is paid. `settleAfterDays`: where its money does not arrive as its channel's does. */
export async function receivePremium(
  payment: RunningPayment,
  charge: Charge,
  receipt: Receipt,
  settleAfterDays: number | null = null,
): Promise<void> {
  const { outTradeNo, method } = charge;
  const knownBy = noteReceived(payment, charge, receipt);
  await inRecords.receivePremium.executeWithOptions(
    { summary: `receive ${receipt.paidFen} fen, known by ${knownBy}` },
    [
      {
        channel: method.channel,
        outTradeNo,
        receipt,
        knownBy,
        step: payment.step(),
        ...(settleAfterDays === null ? {} : { settleAfterDays }),
      },
    ],
  );
}

/** What the timeline tells of money received; answers how it became known. */
export function noteReceived(payment: RunningPayment, charge: Charge, receipt: Receipt): string {
  const knownBy = charge.knownBy ?? 'query';
  payment.note('ChargePaid', `${receipt.paidFen} fen under ${receipt.tradeNo}, known by ${knownBy}`);
  payment.note('PremiumReceived', `${receipt.paidFen} fen from ${charge.method.channel}`);
  payment.moveTo('paid');
  payment.show('the core issues the policy');
  return knownBy;
}

/** What is believed of received money: it is there, a person sends it back, or the channel has already. */
export type Belief = 'money' | 'sendBack' | 'gone';

/**
 * Evidence against the payment that arrived after its money was believed holds issue and refund until a person has
 * looked and the channel has said once more where the money is. The person may then send it back, or confirm that the
 * channel already has.
 */
export async function holdWhileDoubtful(payment: RunningPayment, charge: Charge): Promise<Belief> {
  let decision: Decision | undefined;
  for (;;) {
    const verdict = verdictOf(charge.state);
    if (verdict.kind !== 'doubtful') break;
    const { reason } = verdict;
    const resolution = await payment.waitForPerson({ reason, detail: describeDoubt(charge, reason) });
    decision = resolution?.decision;
    const answer = await queryCharge(payment, charge, 'confirm');
    if (decision === 'settledOutside' && answer === 'returned') return 'gone';
  }
  payment.moveTo('paid');
  return decision === 'refund' ? 'sendBack' : 'money';
}

export async function refundInFull(
  payment: RunningCase,
  charge: Charge,
  money: { amountFen: Fen; source: RefundSource; proposalNo: string },
): Promise<void> {
  await giveMoneyBack(payment, {
    refundId: undoRefundId(charge.outTradeNo),
    outTradeNo: charge.outTradeNo,
    channel: charge.method.channel,
    amountFen: money.amountFen,
    reason: 'the policy was not issued',
    origin: 'undo',
    source: money.source,
    proposalNo: money.proposalNo,
    gapsMs: charge.terms.refundGapsMs,
  });
}

export async function recordRefunded(payment: RunningCase, charge: Charge): Promise<void> {
  payment.note('ChargeRefunded', `${charge.outTradeNo} in full`);
  payment.moveTo('refunded');
  await inRecords.recordPayment.executeWithOptions({ summary: 'record refunded' }, [{ step: payment.step() }]);
}

/** Money of another amount than asked, sent back by an operator's decision: booked first, then refunded like any other. */
export async function giveBackMisfit(payment: RunningCase, charge: Charge, proposalNo: string): Promise<void> {
  const { receipts } = charge.state;
  markPlaced(charge, tradeNosOf(receipts));
  const amountFen = addFen(fen(0), ...receipts.map(({ paidFen }) => paidFen));
  payment.note('LateMoneyReceived', `${amountFen} fen that do not fit the payment`);
  const step = payment.step();
  await inRecords.receiveLateMoney.executeWithOptions({ summary: `receive ${amountFen} fen to send back` }, [
    { channel: charge.method.channel, outTradeNo: charge.outTradeNo, receipts, chargeVersion: step.version, step },
  ]);
  await refundInFull(payment, charge, { amountFen, source: 'unidentifiedReceipts', proposalNo });
  await recordRefunded(payment, charge);
}

/** What happened while the other charges were ended. */
async function recordLastNews(payment: RunningPayment): Promise<void> {
  if (!payment.hasNews()) return;
  await inRecords.recordPayment.executeWithOptions({ summary: 'record what came after the end' }, [
    { step: payment.step() },
  ]);
}

/** `items`: payments that the charge pays together, whose premiums were booked apart. */
export async function recordReturned(
  payment: RunningCase,
  returned: { charge: Charge; receipt: Receipt; booked: boolean; items?: readonly string[] },
): Promise<void> {
  const { charge, receipt, booked, items = [] } = returned;
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
      ...(items.length === 0 ? {} : { items }),
    },
  ]);
}
