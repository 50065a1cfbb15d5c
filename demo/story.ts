import type { Stack } from '../stack/startStack.js';
import { call, succeeded, type Answer } from './http.js';
import type {
  OpenedPayment,
  SeenAttention,
  SeenCashier,
  SeenOrder,
  SeenPayment,
  SeenPolicy,
  SeenStatement,
} from './seen.js';
import { methodAsked, methods, type Method } from './methods.js';
import { until } from './until.js';

/** What the story needs of the stack: addresses and keys. */
export type Places = Pick<Stack, 'api' | 'keys' | 'sims' | 'channels'>;

/** What a story is told with when nothing else is said. */
const [usual] = methods;

const ends = ['closed', 'issued', 'refunded'];
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
  private readonly places: Places;
  /** The method of each charge, the first one first. */
  private readonly charges: Method[];
  /** Charges whose cashier page the payer has opened. */
  private readonly arrived = new Set<number>();
  private readonly cashiers = new Map<number, SeenCashier>();

  constructor(places: Places, payment: { paymentId: string; amountFen: number; method?: Method }) {
    this.places = places;
    this.paymentId = payment.paymentId;
    this.amountFen = payment.amountFen;
    this.method = payment.method ?? usual;
    this.charges = [this.method];
  }

  /** Orders trouble at the channel, for this payment only. */
  async channelWill(fault: string, how: Record<string, unknown> = {}): Promise<void> {
    const body = { fault, prefix: this.paymentId, ...how };
    succeeded(await call('POST', `${this.simOf(1)}/control/faults`, { body }));
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
      payer: { name: '示例', mobile: '13800000000', openid: 'oDemoPayer0000000000000000001', clientIp: '203.0.113.7' },
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

  private keepCashier({ charge }: Pick<OpenedPayment, 'charge'>): void {
    if (charge?.cashier) this.cashiers.set(Number(charge.outTradeNo.slice(-1)), charge.cashier);
  }

  /** The payer looks at the order (scans the code, opens the page), and has not paid yet. */
  async scan(charge = 1): Promise<void> {
    await this.arrive(charge);
    succeeded(await this.atChannel(charge, 'scan'));
  }

  /** The payer pays; `force` gets through although the order is closed. */
  async pay({ charge = 1, ...how }: { charge?: number; force?: boolean; amountFen?: number } = {}): Promise<void> {
    await this.arrive(charge);
    succeeded(await this.atChannel(charge, 'pay', how));
  }

  /** The payer's browser opens the cashier page, where there is one; on some channels the order exists only from then on. */
  private async arrive(charge: number): Promise<void> {
    if (this.arrived.has(charge)) return;
    this.arrived.add(charge);
    const cashier = this.cashiers.get(charge);
    if (cashier?.kind === 'redirect') await (await fetch(cashier.url)).text();
    if (cashier?.kind === 'form') {
      const body = new URLSearchParams(cashier.fields);
      await (await fetch(cashier.action, { method: 'POST', body })).text();
    }
  }

  /** The channel sends one more callback. */
  async notify(how: Record<string, unknown> = {}): Promise<void> {
    succeeded(await this.atChannel(1, 'notify', how));
  }

  /** The channel closes the day of the payment: from now on it can be refunded and no longer undone. */
  async dayCloses(): Promise<void> {
    succeeded(await this.atChannel(1, 'settle'));
  }

  async cancel(): Promise<Answer> {
    return this.asCore('/cancel', { reason: 'proposal withdrawn' });
  }

  /** The payer wants to pay otherwise. */
  async switchTo(to: Pick<Method, 'channel' | 'product' | 'terminalId'>): Promise<Answer> {
    const { channel, product } = to;
    const answer = await this.asCore('/charges', { method: methodAsked(to) });
    if (answer.status !== 201) return answer;
    const method = methods.find((each) => each.channel === channel && each.product === product);
    if (method !== undefined) this.charges.push(method);
    this.keepCashier(answer.body as OpenedPayment);
    return answer;
  }

  async refund(refundId: string, amountFen: number): Promise<Answer> {
    return this.asCore('/refunds', { refundId, amountFen, reason: 'endorsement' });
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
    let last: SeenPayment | undefined;
    const lastSeen = () => last && { status: last.status, attention: last.attention, timeline: last.timeline };
    return until({ what, withinMs: patienceMs, lastSeen }, async () => {
      last = await this.seen();
      return isSo(last) ? last : undefined;
    });
  }

  async reaches(status: string): Promise<SeenPayment> {
    return this.when(status, (payment) => payment.status === status);
  }

  /** Waits for an end, whichever it is. */
  async ended(): Promise<SeenPayment> {
    return this.when('end', ({ status }) => ends.includes(status));
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
    return succeeded(await call('GET', `${this.simOf(charge)}/control/orders/${this.outTradeNo(charge)}`)) as SeenOrder;
  }

  /** Waits until the channel's order is as wanted. */
  async whenOrder(what: string, isSo: (order: SeenOrder) => boolean): Promise<SeenOrder> {
    return until({ what, withinMs: patienceMs }, async () => {
      const order = await this.order();
      return isSo(order) ? order : undefined;
    });
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

  /** The simulator of the channel that a charge was made at. */
  private simOf(charge: number): string {
    return this.places.channels[(this.charges[charge - 1] ?? this.method).channel].url;
  }

  private outTradeNo(charge: number): string {
    return `${this.paymentId}C${charge}`;
  }

  private asCore(path: string, body: unknown, base?: string): Promise<Answer> {
    const url = base === undefined ? `${this.url}${path}` : `${this.places.api.url}${base}`;
    return call('POST', url, { key: this.places.keys.core, body });
  }

  private atChannel(charge: number, act: 'scan' | 'pay' | 'notify' | 'settle', body: unknown = {}): Promise<Answer> {
    return call('POST', `${this.simOf(charge)}/control/orders/${this.outTradeNo(charge)}/${act}`, { body });
  }
}
