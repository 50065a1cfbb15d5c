import { condition } from '@temporalio/workflow';
import { verdictOf, type Receipt } from '../../domain/charge.js';
import { childTradeNoFor, outTradeNoFor } from '../../domain/ids.js';
import { queryGapMs } from '../../domain/terms.js';
import { askChannel, endCharge } from '../collect/chargeSteps.js';
import { nowIso, nowMs, timeOfDay } from '../saga/clock.js';
import { settleDoubt, untilOpened } from '../collect/collectPremium.js';
import type { Charge, CombinedOrder } from '../collect/collection.js';
import type { OpenCart } from './openCart.js';
import { atChannel } from '../saga/steps.js';

/** What became of one child of a combined order. */
export type CollectedChild =
  | { kind: 'paid'; charge: Charge; receipt: Receipt }
  | { kind: 'closed'; charge: Charge }
  | { kind: 'giveBack'; charge: Charge }
  | { kind: 'returned'; charge: Charge; receipt: Receipt };

/**
 * Opens one order over all items of a cart, each paid straight to its own merchant, and stays with it until it is known
 * of each child whether its money came. The channel means them to succeed or fail together; believed is what it says
 * of each. Answers in the order of the items.
 */
export async function collectCombined(cart: OpenCart): Promise<CollectedChild[]> {
  const charges = childrenOf(cart);
  const isOpen = (charge: Charge): boolean => verdictOf(charge.state).kind === 'open' && charge.ending === 'open';
  await open(cart, charges, () => !charges.every(isOpen));
  while (charges.some(isOpen)) {
    if (cart.cancelReason !== null) await close(cart, charges.filter(isOpen), `cancelled: ${cart.cancelReason}`);
    else if (nowMs() >= cart.expiresMs) await close(cart, charges.filter(isOpen), 'expired unpaid');
    else await awaitEvidence(cart, () => charges.filter(isOpen));
  }
  // While one waits for a person news may come of another, so all are looked at until nothing has changed.
  const known = new Map<Charge, CollectedChild>();
  for (;;) {
    const changed = charges.filter((charge) => !isStill(known.get(charge)));
    if (changed.length === 0) return charges.flatMap((charge) => known.get(charge) ?? []);
    for (const charge of changed) known.set(charge, await knownOf(cart, charge));
  }
}

/** Whether what became of a child is still so. What a person has decided of it is done on what they saw. */
function isStill(child: CollectedChild | undefined): boolean {
  if (child === undefined) return false;
  const verdict = verdictOf(child.charge.state);
  switch (child.kind) {
    case 'paid':
      return verdict.kind === 'paid';
    case 'closed':
      return verdict.kind !== 'paid' && verdict.kind !== 'doubtful';
    case 'giveBack':
    case 'returned':
      return true;
  }
}

function childrenOf(cart: OpenCart): Charge[] {
  const { input, expiresAt } = cart;
  const combineNo = outTradeNoFor({ paymentId: cart.paymentId, attempt: 1 });
  const children = cart.cart.items.map(({ paymentId, channel, merchantId, amountFen, subject }, index) => {
    const outTradeNo = childTradeNoFor({ combineNo, childNo: index + 1 });
    return { paymentId, outTradeNo, channel, merchantId, amountFen, subject };
  });
  const { channel } = input.method;
  const { merchantId } = input;
  const combined: CombinedOrder = { combineNo, channel, merchantId, orderedAt: nowIso(), expiresAt, children };
  return children.map((child) =>
    cart.collection.listenTo({
      method: { ...input.method, channel: child.channel },
      merchantId: child.merchantId,
      terms: input.terms,
      expiresAt,
      outTradeNo: child.outTradeNo,
      askedFen: child.amountFen,
      combined,
    }),
  );
}

async function open(cart: OpenCart, charges: readonly Charge[], isOver: () => boolean): Promise<void> {
  const [first] = charges;
  const order = first?.combined;
  if (first === undefined || order === null || order === undefined) throw new Error('a cart has items');
  const { channel, product } = cart.input.method;
  await untilOpened(cart, charges, {
    event: `${channel} ${product} ${order.combineNo} for ${charges.length} items`,
    isOver,
    open: (step, scheduleToCloseTimeout) =>
      atChannel(channel).openCombined.executeWithOptions(
        {
          summary: `open ${channel} ${product} ${order.combineNo} for ${charges.length} items`,
          scheduleToCloseTimeout,
        },
        [{ order, product, terms: first.terms, step }],
      ),
  });
}

/** As for a single charge: evidence, a caller's wish, the next query, or the end of the time. */
async function awaitEvidence(cart: OpenCart, openOnes: () => Charge[]): Promise<void> {
  const [first] = openOnes();
  if (first?.combined === null || first === undefined) return;
  const before = openOnes().length;
  const askAtMs = first.lastAskedMs + queryGapMs(first.terms, first.queries + 1);
  const wakeAtMs = Math.min(askAtMs, cart.expiresMs);
  const due =
    askAtMs < cart.expiresMs
      ? `query ${first.queries + 1} of ${first.combined.channel} ${first.combined.combineNo}`
      : `expiry of ${first.combined.combineNo}`;
  cart.show(`${due} at ${timeOfDay(wakeAtMs)}, or evidence before`);
  await condition(
    () => openOnes().length !== before || cart.cancelReason !== null || cart.queryWanted,
    Math.max(1, wakeAtMs - nowMs()),
    { summary: due },
  );
  if (openOnes().length === 0) return;
  if (cart.queryWanted || nowMs() >= askAtMs) {
    cart.queryWanted = false;
    await askChannel(cart, first);
  }
}

async function close(cart: OpenCart, openOnes: readonly Charge[], why: string): Promise<void> {
  cart.note('ChargeClosing', why);
  cart.moveTo('closing');
  // The first close is of all; for the others it only remains to be seen that they have ended.
  for (const charge of openOnes) if (verdictOf(charge.state).kind === 'open') await endCharge(cart, charge);
}

/** Reads what is known of a child; doubt about it is settled first. */
async function knownOf(cart: OpenCart, charge: Charge): Promise<CollectedChild> {
  for (;;) {
    const verdict = verdictOf(charge.state);
    if (verdict.kind === 'paid') return { kind: 'paid', charge, receipt: verdict.receipt };
    if (verdict.kind === 'doubtful') {
      const settled = await settleDoubt(cart, { charge, reason: verdict.reason });
      if (settled?.kind === 'giveBack' || settled?.kind === 'returned') return settled;
    } else if (verdict.kind !== 'open' || charge.ending !== 'open' || (await endCharge(cart, charge))) {
      return { kind: 'closed', charge };
    }
  }
}
