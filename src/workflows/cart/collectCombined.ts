import { verdictOf, type Receipt } from '../../domain/charge.js';
import { childTradeNoFor, outTradeNoFor } from '../../domain/ids.js';
import { endingRuling } from '../../domain/paymentRuling.js';
import { chargeTermsOf } from '../../domain/terms.js';
import { together } from '../collect/channelOrder.js';
import type { Charge } from '../collect/charges.js';
import { awaitEvidence, clearDoubt, openCharges } from '../collect/collectPremium.js';
import { endCharge } from '../collect/endCharge.js';
import { nowIso } from '../saga/clock.js';
import type { RunningCart } from './runningCart.js';

/** What became of one child of a combined order. */
export type CollectedChild =
  | { kind: 'paid'; charge: Charge; receipt: Receipt }
  | { kind: 'closed'; charge: Charge }
  | { kind: 'giveBack'; charge: Charge }
  | { kind: 'returned'; charge: Charge; receipt: Receipt };

const isOpen = (charge: Charge): boolean => verdictOf(charge.state).kind === 'open' && charge.ending === 'open';

/**
 * Opens one order over all items of a cart, each paid straight to its own merchant, and stays with it until it is known
 * of each child whether its money came. The channel means them to succeed or fail together; believed is what it says
 * of each. Answers in the order of the items.
 */
export async function collectCombined(cart: RunningCart): Promise<CollectedChild[]> {
  const charges = childrenOf(cart);
  await openCharges(cart, charges, () => !charges.every(isOpen));
  for (let open = charges.filter(isOpen); open.length > 0; open = charges.filter(isOpen)) {
    const ruling = endingRuling(cart.wishes());
    if (ruling.kind === 'close') await close(cart, open, ruling.why);
    else await awaitOne(cart, open);
  }
  // While one waits for a person news may come of another, so all are looked at until nothing has changed.
  const children = new Map<Charge, CollectedChild>();
  for (;;) {
    const changed = charges.filter((charge) => !isStill(children.get(charge)));
    if (changed.length === 0) return charges.flatMap((charge) => children.get(charge) ?? []);
    for (const charge of changed) children.set(charge, await childOf(cart, charge));
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

function childrenOf(cart: RunningCart): Charge[] {
  const { input, expiresAt } = cart;
  const { channel, product } = input.method;
  const { merchantId } = input;
  const terms = chargeTermsOf(input.terms);
  const orderedAt = nowIso();
  const combineNo = outTradeNoFor({ paymentId: cart.paymentId, attempt: 1 });
  const children = cart.cart.items.map((item, index) => ({
    paymentId: item.paymentId,
    outTradeNo: childTradeNoFor({ combineNo, childNo: index + 1 }),
    channel: item.channel,
    merchantId: item.merchantId,
    amountFen: item.amountFen,
    subject: item.subject,
  }));
  const order = together({ combineNo, channel, merchantId, orderedAt, expiresAt, children }, { product, terms });
  return children.map((child) =>
    cart.charges.listenTo({
      method: { ...input.method, channel: child.channel },
      merchantId: child.merchantId,
      outTradeNo: child.outTradeNo,
      askedFen: child.amountFen,
      terms,
      orderedAt,
      expiresAt,
      order,
    }),
  );
}

/** The first that is open speaks for all: they are asked about together. */
async function awaitOne(cart: RunningCart, open: readonly Charge[]): Promise<void> {
  const [first] = open;
  if (first === undefined) return;
  await awaitEvidence(cart, first, () => !open.every(isOpen));
}

async function close(cart: RunningCart, open: readonly Charge[], why: string): Promise<void> {
  cart.note('ChargeClosing', why);
  cart.moveTo('closing');
  // The first close is of all; for the others it only remains to be seen that they have ended.
  for (const charge of open) if (verdictOf(charge.state).kind === 'open') await endCharge(cart, charge);
}

/** Reads what is known of a child; doubt about it is cleared first. */
async function childOf(cart: RunningCart, charge: Charge): Promise<CollectedChild> {
  for (;;) {
    const verdict = verdictOf(charge.state);
    if (verdict.kind === 'paid') return { kind: 'paid', charge, receipt: verdict.receipt };
    if (verdict.kind === 'doubtful') {
      const collected = await clearDoubt(cart, { charge, reason: verdict.reason });
      if (collected?.kind === 'giveBack' || collected?.kind === 'returned') return collected;
    } else if (verdict.kind !== 'open' || charge.ending !== 'open' || (await endCharge(cart, charge))) {
      return { kind: 'closed', charge };
    }
  }
}
