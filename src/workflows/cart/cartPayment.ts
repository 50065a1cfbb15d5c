import type { Receipt } from '../../domain/charge.js';
import type { PaymentStatus } from '../../domain/payment.js';
import { nowIso } from '../saga/clock.js';
import { collectCombined, type CollectedChild } from './collectCombined.js';
import {
  collectAndConclude,
  giveBackMisfit,
  holdWhileDoubtful,
  noteReceived,
  recordRefunded,
  recordReturned,
  refundInFull,
  runPayment,
  type Belief,
  type Conclusion,
} from '../collect/collectAndConclude.js';
import { collectPremium } from '../collect/collectPremium.js';
import { markPlaced, type Charge } from '../collect/charges.js';
import { issueOrUndo, issueRequest, issueUntilKnown, type Issued } from '../issue/issueOrUndo.js';
import type { CartPaymentInput } from './messages.js';
import { RunningCart, type RunningItem } from './runningCart.js';
import { inRecords } from '../saga/steps.js';

/**
 * Several payments in one go: the payer pays once, then the core issues each item. An item it refuses is given back by its
 * amount while the others stand; of a cart of all or nothing the others are cancelled and given back too.
 */
export async function cartPayment(input: CartPaymentInput): Promise<PaymentStatus> {
  const cart = new RunningCart(input);
  cart.listen();
  return runPayment(cart, async () => {
    if (!(await registerItems(cart))) return null;
    if (cart.cart.combined) {
      await collectAndConcludeCombined(cart);
      return null;
    }
    return collectAndConclude(cart, {
      collect: () => collectPremium(cart),
      receive: (charge, receipt) => receiveCart(cart, charge, receipt),
      conclude: (charge, receipt) => concludeCart(cart, charge, receipt),
    });
  });
}

/** The second lock of each item, its id. One that stands for something else ends the cart before any channel is called. */
async function registerItems(cart: RunningCart): Promise<boolean> {
  const { conflicting } = await inRecords.registerItems.executeWithOptions(
    { summary: `register ${cart.cart.items.length} items` },
    [{ cartRecordId: cart.paymentId, at: nowIso() }],
  );
  const [first] = conflicting;
  if (first === undefined) return true;
  const why = `payment ${conflicting.join(', ')} stands for another request`;
  cart.refusal = { code: 'payment-conflict', message: why };
  cart.note('ChargeClosed', why);
  cart.moveTo('closed');
  // Only those that are this cart's go with it.
  const followers = cart.cart.items.map(({ paymentId }) => paymentId).filter((id) => !conflicting.includes(id));
  await inRecords.recordPayment.executeWithOptions({ summary: `record closed: ${why}` }, [
    { step: cart.step({ closeReason: why, followers }) },
  ]);
  return false;
}

async function receiveCart(cart: RunningCart, charge: Charge, receipt: Receipt): Promise<void> {
  const knownBy = noteReceived(cart, charge, receipt);
  const { outTradeNo, method } = charge;
  const { channel } = method;
  await inRecords.receiveCart.executeWithOptions(
    { summary: `receive ${receipt.paidFen} fen for ${cart.cart.items.length} items, known by ${knownBy}` },
    [
      {
        charges: [{ outTradeNo, channel, receipt }],
        items: cart.cart.items.map(({ paymentId, amountFen }) => ({ paymentId, amountFen, outTradeNo })),
        knownBy,
        step: cart.step(),
      },
    ],
  );
}

async function concludeCart(cart: RunningCart, charge: Charge, receipt: Receipt): Promise<Conclusion> {
  const belief = await holdWhileDoubtful(cart, charge);
  if (belief === 'gone') return { kind: 'gone', items: cart.cart.items.map(({ paymentId }) => paymentId) };
  const items = cart.partWithItems().map((item) => ({ item, charge, receipt }));
  if (belief === 'sendBack') await Promise.all(items.map(giveItemBack));
  else await concludeItems(cart, items);
  await recordCart(cart);
  return { kind: 'concluded' };
}

/** An item with the charge that paid it. */
interface PaidItem {
  item: RunningItem;
  charge: Charge;
  receipt: Receipt;
}

async function concludeItems(cart: RunningCart, paid: readonly PaidItem[]): Promise<void> {
  cart.show('the core issues the policies');
  if (cart.cart.allOrNothing) await issueAllOrNone(cart, paid);
  else await Promise.all(paid.map((each) => issueOrGiveBack(cart, each)));
}

/** Each item by itself, all of them at once: one that waits keeps none of the others. */
async function issueOrGiveBack(cart: RunningCart, paid: PaidItem): Promise<void> {
  await issueOrUndo(paid.item, {
    issue: () => issueItem(cart, paid),
    giveBack: () => giveItemBack(paid),
  });
}

/** Items stay paid until the core has said yes to every one; one no undoes the others, looked for at the core before money moves. */
async function issueAllOrNone(cart: RunningCart, paid: readonly PaidItem[]): Promise<void> {
  const asked = paid.map((each) => issueItem(cart, each, 'paid'));
  const all = Promise.all(asked).then((issued) => issued.every(({ kind }) => kind === 'issued'));
  await Promise.all(
    paid.map(async (each, index) => {
      const outcome = await issueOrUndo<{ kind: 'all' }>(each.item, {
        issue: async () => {
          if (await all) return { kind: 'all' };
          const issued = await asked[index];
          return { kind: 'notIssued', sinceUnknown: issued?.kind === 'notIssued' && issued.sinceUnknown };
        },
        giveBack: () => giveItemBack(each),
        reason: 'an item of the cart was refused',
      });
      if (outcome.kind === 'all') await recordIssued(each.item);
    }),
  );
}

function issueItem(cart: RunningCart, { item, charge, receipt }: PaidItem, as?: 'paid'): Promise<Issued> {
  const { outTradeNo, method } = charge;
  const request = issueRequest(item.item, { outTradeNo, channel: method.channel, receipt });
  return issueUntilKnown(item, request, { ...cart.input.terms, ...(as === undefined ? {} : { as }) });
}

async function recordIssued(item: RunningItem): Promise<void> {
  item.moveTo('issued');
  await inRecords.recordPayment.executeWithOptions({ summary: `record ${item.paymentId} issued` }, [
    { step: item.step() },
  ]);
}

async function giveItemBack({ item, charge }: PaidItem): Promise<void> {
  const { amountFen, proposalNo } = item.item;
  await refundInFull(item, charge, { amountFen, source: 'premiumInAdvance', proposalNo });
  await recordRefunded(item, charge);
}

/** Where an item stands when it goes its own way, by what became of its charge. */
const standingOf = { paid: 'paid', closed: 'closing', giveBack: 'needsAttention', returned: 'needsAttention' } as const;

/** The cart over several payees: each item has a charge of its own, and stands or falls with it. */
async function collectAndConcludeCombined(cart: RunningCart): Promise<void> {
  const collected = await collectCombined(cart);
  if (collected.every(({ kind }) => kind === 'closed')) {
    await recordClosed(cart, collected);
    return;
  }
  const paid = collected.filter((child) => child.kind === 'paid');
  for (const child of paid) markPlaced(child.charge, [child.receipt.tradeNo]);
  if (paid.length > 0) await receiveChildren(cart, paid);
  const beliefs = new Map<Charge, Belief>();
  for (const { charge } of paid) beliefs.set(charge, await holdWhileDoubtful(cart, charge));
  const items = cart.partWithItems(collected.map(({ kind }) => standingOf[kind]));
  const itemOf = ({ charge }: CollectedChild): RunningItem => {
    const item = items[cart.charges.all.indexOf(charge)];
    if (item === undefined) throw new Error(`${charge.outTradeNo} pays no item`);
    return item;
  };
  const paidItems = paid.map((child) => ({ ...child, item: itemOf(child) }));
  const believedAs = (belief: Belief) => paidItems.filter(({ charge }) => beliefs.get(charge) === belief);
  const complete = believedAs('money').length === collected.length;
  const held = believedAs('money');
  await Promise.all([
    ...collected.map((child) => endUnpaid(itemOf(child), child)),
    ...believedAs('sendBack').map(giveItemBack),
    ...believedAs('gone').map(({ item, ...money }) => recordReturned(item, { ...money, booked: true })),
    cart.cart.allOrNothing && !complete ? Promise.all(held.map(giveItemBack)) : concludeItems(cart, held),
  ]);
  await recordCart(cart);
}

async function receiveChildren(
  cart: RunningCart,
  paid: readonly Extract<CollectedChild, { kind: 'paid' }>[],
): Promise<void> {
  const [first] = paid;
  if (first === undefined) return;
  const knownBy = noteReceived(cart, first.charge, first.receipt);
  const itemOf = ({ charge }: CollectedChild) => cart.cart.items[cart.charges.all.indexOf(charge)];
  await inRecords.receiveCart.executeWithOptions({ summary: `receive ${paid.length} items, known by ${knownBy}` }, [
    {
      charges: paid.map(({ charge, receipt }) => ({
        outTradeNo: charge.outTradeNo,
        channel: charge.method.channel,
        receipt,
      })),
      items: paid.flatMap((child) => {
        const item = itemOf(child);
        return item === undefined
          ? []
          : [{ paymentId: item.paymentId, amountFen: item.amountFen, outTradeNo: child.charge.outTradeNo }];
      }),
      knownBy,
      step: cart.step({ followers: [] }),
    },
  ]);
}

/** What has no premium: never paid, of a wrong amount, or given back by the channel itself. */
async function endUnpaid(item: RunningItem, child: CollectedChild): Promise<void> {
  const { charge } = child;
  switch (child.kind) {
    case 'paid':
      return;
    case 'giveBack':
      await giveBackMisfit(item, charge, item.item.proposalNo);
      return;
    case 'returned':
      await recordReturned(item, { charge, receipt: child.receipt, booked: false });
      return;
    case 'closed': {
      // Money that comes for it after all finds its place when the other charges are ended.
      const why = 'not paid with the rest of its cart';
      item.note('ChargeClosed', `${charge.outTradeNo} ${why}`);
      item.moveTo('closed');
      const step = item.step({ closeReason: why });
      await inRecords.recordPayment.executeWithOptions({ summary: `record ${item.paymentId} closed` }, [
        { step, charge: { outTradeNo: charge.outTradeNo, version: step.version, status: 'closed' } },
      ]);
    }
  }
}

async function recordClosed(cart: RunningCart, collected: readonly CollectedChild[]): Promise<void> {
  const why = cart.cancelReason === null ? 'unpaid' : `cancelled: ${cart.cancelReason}`;
  cart.note('ChargeClosed', `${collected.length} children ${cart.refusal === null ? why : 'refused'}`);
  cart.moveTo('closed');
  const step = cart.step({ closeReason: why });
  const status = cart.refusal === null ? 'closed' : 'refused';
  const charges = collected.map(
    ({ charge }) => ({ outTradeNo: charge.outTradeNo, version: step.version, status }) as const,
  );
  await inRecords.recordPayment.executeWithOptions({ summary: `record closed: ${why}` }, [{ step, charges }]);
}

async function recordCart(cart: RunningCart): Promise<void> {
  cart.refresh();
  await inRecords.recordPayment.executeWithOptions({ summary: `record cart ${cart.status}` }, [{ step: cart.step() }]);
}
