import { cartRecordId } from '../../domain/ids.js';
import { addFen, fen } from '../../domain/money.js';
import type { CartItem } from '../../domain/shape.js';
import type { PaymentRecord } from '../../records/payments.js';
import type { Channel } from '../../channels/channel.js';
import type { PaymentSummary } from '../../workflows/collect/messages.js';
import { audited, type Asked } from '../http/audited.js';
import type { ApiDeps } from '../deps.js';
import { channelFor, expiryFor, onOffer } from '../collect/offer.js';
import { counted, refused, startAndOpen } from '../collect/openPayment.js';
import { cancelRunning, queryRunning } from '../collect/askRunning.js';
import { invalidField, Problem } from '../http/problem.js';
import { requestHash } from '../http/requestHash.js';
import type { CartView } from '../views/cartSchema.js';
import type { OpenCartBody } from './bodies.js';
import { cartView } from '../views/cart.js';
import type { TemporalLink } from '../http/temporalLinks.js';

type CartRecord = PaymentRecord & { shape: Extract<PaymentRecord['shape'], { kind: 'cart' }> };

/** Carts as callers open, read and end them. */
export interface Carts {
  /**
   * Registers a cart and opens its charge. Safe to repeat, as a payment is. Raises the problems `cart-conflict`,
   * `payment-conflict` when an item stands for something else, `combined-not-offered` when its payees cannot be paid in
   * one go there, and `channel-refused`; in each of them no money can have moved.
   */
  open(body: OpenCartBody): Promise<{ kind: 'created' | 'same' | 'opening'; cart: CartView }>;
  /** Raises the problem `not-found`. */
  find(cartId: string): Promise<CartView>;
  /** Safe to repeat. Ends `closed`, or goes on when money was first; an ended cart is answered as it is. */
  cancel(cartId: string, reason: string, asked: Asked): Promise<CartView>;
  /** Asks the channel now. Safe to repeat. Raises the problem `not-possible-now` once nothing waits for the channel. */
  queryNow(cartId: string, asked: Asked): Promise<CartView>;
}

export function createCarts(deps: ApiDeps, link: TemporalLink): Carts {
  const view = async (cartId: string, summary: PaymentSummary | null = null): Promise<CartView> => {
    const cart = await findCart(deps, cartId);
    const items = await deps.payments.itemsOf([cartId]);
    const ids = [cart, ...items].map(({ paymentId }) => paymentId);
    const [charges, refunds, evidence, reviews] = await Promise.all([
      deps.charges.ofPayments(ids),
      deps.refunds.ofPayments(ids),
      deps.evidence.ofPayments(ids),
      deps.reviews.openOf(ids),
    ]);
    const all = { items, charges, refunds, evidence, reviews, ...(summary === null ? {} : { summary }) };
    return cartView(cart, all, link);
  };

  return {
    open: (body) =>
      counted(deps, body.method.channel, async () => {
        const { isNew, cart } = await register(deps, body);
        if (!isNew && cart.status !== 'opening') return { kind: 'same' as const, cart: await view(body.cartId) };
        const opening = await startAndOpen(deps, cart);
        if (opening === 'away') return { kind: 'opening' as const, cart: await view(body.cartId) };
        if (opening === 'ended') return { kind: 'same' as const, cart: await view(body.cartId) };
        const { refusal } = opening;
        // Taken since we looked: the cart's workflow has found out, and has ended.
        if (refusal?.code === 'payment-conflict') throw takenItems(await othersItems(deps, body));
        if (refusal !== null) throw refused(refusal);
        return { kind: isNew ? ('created' as const) : ('same' as const), cart: await view(body.cartId, opening) };
      }),

    find: (cartId) => view(cartId),

    async cancel(cartId, reason, asked) {
      const cart = await findCart(deps, cartId);
      return audited(deps, asked, { act: 'cancel', target: cartId, detail: { reason } }, async () => {
        return view(cartId, await cancelRunning(deps, cart, reason));
      });
    },

    async queryNow(cartId, asked) {
      const cart = await findCart(deps, cartId);
      return audited(deps, asked, { act: 'query', target: cartId, detail: {} }, async () => {
        return view(cartId, await queryRunning(deps, cart, { by: asked.caller.name }));
      });
    },
  };
}

/** Raises the problem `not-found`. */
async function findCart(deps: Pick<ApiDeps, 'payments'>, cartId: string): Promise<CartRecord> {
  const cart = await deps.payments.find(cartRecordId(cartId));
  if (cart?.shape.kind !== 'cart') throw new Problem('not-found', `There is no cart ${cartId}.`);
  return { ...cart, shape: cart.shape };
}

/** The first lock of a cart; its items have theirs when its workflow begins, before any channel is called. */
async function register(deps: ApiDeps, body: OpenCartBody): Promise<{ isNew: boolean; cart: PaymentRecord }> {
  const hash = requestHash(body);
  const paymentId = cartRecordId(body.cartId);
  const known = await deps.payments.find(paymentId);
  if (known !== null) return { isNew: false, cart: withoutConflict(known, body.cartId, hash) };
  await assertItemsFree(deps, body);
  const now = deps.now();
  const { channel, items, combined } = planned(deps, body);
  const productCode = items[0]?.productCode ?? '';
  const { cartId, allOrNothing, currency, subject, payer = null, method } = body;
  const { kind, payment } = await deps.payments.register({
    ...{ paymentId, productCode, currency, subject, payer, method: { ...method, channel: channel.name } },
    proposalNo: items[0]?.proposalNo ?? '',
    amountFen: addFen(fen(0), ...items.map(({ amountFen }) => amountFen)),
    coinsurance: null,
    shape: { kind: 'cart', cartId, allOrNothing, combined, items },
    expiresAt: expiryFor(deps.offer, { productCode, expiresAt: body.expiresAt }, now),
    merchantId: channel.merchantId,
    // Late money of a cart revives nothing: nobody can tell for which of its items it was meant.
    terms: { ...deps.offer.termsFor({ channel: channel.name, productCode }), latePayment: 'refund' },
    requestHash: hash,
    createdAt: now.toISOString(),
  });
  return { isNew: kind === 'registered', cart: withoutConflict(payment, body.cartId, hash) };
}

function withoutConflict(cart: PaymentRecord, cartId: string, hash: string): PaymentRecord {
  if (cart.requestHash === hash) return cart;
  throw new Problem('cart-conflict', `Cart ${cartId} was posted before with another body.`);
}

/** Said early, where nothing is registered yet; a race is settled by the cart's workflow in the same way. */
async function assertItemsFree(deps: ApiDeps, body: OpenCartBody): Promise<void> {
  const paymentIds = await othersItems(deps, body);
  if (paymentIds.length > 0) throw takenItems(paymentIds);
}

/** Ids of items that stand for something else already, in the order of the cart. */
async function othersItems(
  { payments }: Pick<ApiDeps, 'payments'>,
  { cartId, items }: OpenCartBody,
): Promise<string[]> {
  const ids = items.map(({ paymentId }) => paymentId);
  const known = await payments.findMany(ids);
  const others = known.filter(({ shape }) => shape.kind !== 'item' || shape.cartId !== cartId);
  return ids.filter((id) => others.some(({ paymentId }) => paymentId === id));
}

function takenItems(paymentIds: readonly string[]): Problem {
  return new Problem('payment-conflict', `Payment ${paymentIds.join(', ')} stands for another request.`, {
    members: { paymentIds },
  });
}

/** Which channel collects: one for all items, or one that pays several merchants in one go. */
function planned(
  deps: ApiDeps,
  { items, method, payer = {}, subject }: OpenCartBody,
): { channel: Channel; items: CartItem[]; combined: boolean } {
  assertCombinesIfNeeded(deps, { items, method, payer });
  const accounts = items.map(({ payee = null }, index) =>
    channelFor(deps, { method, payer, payee }, { method: '/method', payee: `/items/${index}/payee` }),
  );
  const [first] = accounts;
  if (first === undefined) throw invalidField('/items', 'must name an item');
  const combined = accounts.some(({ name }) => name !== first.name);
  const channel = combined ? channelFor(deps, { method, payer }) : first;
  return {
    channel,
    combined,
    items: items.map((item, index) => {
      const account = accounts[index] ?? first;
      const { paymentId, proposalNo, productCode, amountFen, payee = null, coinsurance = null } = item;
      const { taxBp } = deps.offer.termsFor({ channel: account.name, productCode });
      const tax = taxBp === undefined ? {} : { taxBp };
      const own = { paymentId, proposalNo, productCode, amountFen, payee, coinsurance, ...tax };
      return { ...own, subject: item.subject ?? subject, channel: account.name, merchantId: account.merchantId };
    }),
  };
}

/** Asked before the accounts of the payees: a channel that pays one merchant only may well have none for the others. */
function assertCombinesIfNeeded(
  deps: Pick<ApiDeps, 'channels' | 'offer'>,
  { items, method, payer = {} }: Pick<OpenCartBody, 'items' | 'method' | 'payer'>,
): void {
  const names = items.map(({ payee = null }) => deps.offer.collectorFor({ channel: method.channel, payee }));
  if (names.every((name) => name === names[0])) return;
  assertCombines(deps, channelFor(deps, { method, payer }), { product: method.product, count: items.length });
}

/** Raises the problem `combined-not-offered`, before anything is registered. */
function assertCombines(
  offer: Pick<ApiDeps, 'channels' | 'offer'>,
  channel: Channel,
  { product, count }: { product: string; count: number },
): void {
  const { combining } = channel;
  if (combining?.products.includes(product) === true && count <= combining.childrenMax) return;
  const alternatives = onOffer(offer).flatMap(({ name, combining: its }) =>
    its === null ? [] : [{ channel: name, products: [...its.products], itemsMax: its.childrenMax }],
  );
  throw new Problem(
    'combined-not-offered',
    `${channel.name} ${product} cannot pay ${count} items to several merchants in one go.`,
    { members: { alternatives } },
  );
}
