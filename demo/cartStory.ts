import { AtChannel } from './atChannel.js';
import { call, succeeded, type Answer } from './http.js';
import { methodAsked, payer, type Method } from './methods.js';
import type { SeenCart, SeenCashier } from './seen.js';
import { ends, Story, type Places } from './story.js';
import { until } from './until.js';

const patienceMs = 60_000;

/** Several payments paid in one go, and everybody around them; each item is a payment with a story of its own. */
export class CartStory {
  readonly cartId: string;
  readonly method: Method;
  readonly items: readonly Story[];
  private readonly places: Places;

  /** The first item bears the id of the payment that the cart is made from; all of them come to its amount. */
  constructor({ places, paymentId, method, amountFen }: Story, itemsFen: readonly number[]) {
    if (itemsFen.reduce((sum, each) => sum + each, 0) !== amountFen) throw new Error('the items are another amount');
    this.places = places;
    this.method = method;
    this.cartId = `${paymentId}K`;
    this.items = itemsFen.map((itemFen, index) => {
      const itemId = index === 0 ? paymentId : `${paymentId}I${index + 1}`;
      return new Story(places, { paymentId: itemId, amountFen: itemFen, method });
    });
  }

  /** The core asks for the premiums. `item`: what it says of each beside the usual, by their order. */
  async post(more: Record<string, unknown> = {}, item: (index: number) => object = () => ({})): Promise<Answer> {
    const items = this.items.map(({ paymentId, amountFen }, index) => {
      return { paymentId, proposalNo: `T${paymentId}`, productCode: 'AUTO-CI', amountFen, ...item(index) };
    });
    const { cartId } = this;
    const body = {
      cartId,
      items,
      currency: 'CNY',
      subject: '保险费',
      payer,
      method: methodAsked(this.method),
      ...more,
    };
    return call('POST', `${this.places.api.url}/v1/carts`, { key: this.places.keys.core, body });
  }

  /** The core asks for the premiums and waits until the payer can pay: answers with the one charge to pay. */
  async open(more: Record<string, unknown> = {}, item?: (index: number) => object): Promise<AtChannel> {
    succeeded(await this.post(more, item));
    const { charge } = await this.when('open charge', (cart) => payable(cart) !== null);
    const { outTradeNo = '', cashier = null } = charge ?? {};
    return new AtChannel(this.places.channels[this.method.channel].url, outTradeNo, cashier);
  }

  async cancel(): Promise<Answer> {
    return call('POST', `${this.url}/cancel`, { key: this.places.keys.core, body: { reason: 'proposals withdrawn' } });
  }

  async queryNow(): Promise<Answer> {
    return call('POST', `${this.url}/query`, { key: this.places.keys.ops });
  }

  /** Whether there is such a cart. */
  async exists(): Promise<boolean> {
    return (await call('GET', this.url, { key: this.places.keys.auditor })).status === 200;
  }

  async seen(): Promise<SeenCart> {
    return succeeded(await call('GET', this.url, { key: this.places.keys.auditor })) as SeenCart;
  }

  /** Waits until the cart is as wanted. */
  async when(what: string, isSo: (cart: SeenCart) => boolean): Promise<SeenCart> {
    let last: SeenCart | undefined;
    const lastSeen = () => last && { status: last.status, attention: last.attention, timeline: last.timeline };
    return until({ what, withinMs: patienceMs, lastSeen }, async () => {
      last = await this.seen();
      return isSo(last) ? last : undefined;
    });
  }

  async reaches(status: string): Promise<SeenCart> {
    return this.when(status, (cart) => cart.status === status);
  }

  /** Waits until the cart and each of its items have come to an end. */
  async ended(): Promise<SeenCart> {
    return this.when('end', ({ status, items }) => [{ status }, ...items].every((each) => ends.includes(each.status)));
  }

  /** How many of its items have a policy that is in force. */
  async policiesInForce(): Promise<number> {
    const policies = await Promise.all(this.items.map((item) => item.policy()));
    return policies.filter(({ policyNo, cancelled }) => policyNo !== null && !cancelled).length;
  }

  /** Merchants of the channel with what each of them has been paid, the first asked first. */
  async paidAt(): Promise<Map<string, number>> {
    const { charges } = await this.seen();
    const orders = await Promise.all(
      charges.map(({ channel, outTradeNo }) => new AtChannel(this.places.channels[channel].url, outTradeNo).order()),
    );
    const paid = new Map<string, number>();
    for (const { merchantId, paidFen } of orders) paid.set(merchantId, (paid.get(merchantId) ?? 0) + paidFen);
    return paid;
  }

  private get url(): string {
    return `${this.places.api.url}/v1/carts/${this.cartId}`;
  }
}

const payable = ({ charge }: SeenCart): SeenCashier | null => charge?.cashier ?? null;
