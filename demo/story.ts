import type { ChannelName } from '../stack/channels/channelSide.js';
import type { Stack } from '../stack/startStack.js';
import { call, succeeded, type Answer } from './http.js';
import { AtChannel } from './atChannel.js';
import type {
  OpenedPayment,
  SeenAttention,
  SeenCharge,
  SeenDue,
  SeenDuePage,
  SeenOrder,
  SeenPayment,
  SeenPolicy,
  SeenStatement,
} from './seen.js';
import { methodAsked, methods, payer, type Method } from './methods.js';
import { until } from './until.js';

/** What the story needs of the stack: addresses and keys. */
export type Places = Pick<Stack, 'api' | 'keys' | 'sims' | 'channels'>;

/** What a story is told with when nothing else is said. */
const [usual] = methods;

export const ends: readonly string[] = ['closed', 'issued', 'refunded'];
const patienceMs = 60_000;

/**
 * One payment and everybody around it: the core asks for it, the payer pays it, operators decide about it, and channel
 * and core misbehave on request. Everything goes through the public API or the simulators' control API.
 */
export class Story {
  readonly paymentId: string;
  readonly amountFen: number;
  /** How the payer means to pay at first. */
  readonly method: Method;
  readonly places: Places;
  /** Of a payment in one: each charge at its channel, the first one first. */
  private readonly charges: AtChannel[];

  constructor(places: Places, payment: { paymentId: string; amountFen: number; method?: Method }) {
    this.places = places;
    this.paymentId = payment.paymentId;
    this.amountFen = payment.amountFen;
    this.method = payment.method ?? usual;
    this.charges = [new AtChannel(places.channels[this.method.channel].url, `${this.paymentId}C1`)];
  }

  /** Orders trouble at a channel, the first unless said, for this payment only: for all of it or, by number, one part. */
  async channelWill(
    fault: string,
    how: Record<string, unknown> = {},
    at: { channel?: ChannelName; partNo?: number } = {},
  ): Promise<void> {
    const { channel = this.method.channel, partNo } = at;
    const prefix = partNo === undefined ? this.paymentId : `${this.paymentId}S${twoDigits(partNo)}`;
    const { url } = this.places.channels[channel];
    succeeded(await call('POST', `${url}/control/faults`, { body: { fault, prefix, ...how } }));
  }

  /** Orders trouble at the core, for this payment only; calling what it returns ends it. */
  async coreWill(fault: string, how: Record<string, unknown> = {}): Promise<() => Promise<void>> {
    const faults = `${this.places.sims.core.url}/control/faults`;
    const body = { fault, paymentId: this.paymentId, ...how };
    const { id } = succeeded(await call('POST', faults, { body })) as { id: string };
    return async () => {
      succeeded(await call('DELETE', `${faults}/${id}`));
    };
  }

  /** The core asks for the premium, as often as it likes. */
  async post(more: Record<string, unknown> = {}): Promise<Answer> {
    const body = {
      paymentId: this.paymentId,
      proposalNo: `T${this.paymentId}`,
      productCode: 'AUTO-CI',
      amountFen: this.amountFen,
      currency: 'CNY',
      subject: '机动车商业保险',
      payer,
      method: methodAsked(this.method),
      ...more,
    };
    const answer = await this.asCore('', body, '/v1/payments');
    if (answer.status === 201) this.keepCashier(answer.body as OpenedPayment);
    return answer;
  }

  /** The core asks for the premium and waits until the payer can pay. */
  async open(more: Record<string, unknown> = {}): Promise<OpenedPayment> {
    const opened = succeeded(await this.post(more)) as OpenedPayment;
    // 202: the charge is still opening, and the core asks again.
    this.keepCashier(opened.status === 'opening' ? await this.reaches('awaitingPayment') : opened);
    return opened;
  }

  private keepCashier({ charge }: { charge: SeenCharge | null }): void {
    const [, no] = charge?.outTradeNo.split(`${this.paymentId}C`) ?? [];
    if (charge?.cashier && no !== undefined) this.charge(Number(no)).cashier = charge.cashier;
  }

  /** The payer looks at the order (scans the code, opens the page), and has not paid yet. */
  async scan(charge = 1): Promise<void> {
    await this.charge(charge).scan();
  }

  /** The payer pays; `force` gets through although the order is closed. */
  async pay({ charge = 1, ...how }: { charge?: number; force?: boolean; amountFen?: number } = {}): Promise<void> {
    await this.charge(charge).pay(how);
  }

  /** The channel sends one more callback. */
  async notify(how: Record<string, unknown> = {}): Promise<void> {
    await this.charge(1).notify(how);
  }

  /** The channel closes the day of the payment: from now on it can be refunded and no longer undone. */
  async dayCloses(): Promise<void> {
    await this.charge(1).dayCloses();
  }

  async cancel(): Promise<Answer> {
    return this.asCore('/cancel', { reason: 'proposal withdrawn' });
  }

  /** The payer wants to pay otherwise. */
  async switchTo(to: Pick<Method, 'channel' | 'product' | 'terminalId'>): Promise<Answer> {
    const answer = await this.asCore('/charges', { method: methodAsked(to) });
    if (answer.status !== 201) return answer;
    const next = `${this.paymentId}C${this.charges.length + 1}`;
    this.charges.push(new AtChannel(this.places.channels[to.channel].url, next));
    this.keepCashier(answer.body as OpenedPayment);
    return answer;
  }

  /** The payer wants to pay one part otherwise. */
  async switchPart(partId: string, to: Pick<Method, 'channel' | 'product' | 'terminalId'>): Promise<Answer> {
    return this.asCore(`/parts/${partId}/charges`, { method: methodAsked(to) });
  }

  /** `partId`: of a payment in parts, whose money goes back. */
  async refund(refundId: string, amountFen: number, more: { partId?: string } = {}): Promise<Answer> {
    return this.asCore('/refunds', { refundId, amountFen, reason: 'endorsement', ...more });
  }

  async queryNow(): Promise<Answer> {
    return call('POST', `${this.url}/query`, { key: this.places.keys.ops });
  }

  async decide(decision: string, more: Record<string, unknown> = {}): Promise<void> {
    const body = { decision, reason: 'looked into it', ...more };
    succeeded(await call('POST', `${this.url}/resolution`, { key: this.places.keys.ops, body }));
  }

  async seen(): Promise<SeenPayment> {
    return succeeded(await call('GET', this.url, { key: this.places.keys.auditor })) as SeenPayment;
  }

  /** Waits until the payment is as wanted. */
  async when(what: string, isSo: (payment: SeenPayment) => boolean): Promise<SeenPayment> {
    return this.until(what, (payment) => (isSo(payment) ? payment : undefined));
  }

  private async until<Found>(what: string, find: (payment: SeenPayment) => Found | undefined): Promise<Found> {
    let last: SeenPayment | undefined;
    const lastSeen = () => last && { status: last.status, attention: last.attention, timeline: last.timeline };
    return until({ what, withinMs: patienceMs, lastSeen }, async () => {
      last = await this.seen();
      return find(last);
    });
  }

  async reaches(status: string): Promise<SeenPayment> {
    return this.when(status, (payment) => payment.status === status);
  }

  /** Waits for an end, whichever it is, of the payment and of each of its parts. */
  async ended(): Promise<SeenPayment> {
    return this.when('end', ({ status, parts = [] }) =>
      [{ status }, ...parts].every((each) => ends.includes(each.status)),
    );
  }

  async refundReaches(refundId: string, status: string): Promise<SeenPayment> {
    return this.when(`refund ${refundId} ${status}`, ({ refunds }) =>
      refunds.some((refund) => refund.refundId === refundId && refund.status === status),
    );
  }

  /** Waits until somebody has to decide. */
  async needsAttention(): Promise<SeenAttention> {
    const { attention } = await this.when('need of attention', (payment) => payment.attention.length > 0);
    const [first] = attention;
    if (first === undefined) throw new Error('nothing waits for a decision');
    return first;
  }

  /** What the channel knows of the nth charge. */
  async order(charge = 1): Promise<SeenOrder> {
    return this.charge(charge).order();
  }

  /** Waits until the channel's order is as wanted. */
  async whenOrder(what: string, isSo: (order: SeenOrder) => boolean): Promise<SeenOrder> {
    return this.charge(1).whenOrder(what, isSo);
  }

  /** The charge of one part that the payer can pay now, once there is one; `attempt`: not an earlier one. */
  async part(partId: string, attempt = 1): Promise<AtChannel> {
    return this.until(`charge ${attempt} of part ${partId}`, ({ parts = [], charges }) => {
      const live = parts.find((part) => part.partId === partId)?.charge;
      const charge = charges.find(({ outTradeNo }) => outTradeNo === live?.outTradeNo);
      if (!live?.cashier || charge === undefined || !live.outTradeNo.endsWith(String(attempt))) return undefined;
      return new AtChannel(this.places.channels[charge.channel].url, live.outTradeNo, live.cashier);
    });
  }

  /** What finance expects to arrive on a day from a channel, for this payment, fen. */
  async dueOn(date: string, channel: SeenDue['channel']): Promise<number> {
    const query = `date=${date}&channel=${channel}&limit=200`;
    const url = `${this.places.api.url}/v1/settlements/expected?${query}`;
    let dueFen = 0;
    // Before a long holiday the amounts of many days fall due together, on more than one page.
    for (let next: string | null = ''; next !== null;) {
      const page: SeenDuePage = succeeded(
        await call('GET', next === '' ? url : `${url}&cursor=${encodeURIComponent(next)}`, {
          key: this.places.keys.finance,
        }),
      ) as SeenDuePage;
      const own = page.amounts.filter(({ paymentId }) => paymentId.startsWith(this.paymentId));
      dueFen += own.reduce((sum, { amountFen }) => sum + amountFen, 0);
      next = page.next;
    }
    return dueFen;
  }

  /** What finance reads of a follower of shared policies. */
  async statementOf(insurer: string): Promise<SeenStatement> {
    const query = `insurer=${insurer}&from=2000-01-01&to=2100-01-01`;
    const url = `${this.places.api.url}/v1/coinsurance/statements?${query}`;
    return succeeded(await call('GET', url, { key: this.places.keys.finance })) as SeenStatement;
  }

  /** What the core knows of the payment. */
  async policy(): Promise<SeenPolicy> {
    const { sims } = this.places;
    return succeeded(await call('GET', `${sims.core.url}/control/payments/${this.paymentId}`)) as SeenPolicy;
  }

  private get url(): string {
    return `${this.places.api.url}/v1/payments/${this.paymentId}`;
  }

  private charge(no: number): AtChannel {
    const charge = this.charges[no - 1];
    if (charge === undefined) throw new Error(`${this.paymentId} has no charge ${no}`);
    return charge;
  }

  private asCore(path: string, body: unknown, base?: string): Promise<Answer> {
    const url = base === undefined ? `${this.url}${path}` : `${this.places.api.url}${base}`;
    return call('POST', url, { key: this.places.keys.core, body });
  }
}

/** Parts are numbered with two digits at the channel. */
function twoDigits(no: number): string {
  return String(no).padStart(2, '0');
}
