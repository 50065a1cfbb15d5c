import { ApplicationFailure } from '@temporalio/activity';
import type { Channel, CloseResult, CombinedRef, Combining } from '../../channels/channel.js';
import type { Evidence } from '../../domain/evidence.js';
import { failures } from '../../domain/failures.js';
import type { Fen } from '../../domain/money.js';
import type { ChargeTerms } from '../../domain/terms.js';
import type { PaymentStep } from '../../records/payments.js';
import { counters } from '../saga/counters.js';
import { channelOf, happenedNow, type Dependencies } from '../saga/dependencies.js';
import { keepEvidence } from './keepEvidence.js';
import { payerFor, type OpenedCharge } from './openCharge.js';

/** One order over several merchants, as a workflow has it. Plain JSON. */
export interface CombinedOrderRef {
  combineNo: string;
  /** The channel that speaks for all of it. */
  channel: string;
  merchantId: string;
  orderedAt: string;
  expiresAt: string;
  children: readonly {
    /** The payment it pays. */
    paymentId: string;
    outTradeNo: string;
    channel: string;
    merchantId: string;
    amountFen: Fen;
    subject: string;
  }[];
}

export interface OpenCombined {
  order: CombinedOrderRef;
  product: string;
  terms: ChargeTerms;
  /** Recorded when the order is open. */
  step: PaymentStep;
}

/**
 * Makes all children payable in one go, or none. Each is on record before the channel hears of it. Safe to repeat: the
 * numbers are the same. Raises `ChargeOpeningUnknown` while the channel's answer leaves it open.
 */
export function openCombined(deps: Dependencies) {
  return async ({ order, product, terms, step }: OpenCombined): Promise<OpenedCharge> => {
    const { combineNo, children, orderedAt, expiresAt } = order;
    const { channel, combining } = combiningOf(deps, order);
    for (const { paymentId, outTradeNo, channel: name, merchantId, amountFen } of children) {
      const combined = { combineNo, channel: order.channel };
      await deps.charges.register({
        ...{
          outTradeNo,
          paymentId,
          combined,
          channel: name,
          product,
          merchantId,
          amountFen,
          orderedAt,
          expiresAt,
          terms,
        },
      });
    }
    const known = await deps.charges.find(children[0]?.outTradeNo ?? '');
    if (known?.status === 'open' && known.cashier !== null) {
      await recordOpened(deps, order, step);
      return { kind: 'opened', cashier: known.cashier };
    }
    const payer = await payerFor(deps, { channel, product, paymentId: step.paymentId });
    const ref = refOf(deps, order);
    const result = await combining.open({ ...ref, orderedAt: known?.orderedAt ?? orderedAt, product, payer });
    counters.chargesOpened.add(1, { channel: order.channel, result: result.kind });
    switch (result.kind) {
      case 'opened':
        // First child last, so that it being open proves that all are.
        for (const { outTradeNo } of [...children].reverse()) {
          await deps.charges.advance({ outTradeNo, version: step.version, status: 'open', cashier: result.cashier });
        }
        await recordOpened(deps, order, step);
        return { kind: 'opened', cashier: result.cashier };
      case 'refused':
        for (const { outTradeNo } of children)
          await deps.charges.advance({ outTradeNo, version: step.version, status: 'refused' });
        return { kind: 'refused', code: result.code, message: result.message };
      case 'unknown':
        throw ApplicationFailure.retryable(
          'the channel did not say whether the order is open',
          failures.chargeOpeningUnknown,
          { combineNo, code: result.code },
        );
    }
  };
}

async function recordOpened(deps: Dependencies, { combineNo, children }: CombinedOrderRef, step: PaymentStep) {
  await deps.payments.advance({ ...happenedNow(step, deps), outTradeNo: combineNo });
  for (const { paymentId, outTradeNo } of children) {
    await deps.payments.advance({ paymentId, writer: 'opened', version: 1, outTradeNo, events: [] });
  }
}

export interface QueryCombined {
  order: CombinedOrderRef;
  /** Recorded before asking, e.g. that the cart is closing. */
  step: PaymentStep | null;
}

/**
 * Asks what became of each child, together or one by one as the channel has it, and keeps the answers as evidence. Reads
 * only, safe to repeat; a channel that does not answer is evidence of the kind `unknown`. A fact for each child, in
 * their order.
 */
export function queryCombined(deps: Dependencies) {
  return async ({ order, step }: QueryCombined): Promise<Evidence[]> => {
    if (step !== null) await deps.payments.advance(step);
    const { combining } = combiningOf(deps, order);
    const ref = refOf(deps, order);
    const readings =
      combining.together === null
        ? await Promise.all(order.children.map((child) => askAlone(deps, order, child)))
        : await askTogether(combining.together, ref);
    const facts: Evidence[] = [];
    for (const [index, child] of order.children.entries()) {
      const reading = readings[index];
      if (reading === undefined) throw new Error(`nothing was said of ${child.outTradeNo}`);
      counters.chargeQueries.add(1, { channel: child.channel, outcome: reading.outcome.kind });
      const { paymentId, outTradeNo } = child;
      // Kept under the channel that answered: its keys verify the bytes.
      const channel = combining.together === null ? child.channel : order.channel;
      facts.push(await keepEvidence(deps, { paymentId, outTradeNo, channel }, reading));
    }
    return facts;
  };
}

type Child = CombinedOrderRef['children'][number];

function askAlone(deps: Dependencies, { orderedAt, expiresAt }: CombinedOrderRef, child: Child) {
  const { outTradeNo, channel: name, merchantId } = child;
  return channelOf(deps, { name, merchantId }).query({ outTradeNo, orderedAt, expiresAt });
}

async function askTogether(together: NonNullable<Combining['together']>, ref: CombinedRef) {
  const { facts, raw } = await together.query(ref);
  return facts.map(({ outcome, merchantId }) => ({ outcome, merchantId, raw }));
}

/** Asks the channel to close all children of an unpaid order. Safe to repeat; only a query afterwards proves the end. */
export function closeCombined(deps: Dependencies) {
  return async ({ order }: { order: CombinedOrderRef }): Promise<CloseResult> => {
    const { combining } = combiningOf(deps, order);
    if (combining.together !== null) return combining.together.close(refOf(deps, order));
    const { orderedAt, expiresAt, children } = order;
    const results = await Promise.all(
      children.map(({ outTradeNo, channel: name, merchantId }) =>
        channelOf(deps, { name, merchantId }).close({ outTradeNo, orderedAt, expiresAt }),
      ),
    );
    // What could not be closed is what has to be dealt with; the queries tell of which child it is true.
    const [worst] = ['unknown', 'notClosable', 'absent', 'closed'].flatMap((kind) =>
      results.filter((result) => result.kind === kind),
    );
    return worst ?? { kind: 'closed' };
  };
}

/** Raises `Error` when configuration has no combined payment there any more: the step waits until it is back. */
function combiningOf(
  deps: Dependencies,
  { channel: name, merchantId }: CombinedOrderRef,
): { channel: Channel; combining: Combining } {
  const channel = channelOf(deps, { name, merchantId });
  if (channel.combining === null) throw new Error(`channel "${name}" has no combined payment`);
  return { channel, combining: channel.combining };
}

function refOf(deps: Dependencies, { combineNo, orderedAt, expiresAt, children }: CombinedOrderRef): CombinedRef {
  return {
    combineNo,
    orderedAt,
    expiresAt,
    children: children.map(({ outTradeNo, amountFen, subject, channel: name, merchantId }) => {
      const payee = channelOf(deps, { name, merchantId }).combining?.account;
      if (payee === undefined) throw new Error(`channel "${name}" cannot be paid in a combined order`);
      return { outTradeNo, payee, amountFen, subject };
    }),
  };
}
