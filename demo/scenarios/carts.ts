import { CartStory } from '../cartStory.js';
import type { Scenario } from '../scenario.js';
import type { SeenCart } from '../seen.js';
import { products } from '../settings.js';
import type { Story } from '../story.js';

/** Several policies paid in one go, each of them issued by itself. */
export const carts: readonly Scenario[] = [
  {
    name: 'a cart of three, paid once',
    expected: 'issued, 3 policies for 1 charge of 128000 fen',
    async play(payment) {
      const cart = cartOf(payment);
      await (await cart.open()).pay();
      const { status, charges, paidFen } = await cart.ended();
      const policies = await cart.policiesInForce();
      return `${status}, ${policies} policies for ${charges.length} charge of ${paidFen} fen`;
    },
  },
  {
    name: 'a cart whose callback is lost, an operator asks',
    fits: ({ channel }) => channel === 'unionpay',
    expected: 'issued, 3 policies',
    async play(payment) {
      await payment.channelWill('callbackLost');
      const cart = cartOf(payment);
      await (await cart.open()).pay();
      await cart.queryNow();
      const { status } = await cart.ended();
      return `${status}, ${await cart.policiesInForce()} policies`;
    },
  },
  {
    name: 'a cart of which the core refuses an item',
    expected: 'issued, 2 policies; items issued, refunded, issued; 40000 of 128000 fen back',
    async play(payment) {
      const cart = cartOf(payment);
      await cart.items[1]?.coreWill('refuse');
      return paidAndEnded(cart);
    },
  },
  {
    name: 'a cart of all or nothing, the core refuses an item',
    expected: 'refunded, 0 policies; items refunded, refunded, refunded; 128000 of 128000 fen back',
    async play(payment) {
      const cart = cartOf(payment);
      await cart.items[1]?.coreWill('refuse');
      return paidAndEnded(cart, { allOrNothing: true });
    },
  },
  {
    name: 'two items of a cart refunded in part, under one refund id',
    fits: ({ undoes }) => !undoes,
    expected: 'issued, issued, issued; 10000 + 10000 fen back',
    async play(payment) {
      const cart = cartOf(payment);
      await (await cart.open()).pay();
      await cart.ended();
      const refunded = cart.items.slice(0, 2);
      await Promise.all(refunded.map((item) => item.refund('E1', 100_00)));
      const back = await Promise.all(refunded.map((item) => item.refundReaches('E1', 'refunded')));
      return `${itemsOf(await cart.seen())}; ${back.map(({ refundedFen }) => refundedFen).join(' + ')} fen back`;
    },
  },
  {
    name: 'a cart cancelled before payment',
    fits: ({ closes }) => closes,
    expected: 'answered 202, closed; items closed, closed, closed',
    async play(payment) {
      const cart = cartOf(payment);
      await (await cart.open()).scan();
      const { status } = await cart.cancel();
      const ended = await cart.ended();
      return `answered ${status}, ${ended.status}; items ${itemsOf(ended)}`;
    },
  },
  {
    name: 'a cart never paid',
    fits: ({ channel }) => channel !== 'wechatpay', // It takes no order that lives for less than a minute.
    expected: 'closed; items closed, closed, closed',
    async play(payment) {
      const cart = cartOf(payment);
      await cart.open({}, () => ({ productCode: products.shortLived }));
      const ended = await cart.ended();
      return `${ended.status}; items ${itemsOf(ended)}`;
    },
  },
  {
    name: 'a cart paid after it was closed',
    fits: ({ closes }) => closes,
    expected: 'closed → refunded, 128000 of 128000 fen back, 0 policies',
    async play(payment) {
      const cart = cartOf(payment);
      const charge = await cart.open();
      await charge.scan();
      await cart.cancel();
      const { status } = await cart.reaches('closed');
      await charge.pay({ force: true });
      const late = await cart.reaches('refunded');
      const policies = await cart.policiesInForce();
      return `${status} → ${late.status}, ${late.refundedFen} of ${late.paidFen} fen back, ${policies} policies`;
    },
  },
  {
    name: 'a cart for two companies',
    everyProduct: true,
    fits: combines,
    expected: 'issued, 3 policies; 88000 fen at one merchant, 40000 fen at another',
    async play(payment) {
      const cart = cartOf(payment);
      await (await cart.open({}, secondForLife)).pay();
      const { status } = await cart.ended();
      const paid = [...(await cart.paidAt()).values()].map((paidFen) => `${paidFen} fen`);
      return `${status}, ${await cart.policiesInForce()} policies; ${paid.join(' at one merchant, ')} at another`;
    },
  },
  {
    name: 'a cart for two companies, the core refuses an item',
    everyProduct: true,
    fits: combines,
    expected: 'issued, 2 policies; items issued, refunded, issued; 40000 of 128000 fen back',
    async play(payment) {
      const cart = cartOf(payment);
      await cart.items[1]?.coreWill('refuse');
      return paidAndEnded(cart, {}, secondForLife);
    },
  },
  {
    name: 'a cart for two companies, paid after it was closed',
    everyProduct: true,
    fits: combines,
    expected: 'closed → 128000 fen back, 0 policies',
    async play(payment) {
      const cart = cartOf(payment);
      const charge = await cart.open({}, secondForLife);
      await charge.scan();
      await cart.cancel();
      const { status } = await cart.reaches('closed');
      await charge.pay({ force: true });
      const { refundedFen } = await cart.when('all of it back', (seen) => seen.refundedFen === seen.amountFen);
      return `${status} → ${refundedFen} fen back, ${await cart.policiesInForce()} policies`;
    },
  },
  {
    name: 'a cart for two companies, where none can be',
    fits: ({ channel }) => channel !== 'wechatpay',
    expected: 'answered 422 combined-not-offered, nothing registered',
    async play(payment) {
      const cart = cartOf(payment);
      const { status, body } = await cart.post({}, secondForLife);
      const { type } = body as { type: string };
      const registered = (await cart.exists()) ? 'a cart' : 'nothing';
      return `answered ${status} ${type.split(/[:/]/).at(-1) ?? ''}, ${registered} registered`;
    },
  },
];

const cartOf = (payment: Story): CartStory => new CartStory(payment, [500_00, 400_00, payment.amountFen - 900_00]);

/** The second item's premium belongs to another company. */
const secondForLife = (index: number): object => (index === 1 ? { payee: 'life' } : {});

/** Methods that pay several merchants in one go. */
function combines({ channel, product, main }: Story['method']): boolean {
  return (channel === 'wechatpay' && main) || (channel === 'alipay' && product === 'wap');
}

async function paidAndEnded(cart: CartStory, ...asked: Parameters<CartStory['open']>): Promise<string> {
  const charge = await cart.open(...asked);
  await charge.pay();
  // What is less than the charge is not undone but refunded, and where a channel has a day, after it.
  if (cart.method.undoes) await charge.dayCloses();
  const ended = await cart.ended();
  const { status, paidFen, refundedFen } = ended;
  const end = `${status}, ${await cart.policiesInForce()} policies; items ${itemsOf(ended)}`;
  return `${end}; ${refundedFen} of ${paidFen} fen back`;
}

function itemsOf({ items }: SeenCart): string {
  return items.map(({ status }) => status).join(', ');
}
