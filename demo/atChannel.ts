import { call, succeeded } from './http.js';
import type { SeenCashier, SeenOrder } from './seen.js';
import { until } from './until.js';

const patienceMs = 60_000;

/** One charge at its channel: the payer before it, and what the channel's simulator then shows of it. */
export class AtChannel {
  readonly outTradeNo: string;
  /** What the payer was given to pay with, as soon as it is known. */
  cashier: SeenCashier | null;
  private readonly simUrl: string;
  private arrived = false;

  constructor(simUrl: string, outTradeNo: string, cashier: SeenCashier | null = null) {
    this.simUrl = simUrl;
    this.outTradeNo = outTradeNo;
    this.cashier = cashier;
  }

  /** The payer looks at the order (scans the code, opens the page), and has not paid yet. */
  async scan(): Promise<void> {
    await this.arrive();
    succeeded(await this.act('scan'));
  }

  /** The payer pays; `force` gets through although the order is closed. */
  async pay(how: { force?: boolean; amountFen?: number } = {}): Promise<void> {
    await this.arrive();
    succeeded(await this.act('pay', how));
  }

  /** The payer's browser opens the cashier page, where there is one; on some channels the order exists only from then on. */
  private async arrive(): Promise<void> {
    if (this.arrived) return;
    this.arrived = true;
    const { cashier } = this;
    if (cashier?.kind === 'redirect') await (await fetch(cashier.url)).text();
    if (cashier?.kind === 'form') {
      const body = new URLSearchParams(cashier.fields);
      await (await fetch(cashier.action, { method: 'POST', body })).text();
    }
  }

  /** The channel sends one more callback. */
  async notify(how: Record<string, unknown> = {}): Promise<void> {
    succeeded(await this.act('notify', how));
  }

  /** The channel closes the day of the payment: from now on it can be refunded and no longer undone. */
  async dayCloses(): Promise<void> {
    succeeded(await this.act('settle'));
  }

  /** What the channel knows of it. */
  async order(): Promise<SeenOrder> {
    return succeeded(await call('GET', this.url)) as SeenOrder;
  }

  /** Waits until the channel's order is as wanted. */
  async whenOrder(what: string, isSo: (order: SeenOrder) => boolean): Promise<SeenOrder> {
    return until({ what, withinMs: patienceMs }, async () => {
      const order = await this.order();
      return isSo(order) ? order : undefined;
    });
  }

  private get url(): string {
    return `${this.simUrl}/control/orders/${this.outTradeNo}`;
  }

  private act(act: 'scan' | 'pay' | 'notify' | 'settle', body: unknown = {}) {
    return call('POST', `${this.url}/${act}`, { body });
  }
}
