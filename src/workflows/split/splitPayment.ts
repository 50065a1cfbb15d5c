import {
  allHandlersFinished,
  CancellationScope,
  condition,
  continueAsNew,
  ParentClosePolicy,
  startChild,
} from '@temporalio/workflow';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { chargesMax, paymentWorkflowId } from '../../domain/ids.js';
import type { PaymentStatus } from '../../domain/payment.js';
import { settleAfterDays } from '../../domain/shape.js';
import { nowIso, nowMs } from '../saga/clock.js';
import { issueOrUndo, issueRequest, issueUntilKnown, type Issued } from '../issue/issueOrUndo.js';
import { startOptions } from '../saga/startOptions.js';
import { partPaymentType, type PartPaymentInput, type SplitPaymentInput } from './messages.js';
import type { partPayment } from './partPayment.js';
import { RunningSplit, type SplitPart } from './runningSplit.js';
import { inRecords } from '../saga/steps.js';

/**
 * A premium collected in parts, each a workflow of its own that holds its money: all of them paid, the core issues the
 * policy; otherwise everything goes back. Decided on what is known alone: a part nobody can tell about is waited for.
 */
export async function splitPayment(input: SplitPaymentInput): Promise<PaymentStatus> {
  const split = new RunningSplit(input);
  split.listen();
  CancellationScope.current().cancelRequested.catch(() => {
    split.requestCancel('cancelled in Temporal');
  });
  return CancellationScope.nonCancellable(async () => {
    if (input.carried === undefined) {
      await inRecords.registerParts.executeWithOptions({ summary: `register ${split.parts.length} parts` }, [
        { paymentId: split.paymentId, at: nowIso() },
      ]);
    }
    await conclude(split, await collectParts(split));
    split.show('nothing: the payment has ended');
    await condition(allHandlersFinished);
    return split.status;
  });
}

/** Opens what may be opened and listens, until all is paid or can be paid no more. */
async function collectParts(split: RunningSplit): Promise<'issue' | 'giveBack' | 'closed'> {
  for (;;) {
    split.refresh();
    await split.record();
    if (split.shouldGoOnAfresh()) await continueAsNew<typeof splitPayment>({ ...split.input, carried: split.carry() });
    // Before the policy is asked for a person's decision about a part's money is the order's.
    const withdrawn = split.parts.filter((part) => part.wantsBack && part.news?.withdrawn === true);
    await split.say(withdrawn, { kind: 'giveBack' });
    const ruling = split.ruling();
    switch (ruling.kind) {
      case 'open':
        await openParts(split, ruling.partNos);
        break;
      case 'wait':
        await split.untilNews();
        break;
      case 'close':
        await endOpenParts(split);
        await split.untilNews();
        break;
      case 'hold':
        if (await hold(split)) return 'giveBack';
        break;
      default:
        return ruling.kind;
    }
  }
}

async function openParts(split: RunningSplit, partNos: readonly number[]): Promise<void> {
  const parts = split.parts.filter(({ planned }) => partNos.includes(planned.partNo));
  const isNew = await Promise.all(parts.map((part) => openPart(split, part)));
  // There already, as after a reset of this workflow: they tell once more where they stand.
  await split.say(
    parts.filter((_part, index) => isNew[index] !== true),
    { kind: 'tell' },
  );
}

/** False when the part's workflow was there already. */
async function openPart(split: RunningSplit, part: SplitPart): Promise<boolean> {
  const { partId, amountFen, channel } = part.planned;
  const { proposalNo } = split.input;
  const input = partInput(split, part);
  part.started = true;
  try {
    await startChild<typeof partPayment>(partPaymentType, {
      ...startOptions({
        workflowId: split.workflowIdOf(part),
        summary: `${partId}: ${amountFen} fen by ${channel} for proposal ${proposalNo}`,
        status: 'opening',
        ...{ channel, proposalNo, amountFen },
      }),
      // It owns money: it outlives whatever becomes of this workflow.
      parentClosePolicy: ParentClosePolicy.ABANDON,
      args: [input],
    });
    return true;
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    return false;
  }
}

function partInput(split: RunningSplit, part: SplitPart): PartPaymentInput {
  const { input, paymentId } = split;
  const { planned } = part;
  const { channel, merchantId, amountFen, partNo, method, settlement, expiresAt } = planned;
  return {
    paymentId: split.recordIdOf(part),
    proposalNo: input.proposalNo,
    productCode: input.productCode,
    amountFen,
    subject: input.subject,
    method: { ...method, channel },
    merchantId,
    expiresAt: split.reopenedUntil ?? expiresAt,
    // Late money of a part revives nothing: only all parts together are a premium.
    terms: { ...input.terms, ...planned.terms, latePayment: 'refund' },
    partNo,
    orderPaymentId: paymentId,
    orderWorkflowId: paymentWorkflowId(paymentId),
    settleAfterDays: settlement === null ? null : settleAfterDays[settlement],
  };
}

/** What is not paid is to be closed; a part that turns out paid says so. */
async function endOpenParts(split: RunningSplit): Promise<void> {
  const open = split.parts.filter(
    (part) => part.started && !part.isOver && part.state.status !== 'paid' && part.word !== 'end',
  );
  await split.say(open, { kind: 'end' });
}

/** A person decides between opening the missing parts once more and giving back. True: give back. */
async function hold(split: RunningSplit): Promise<boolean> {
  const missingNow = (): SplitPart[] => split.parts.filter(({ state }) => state.status !== 'paid');
  const asked = missingNow();
  const mayReopen = asked.every(canBeOpenedAgain);
  const resolution = await split.waitForPerson(
    {
      reason: 'partsMissing',
      detail: `${split.paidFen} of ${split.input.amountFen} fen are paid; missing: ${asked.map(({ planned }) => planned.partId).join(', ')}`,
      ...(mayReopen ? {} : { decisions: ['refund'] as const }),
    },
    // Money may come late for what was missing.
    () => split.ruling().kind !== 'hold',
  );
  split.refresh();
  // Money may have come for one of them while the person was deciding.
  if (resolution === null || split.ruling().kind !== 'hold') return false;
  if (resolution.decision === 'refund') return true;
  const missing = missingNow();
  const expiresAt = new Date(nowMs() + split.periodMs).toISOString();
  split.reopenedUntil = expiresAt;
  split.note('PartsReopened', missing.map(({ planned }) => planned.partId).join(', '));
  const begun = missing.filter(({ started }) => started);
  // They are open for the order from now on; what a part tells next is newer.
  for (const part of begun) if (part.news !== null) part.news = { ...part.news, status: 'opening' };
  await split.say(begun, { kind: 'reopen', expiresAt });
  return false;
}

/** A part whose money went back has ended for good, and so has one that has used up its numbers. */
function canBeOpenedAgain({ state, news }: SplitPart): boolean {
  if (state.status === 'planned') return true;
  const attempt = Number(news?.charge?.outTradeNo.at(-1) ?? 1);
  return state.status === 'closed' && attempt < chargesMax;
}

async function conclude(split: RunningSplit, due: 'issue' | 'giveBack' | 'closed'): Promise<void> {
  if (due !== 'issue') {
    noteMissing(split);
    await windUp(split);
    return;
  }
  const outcome = await issueOrUndo(split, {
    issue: () => issuePolicy(split),
    giveBack: () => windUp(split),
  });
  if (outcome.kind === 'notIssued') {
    await split.record();
    return;
  }
  // Whatever happens to a part from now on does not take back what is true of the payment.
  split.leads = false;
  await split.say(split.parts, { kind: 'issued', policyNo: split.policyNo ?? '', issuedAt: outcome.issuedAt });
  await untilAllOver(split);
}

/** The premium is there with its last part, so that one speaks for all of them. */
async function issuePolicy(split: RunningSplit): Promise<Issued> {
  split.note('PartPaid', `${split.paidFen} fen in ${split.parts.length} parts`);
  await split.record();
  split.show('the core issues the policy');
  const receipts = split.parts.flatMap(({ news }) => news?.receipt ?? []);
  const last = receipts.reduce((latest, each) => (each.paidAt > latest.paidAt ? each : latest));
  const { outTradeNo, channel } = last;
  return issueUntilKnown(split, issueRequest(split.input, { outTradeNo, channel, receipt: last }), split.input.terms);
}

function noteMissing(split: RunningSplit): void {
  const missing = split.parts.filter(({ state }) => state.status !== 'paid');
  split.note(
    'PartEnded',
    `without ${missing.map(({ planned, state }) => `${planned.partId} (${state.status})`).join(', ')}`,
  );
}

/** Every part gives back what it holds; the end is reached when each has told so. */
async function windUp(split: RunningSplit): Promise<void> {
  const unopened = split.parts.filter(({ started }) => !started);
  if (unopened.length > 0) await recordUnopened(split, unopened);
  const holding = split.parts.filter((part) => part.started && part.wantsBack);
  const others = split.parts.filter((part) => part.started && !part.wantsBack && part.word !== 'giveBack');
  await split.say(holding, { kind: 'giveBack' });
  await split.say(others, { kind: 'end' });
  await untilAllOver(split);
}

async function untilAllOver(split: RunningSplit): Promise<void> {
  for (;;) {
    split.refresh();
    await split.record();
    const open = split.parts.filter((part) => part.started && !part.isOver);
    if (open.length === 0) return;
    // Found paid since: its money goes back as well.
    const foundPaid = open.filter((part) => part.wantsBack);
    await split.say(foundPaid, { kind: 'giveBack' });
    await split.untilNews();
  }
}

/** Slices whose turn never came are closed: nothing was ever asked of a channel. */
async function recordUnopened(split: RunningSplit, unopened: readonly SplitPart[]): Promise<void> {
  const [first, ...others] = unopened.map((part) => split.recordIdOf(part));
  if (first === undefined) return;
  const closed = { type: 'ChargeClosed', at: nowIso(), detail: 'never opened' } as const;
  const step = {
    paymentId: first,
    writer: 'order',
    version: 1,
    status: 'closed',
    closeReason: 'never opened',
    events: [closed],
    ...(others.length === 0 ? {} : { followers: others }),
  } as const;
  await inRecords.recordPayment.executeWithOptions({ summary: `record ${unopened.length} parts never opened` }, [
    { step },
  ]);
}
