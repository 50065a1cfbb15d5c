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
import { Compensations } from '../saga/compensations.js';
import { issueUntilKnown, undoPolicy } from '../issue/issueUntilKnown.js';
import { searchAttributes } from '../saga/messages.js';
import { partPaymentType, type PartPaymentInput, type SplitPaymentInput } from './messages.js';
import type { partPayment } from './partPayment.js';
import { SplitOrder, type OrderPart } from './splitOrder.js';
import { inRecords } from '../saga/steps.js';

/**
 * A premium collected in parts, each a workflow of its own that holds its money: all of them paid, the core issues the
 * policy; otherwise everything goes back. Decided on what is known alone: a part nobody can tell about is waited for.
 */
export async function splitPayment(input: SplitPaymentInput): Promise<PaymentStatus> {
  const order = new SplitOrder(input);
  order.listen();
  CancellationScope.current().cancelRequested.catch(() => {
    order.requestCancel('cancelled in Temporal');
  });
  return CancellationScope.nonCancellable(async () => {
    if (input.carried === undefined) {
      await inRecords.registerParts.executeWithOptions({ summary: `register ${order.parts.length} parts` }, [
        { paymentId: order.paymentId, at: nowIso() },
      ]);
    }
    await conclude(order, await collectParts(order));
    order.show('nothing: the payment has ended');
    await condition(allHandlersFinished);
    return order.status;
  });
}

/** Opens what may be opened and listens, until all is paid or can be paid no more. */
async function collectParts(order: SplitOrder): Promise<'issue' | 'giveBack' | 'closed'> {
  for (;;) {
    order.refresh();
    await order.record();
    if (order.shouldGoOnAfresh()) await continueAsNew<typeof splitPayment>({ ...order.input, carried: order.carry() });
    // Before the policy is asked for a person's decision about a part's money is the order's.
    const withdrawn = order.parts.filter((part) => part.wantsBack && part.news?.withdrawn === true);
    await order.say(withdrawn, { kind: 'giveBack' });
    const ruling = order.ruling();
    switch (ruling.kind) {
      case 'open':
        await openParts(order, ruling.partNos);
        break;
      case 'wait':
        await order.untilNews();
        break;
      case 'close':
        await endOpenParts(order);
        await order.untilNews();
        break;
      case 'hold':
        if (await hold(order)) return 'giveBack';
        break;
      default:
        return ruling.kind;
    }
  }
}

async function openParts(order: SplitOrder, partNos: readonly number[]): Promise<void> {
  const parts = order.parts.filter(({ planned }) => partNos.includes(planned.partNo));
  const isNew = await Promise.all(parts.map((part) => openPart(order, part)));
  // There already, as after a reset of this workflow: they tell once more where they stand.
  await order.say(
    parts.filter((_part, index) => isNew[index] !== true),
    { kind: 'tell' },
  );
}

/** False when the part's workflow was there already. */
async function openPart(order: SplitOrder, part: OrderPart): Promise<boolean> {
  const { planned } = part;
  const input = partInput(order, part);
  part.started = true;
  try {
    await startChild<typeof partPayment>(partPaymentType, {
      workflowId: order.workflowIdOf(part),
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
      // It owns money: it outlives whatever becomes of this workflow.
      parentClosePolicy: ParentClosePolicy.ABANDON,
      staticSummary: `${planned.partId}: ${planned.amountFen} fen by ${planned.channel} for proposal ${order.input.proposalNo}`,
      typedSearchAttributes: [
        { key: searchAttributes.paymentStatus, value: 'opening' },
        { key: searchAttributes.channel, value: planned.channel },
        { key: searchAttributes.proposalNo, value: order.input.proposalNo },
        { key: searchAttributes.amountFen, value: planned.amountFen },
        { key: searchAttributes.needsAttention, value: false },
      ],
      args: [input],
    });
    return true;
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    return false;
  }
}

function partInput(order: SplitOrder, part: OrderPart): PartPaymentInput {
  const { input, paymentId } = order;
  const { planned } = part;
  const { channel, merchantId, amountFen, partNo, method, settlement, expiresAt } = planned;
  return {
    paymentId: order.recordIdOf(part),
    proposalNo: input.proposalNo,
    productCode: input.productCode,
    amountFen,
    subject: input.subject,
    method: { ...method, channel },
    merchantId,
    expiresAt: order.reopenedUntil ?? expiresAt,
    // Late money of a part revives nothing: only all parts together are a premium.
    terms: { ...input.terms, ...planned.terms, latePayment: 'refund' },
    partNo,
    orderPaymentId: paymentId,
    orderWorkflowId: paymentWorkflowId(paymentId),
    settleAfterDays: settlement === null ? null : settleAfterDays[settlement],
  };
}

/** What is not paid is to be closed; a part that turns out paid says so. */
async function endOpenParts(order: SplitOrder): Promise<void> {
  const open = order.parts.filter(
    (part) => part.started && !part.isOver && part.state.status !== 'paid' && part.word !== 'end',
  );
  await order.say(open, { kind: 'end' });
}

/** A person decides between opening the missing parts once more and giving back. True: give back. */
async function hold(order: SplitOrder): Promise<boolean> {
  const missingNow = (): OrderPart[] => order.parts.filter(({ state }) => state.status !== 'paid');
  const asked = missingNow();
  const mayReopen = asked.every(canBeOpenedAgain);
  const resolution = await order.waitForPerson(
    {
      reason: 'partsMissing',
      detail: `${order.paidFen} of ${order.input.amountFen} fen are paid; missing: ${asked.map(({ planned }) => planned.partId).join(', ')}`,
      ...(mayReopen ? {} : { decisions: ['refund'] as const }),
    },
    // Money may come late for what was missing.
    () => order.ruling().kind !== 'hold',
  );
  order.refresh();
  // Money may have come for one of them while the person was deciding.
  if (resolution === null || order.ruling().kind !== 'hold') return false;
  if (resolution.decision === 'refund') return true;
  const missing = missingNow();
  const expiresAt = new Date(nowMs() + order.periodMs).toISOString();
  order.reopenedUntil = expiresAt;
  order.note('PartsReopened', missing.map(({ planned }) => planned.partId).join(', '));
  const begun = missing.filter(({ started }) => started);
  // They are open for the order from now on; what a part tells next is newer.
  for (const part of begun) if (part.news !== null) part.news = { ...part.news, status: 'opening' };
  await order.say(begun, { kind: 'reopen', expiresAt });
  return false;
}

/** A part whose money went back has ended for good, and so has one that has used up its numbers. */
function canBeOpenedAgain({ state, news }: OrderPart): boolean {
  if (state.status === 'planned') return true;
  const attempt = Number(news?.charge?.outTradeNo.at(-1) ?? 1);
  return state.status === 'closed' && attempt < chargesMax;
}

async function conclude(order: SplitOrder, due: 'issue' | 'giveBack' | 'closed'): Promise<void> {
  const undo = new Compensations();
  undo.add(() => windUp(order));
  if (due !== 'issue') {
    noteMissing(order);
    await undo.run();
    return;
  }
  undo.add(() => undoPolicy(order, 'the premium is refunded'));
  order.note('PartPaid', `${order.paidFen} fen in ${order.parts.length} parts`);
  await order.record();
  order.show('the core issues the policy');
  const issued = await issueUntilKnown(order, issueRequest(order), order.input.terms);
  if (issued.kind === 'issued') {
    // Whatever happens to a part from now on does not take back what is true of the payment.
    order.leads = false;
    const word = { kind: 'issued', policyNo: order.policyNo ?? '', issuedAt: issued.issuedAt } as const;
    await order.say(order.parts, word);
    await untilAllOver(order);
    return;
  }
  await undo.run();
  // A call to the core that was given up as unknown may have landed while the money went back.
  if (issued.sinceUnknown) await undoPolicy(order, 'the premium was refunded');
  await order.record();
}

/** The premium is there with its last part, so that one speaks for all of them. */
function issueRequest(order: SplitOrder) {
  const { paymentId, proposalNo, amountFen } = order.input;
  const receipts = order.parts.flatMap(({ news }) => news?.receipt ?? []);
  const last = receipts.reduce((latest, each) => (each.paidAt > latest.paidAt ? each : latest));
  const { outTradeNo, channel, tradeNo, paidAt } = last;
  return { paymentId, proposalNo, amountFen, paidAt, channel, outTradeNo, channelTradeNo: tradeNo };
}

function noteMissing(order: SplitOrder): void {
  const missing = order.parts.filter(({ state }) => state.status !== 'paid');
  order.note(
    'PartEnded',
    `without ${missing.map(({ planned, state }) => `${planned.partId} (${state.status})`).join(', ')}`,
  );
}

/** Every part gives back what it holds; the end is reached when each has told so. */
async function windUp(order: SplitOrder): Promise<void> {
  const unopened = order.parts.filter(({ started }) => !started);
  if (unopened.length > 0) await recordUnopened(order, unopened);
  const holding = order.parts.filter((part) => part.started && part.wantsBack);
  const others = order.parts.filter((part) => part.started && !part.wantsBack && part.word !== 'giveBack');
  await order.say(holding, { kind: 'giveBack' });
  await order.say(others, { kind: 'end' });
  await untilAllOver(order);
}

async function untilAllOver(order: SplitOrder): Promise<void> {
  for (;;) {
    order.refresh();
    await order.record();
    const open = order.parts.filter((part) => part.started && !part.isOver);
    if (open.length === 0) return;
    // Found paid since: its money goes back as well.
    const foundPaid = open.filter((part) => part.wantsBack);
    await order.say(foundPaid, { kind: 'giveBack' });
    await order.untilNews();
  }
}

/** Slices whose turn never came are closed: nothing was ever asked of a channel. */
async function recordUnopened(order: SplitOrder, unopened: readonly OrderPart[]): Promise<void> {
  const [first, ...others] = unopened.map((part) => order.recordIdOf(part));
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
