import { verdictOf, type Receipt } from '../../domain/charge.js';
import type { PaymentStatus } from '../../domain/payment.js';
import {
  collectAndConclude,
  holdWhileDoubtful,
  receivePremium,
  runPayment,
  type Conclusion,
} from '../collect/collectAndConclude.js';
import { collectPremium, collectUntilKnown, describeDoubt, type Collected } from '../collect/collectPremium.js';
import type { Charge } from '../collect/charges.js';
import { cancelPolicyIfAny } from '../issue/issueOrUndo.js';
import type { PartPaymentInput } from './messages.js';
import { RunningPart } from './runningPart.js';
import { inRecords } from '../saga/steps.js';

/**
 * One part of a split payment: collected like any payment, with charges, evidence and expiry of its own. What becomes of
 * its money its order says, which alone speaks with the core; until then the part holds it.
 */
export async function partPayment(input: PartPaymentInput): Promise<PaymentStatus> {
  const part = new RunningPart(input);
  part.listen();
  part.keepTelling();
  const end = await runPayment(part, () =>
    collectAndConclude(part, {
      collect: () => collectPart(part),
      receive: (charge, receipt) => receivePart(part, charge, receipt),
      conclude: (charge, receipt) => untilSaid(part, charge, receipt),
      // The split payment sees to it before it sends money back, unless its workflow is gone.
      cancelPolicy: (reason) =>
        part.orderGone ? cancelPolicyIfAny(part, reason, input.orderPaymentId) : Promise.resolve(),
    }),
  );
  await part.untilSent();
  return end;
}

/** A part that ended unpaid stays ready: its order may open it once more, and its money may still come. */
async function collectPart(part: RunningPart): Promise<Collected> {
  let collected = await collectPremium(part);
  while (collected.kind === 'closed' && !part.ended) {
    // Whoever waits for another method learns that there is none, and reopening does not come back to it.
    part.answerSwitch('notPossible');
    part.methodSwitch = null;
    part.show('its order says whether it is opened again');
    const hasNews = (): boolean => ['paid', 'doubtful'].includes(part.charges.ruling().kind);
    await part.untilWord(() => part.ended || part.reopenUntil !== null || hasNews());
    if (hasNews()) collected = await collectUntilKnown(part);
    else if (part.reopenUntil !== null) collected = await openAgain(part, part.reopenUntil);
    else if (part.orderGone) return collected;
  }
  return collected;
}

async function openAgain(part: RunningPart, expiresAt: string): Promise<Collected> {
  part.reopenUntil = null;
  part.expiresAt = expiresAt;
  part.refusal = null;
  part.cancelReason = null;
  part.note('PartsReopened', `until ${expiresAt}`);
  part.moveTo('opening');
  return collectPremium(part);
}

async function receivePart(part: RunningPart, charge: Charge, receipt: Receipt): Promise<void> {
  await receivePremium(part, charge, receipt, part.part.settleAfterDays);
  const { tradeNo, paidAt, paidFen } = receipt;
  part.paidFen = paidFen;
  part.receipt = { outTradeNo: charge.outTradeNo, channel: charge.method.channel, tradeNo, paidAt };
}

/**
 * The money is held until the order knows of a policy, or that there will be none. Doubt about it is settled first; but
 * what a person decides of it is done only when the order says so, which may be having the policy issued at this moment.
 */
async function untilSaid(part: RunningPart, charge: Charge, receipt: Receipt): Promise<Conclusion> {
  const isDoubtful = (): boolean => part.withdrawn === null && verdictOf(charge.state).kind === 'doubtful';
  for (;;) {
    part.show('its order waits for the other parts');
    await part.untilWord(() => part.word !== null || isDoubtful());
    if (part.word?.kind === 'issued') {
      const { word } = part;
      await recordIssued(part, word, receipt);
      if (part.withdrawn !== null || isDoubtful()) await lookAfterIssue(part, charge);
      return { kind: 'issued', issuedAt: word.issuedAt };
    }
    if (isDoubtful()) {
      const belief = await holdWhileDoubtful(part, charge);
      if (belief !== 'money') part.withdrawn = belief;
    } else if (part.word !== null || (part.orderGone && (part.withdrawn !== null || part.ended))) {
      return part.withdrawn === 'gone' ? { kind: 'gone' } : { kind: 'notIssued', sinceUnknown: false };
    } else if (part.orderGone) {
      const decision = await withoutOrder(part);
      if (decision === 'refund') return { kind: 'notIssued', sinceUnknown: false };
    }
  }
}

/** The policy was issued while the money was in doubt: it stands, nothing goes back by itself, and a person looks. */
async function lookAfterIssue(part: RunningPart, charge: Charge): Promise<void> {
  part.leads = false;
  const verdict = verdictOf(charge.state);
  const reason = verdict.kind === 'doubtful' ? verdict.reason : 'contradictoryEvidence';
  const detail = `the policy was issued meanwhile; ${describeDoubt(charge, reason)}`;
  await part.waitForPerson({ reason, detail, decisions: ['recheck'] });
}

/** Nobody is left to say what becomes of the money: a person does, after looking whether there is a policy. */
async function withoutOrder(part: RunningPart): Promise<'refund' | 'goOn'> {
  const detail = `${part.part.orderWorkflowId} was stopped from outside while ${part.paymentId} holds ${part.paidFen} fen`;
  const resolution = await part.waitForPerson({ reason: 'orderStopped', detail }, () => part.word !== null);
  part.moveTo('paid');
  if (resolution?.decision === 'refund') return 'refund';
  part.orderGone = false;
  await part.tell();
  return 'goOn';
}

async function recordIssued(
  part: RunningPart,
  { policyNo, issuedAt }: { policyNo: string; issuedAt: string },
  { paidFen }: Receipt,
): Promise<void> {
  part.policyNo = policyNo;
  part.note('PolicyIssued', `${policyNo}, of which ${paidFen} fen are this part`);
  part.moveTo('issued');
  await inRecords.recordPayment.executeWithOptions({ summary: `record policy ${policyNo}` }, [
    { step: part.step({ policyNo, issuedAt }) },
  ]);
}
