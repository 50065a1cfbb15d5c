import { expect } from 'vitest';
import { deliverEvidence } from '../../src/delivery/deliverEvidence.js';
import { childTradeNoFor, partRecordId, paymentWorkflowId } from '../../src/domain/ids.js';
import type { PaymentStatus } from '../../src/domain/payment.js';
import type { PaymentRecord } from '../../src/records/payments.js';
import { PaymentStory, type World } from './paymentStory.js';
import type { Payment, ScriptedChannel } from './scriptedChannel.js';

const sum = (amounts: readonly number[]): number => amounts.reduce((total, amount) => total + amount, 0);

/** Which channel a record's charges are made at. */
const channelOf = (world: World, name: string): ScriptedChannel =>
  name === world.otherChannel.name ? world.otherChannel : world.channel;

/**
 * However it went, over all records together: what the channels hold for us is the premium of the policies in force less
 * what the core had us give back, or else nothing; the book and the records say the same; no workflow failed.
 */
async function expectAllRight(
  world: World,
  records: readonly PaymentRecord[],
  insured: readonly PaymentRecord[],
): Promise<void> {
  await world.clock.read();
  const ids = records.map(({ paymentId }) => paymentId);
  const charges = await world.records.charges.ofPayments(ids);
  const refunds = await world.records.refunds.ofPayments(ids);
  const heldAt = (channel: ScriptedChannel): number =>
    sum(charges.filter((each) => each.channel === channel.name).map(({ outTradeNo }) => channel.heldFen(outTradeNo)));
  const heldFen = heldAt(world.channel) + heldAt(world.otherChannel);
  const givenBackFen = sum(refunds.filter(({ origin }) => origin === 'core').map(({ amountFen }) => amountFen));
  const outsideFen = sum(refunds.filter(({ status }) => status === 'settledOutside').map(({ amountFen }) => amountFen));
  const premiumFen = sum(
    insured.map(({ paymentId, amountFen }) => (world.core.inForce(paymentId) === null ? 0 : amountFen)),
  );
  const rightfulFen = premiumFen - givenBackFen;
  expect(heldFen - outsideFen, 'money held').toBe(rightfulFen);

  const net: Record<string, number> = {};
  for (const id of ids) {
    for (const { key, lines } of await world.ledger.ofPayment(id)) {
      expect(sum(lines.map(({ amountFen }) => amountFen)), key).toBe(0);
      for (const { account, amountFen } of lines) {
        const name = /^(coinsurancePayable:|leadFeeIncome$|outputTax$)/.test(account) ? 'premiumIncome' : account;
        net[name] = (net[name] ?? 0) + amountFen;
      }
    }
  }
  const expected = {
    'channelReceivable:alipay': heldAt(world.channel),
    'channelReceivable:wechatpay': heldAt(world.otherChannel),
    premiumIncome: -rightfulFen,
    bank: -outsideFen,
  };
  const withoutZeros = (book: Record<string, number>) =>
    Object.fromEntries(Object.entries(book).filter(([, amountFen]) => amountFen !== 0));
  expect(withoutZeros(net), 'the book').toEqual(withoutZeros(expected));

  for (const { paymentId, status, policyNo } of insured) {
    const policy = world.core.inForce(paymentId);
    expect(status === 'issued', `${paymentId} ${status} and its policy`).toBe(policy !== null);
    if (policy !== null) expect(policyNo).toBe(policy.policyNo);
  }
  for (const { paymentId, status } of records) {
    expect(['closed', 'issued', 'refunded'], paymentId).toContain(status);
    expect(await world.records.reviews.openOf([paymentId]), paymentId).toEqual([]);
  }
  for (const refund of refunds) expect(['refunded', 'settledOutside'], refund.refundNo).toContain(refund.status);
}

/** What all records of an order have running beside its own workflow has ended. */
async function othersEnd(world: World, ids: readonly string[]): Promise<void> {
  for (const paymentId of ids) {
    const story = new PaymentStory(world, (await world.records.payments.find(paymentId)) ?? never(paymentId));
    await story.otherWorkflowIds();
  }
}

const never = (paymentId: string): PaymentRecord => {
  throw new Error(`${paymentId} is not on record`);
};

/** A payment in parts in a test: each part is a story of its own. */
export class SplitStory extends PaymentStory {
  private get planned() {
    const { shape } = this.registered;
    if (shape.kind !== 'split') throw new Error(`${this.paymentId} is not in parts`);
    return shape.parts;
  }

  get partIds(): string[] {
    return this.planned.map(({ partNo }) => partRecordId({ paymentId: this.paymentId, partNo }));
  }

  /** The nth part, from 1, as it was registered by the workflow. */
  async part(partNo: number): Promise<PaymentStory> {
    const id = partRecordId({ paymentId: this.paymentId, partNo });
    const record = await this.world.records.payments.find(id);
    return new PaymentStory(this.world, record ?? never(id));
  }

  channelOf(partNo: number): ScriptedChannel {
    return channelOf(this.world, this.planned[partNo - 1]?.channel ?? '');
  }

  /** Lets time pass until a part can be paid. */
  async untilPartOpen(partNo: number, withinMs = 60_000): Promise<void> {
    for (let passedMs = 0; passedMs <= withinMs; passedMs += 500) {
      if ((await this.statuses())[partNo - 1] === 'awaitingPayment') return;
      await this.world.pass(500);
    }
    throw new Error(`part ${partNo} of ${this.paymentId} cannot be paid`);
  }

  /** The payer pays a part; nobody has told us yet. */
  async paysPart(partNo: number, how: Partial<Payment> & { attempt?: number; anyway?: true } = {}): Promise<void> {
    await (await this.part(partNo)).pays({ ...how, channel: this.channelOf(partNo) });
  }

  async paysPartAndCallsBack(
    partNo: number,
    how: Partial<Payment> & { attempt?: number; anyway?: true } = {},
  ): Promise<void> {
    await (await this.part(partNo)).paysAndCallsBack({ ...how, channel: this.channelOf(partNo) });
  }

  async statuses(): Promise<string[]> {
    const parts = await this.world.records.payments.partsOf([this.paymentId]);
    return parts.map(({ status }) => status);
  }

  /** Lets time pass until the payment is on record as this. */
  async until(status: PaymentStatus, withinMs = 60_000, lookEveryMs = 500): Promise<void> {
    for (let passedMs = 0; passedMs <= withinMs; passedMs += lookEveryMs) {
      if ((await this.record()).status === status) return;
      await this.world.pass(lookEveryMs);
    }
    throw new Error(`${this.paymentId} is ${(await this.record()).status}: ${(await this.statuses()).join(', ')}`);
  }

  /** Lets time pass until the parts are on record as these. */
  async untilParts(...wanted: readonly PaymentStatus[]): Promise<void> {
    for (let looks = 0; looks < 200; looks += 1) {
      if ((await this.statuses()).join() === wanted.join()) return;
      await this.world.pass(looks < 50 ? 500 : 60_000);
    }
    throw new Error(`parts of ${this.paymentId} are ${(await this.statuses()).join(', ')}`);
  }

  /** Every workflow of it has ended; answers what its own ended with. */
  override async ends(): Promise<PaymentStatus> {
    const status = await this.workflow.result();
    for (const id of this.partIds) {
      const part = await this.world.records.payments.find(id);
      // A slice whose turn never came has no workflow.
      if (part !== null && part.outTradeNo === null && part.closeReason === 'never opened') continue;
      await this.world.client.workflow.getHandle(paymentWorkflowId(id)).result();
    }
    await othersEnd(this.world, this.partIds);
    await this.world.clock.read();
    return status;
  }

  override async expectMoneyRight(): Promise<void> {
    const whole = await this.record();
    const parts = await this.world.records.payments.partsOf([this.paymentId]);
    await expectAllRight(this.world, [whole, ...parts], [whole]);
  }

  /** The parts' workflows, and whatever they have started. */
  override async otherWorkflowIds(): Promise<string[]> {
    const parts = await this.world.records.payments.partsOf([this.paymentId]);
    const begun = parts.filter(({ closeReason }) => closeReason !== 'never opened');
    const others = await Promise.all(begun.map((part) => new PaymentStory(this.world, part).otherWorkflowIds()));
    return [...begun.map(({ paymentId }) => paymentWorkflowId(paymentId)), ...others.flat()];
  }

  override async workflowIds(): Promise<string[]> {
    const parts = await this.world.records.payments.partsOf([this.paymentId]);
    const ofParts = await Promise.all(parts.map((part) => new PaymentStory(this.world, part).workflowIds()));
    return [...(await super.workflowIds()), ...ofParts.flat()];
  }
}

/** A cart in a test. */
export class CartStory extends PaymentStory {
  private told = 1;

  get itemIds(): string[] {
    const { shape } = this.registered;
    if (shape.kind !== 'cart') throw new Error(`${this.paymentId} is no cart`);
    return shape.items.map(({ paymentId }) => paymentId);
  }

  async item(no: number): Promise<PaymentStory> {
    const id = this.itemIds[no - 1] ?? '';
    return new PaymentStory(this.world, (await this.world.records.payments.find(id)) ?? never(id));
  }

  itemId(no: number): string {
    return this.itemIds[no - 1] ?? '';
  }

  /** The number of the nth child of a combined order. */
  childNo(no: number): string {
    return childTradeNoFor({ combineNo: this.outTradeNo(), childNo: no });
  }

  channelOfChild(no: number): ScriptedChannel {
    const { shape } = this.registered;
    const item = shape.kind === 'cart' ? shape.items[no - 1] : undefined;
    return channelOf(this.world, item?.channel ?? '');
  }

  /** The payer pays these children of a combined order, all unless said; nobody has told us yet. */
  async paysChildren(
    nos: readonly number[] = this.itemIds.map((_, index) => index + 1),
    how: Partial<Payment> & { anyway?: true } = {},
  ): Promise<void> {
    await this.world.clock.read();
    for (const no of nos) this.channelOfChild(no).pay(this.childNo(no), how);
  }

  /** The channel tells us of one child of a combined order, as if it were an order of its own merchant. */
  async childCallsBack(no: number): Promise<void> {
    const outTradeNo = this.childNo(no);
    const channel = this.channelOfChild(no);
    const paymentId = this.itemId(no);
    const { outcome, merchantId } = channel.outcomeOf(outTradeNo);
    const observedAt = this.world.clock.nowIso;
    const evidenceId = `${outTradeNo}-${this.told}`;
    this.told += 1;
    const evidence = { evidenceId, source: 'callback' as const, outTradeNo, merchantId, outcome, observedAt };
    await deliverEvidence(
      { client: this.world.client, ...this.world.records },
      { evidenceId, paymentId, outTradeNo, evidence },
    );
  }

  async itemStatuses(): Promise<string[]> {
    const { shape } = this.registered;
    const items = shape.kind === 'cart' ? await this.world.records.payments.itemsOf([shape.cartId]) : [];
    return items.map(({ status }) => status);
  }

  override async ends(): Promise<PaymentStatus> {
    const status = await this.workflow.result();
    await othersEnd(this.world, [this.paymentId, ...this.itemIds]);
    await this.world.clock.read();
    return status;
  }

  override async expectMoneyRight(): Promise<void> {
    const cart = await this.record();
    const { shape } = cart;
    const items = shape.kind === 'cart' ? await this.world.records.payments.itemsOf([shape.cartId]) : [];
    await expectAllRight(this.world, [cart, ...items], items);
    const { status } = await this.workflow.describe();
    expect(status.name).toBe('COMPLETED');
  }

  /** What the cart and its items have started. */
  override async otherWorkflowIds(): Promise<string[]> {
    const items = await this.world.records.payments.findMany(this.itemIds);
    const others = await Promise.all(items.map((item) => new PaymentStory(this.world, item).otherWorkflowIds()));
    return [...(await super.otherWorkflowIds()), ...others.flat()];
  }

  override async workflowIds(): Promise<string[]> {
    const items = await this.world.records.payments.findMany(this.itemIds);
    const ofItems = await Promise.all(items.map((item) => new PaymentStory(this.world, item).workflowIds()));
    return [...(await super.workflowIds()), ...ofItems.flat()];
  }
}
