import type { Client } from '@temporalio/client';
import { expect } from 'vitest';
import { lateWorkflowId, outTradeNoFor, paymentWorkflowId, refundWorkflowId } from '../../src/domain/ids.js';
import type { ChargeOutcome } from '../../src/domain/evidence.js';
import { chargeTermsOf, type ChargeTerms } from '../../src/domain/terms.js';
import type { Decision } from '../../src/domain/review.js';
import { type PaymentStatus } from '../../src/domain/payment.js';
import { deliverEvidence, type Delivery, type StoredFact } from '../../src/delivery/deliverEvidence.js';
import { startPayment } from '../../src/delivery/startPayment.js';
import { startRefund } from '../../src/delivery/startRefund.js';
import { evidenceIdOf } from '../../src/records/evidenceId.js';
import type { Ledger } from '../../src/ledger/ledger.js';
import type { Records } from '../../src/records/mongo/index.js';
import type { PaymentRecord } from '../../src/records/payments.js';
import type { ReviewRecord } from '../../src/records/reviews.js';
import { fen } from '../../src/domain/money.js';
import {
  cancelUpdate,
  openUpdate,
  queryNowUpdate,
  stateQuery,
  switchMethodUpdate,
} from '../../src/workflows/collect/messages.js';
import { resolveUpdate } from '../../src/workflows/saga/messages.js';
import type { Payment, ScriptedChannel } from './scriptedChannel.js';
import type { ScriptedCore } from './scriptedCore.js';
import { startingWith } from './startingWith.js';
import type { TestClock } from './testClock.js';

/** Where a payment's story plays. */
export interface World {
  readonly client: Client;
  readonly clock: TestClock;
  readonly records: Records;
  readonly ledger: Ledger;
  readonly channel: ScriptedChannel;
  readonly otherChannel: ScriptedChannel;
  readonly core: ScriptedCore;
  pass(durationMs: number): Promise<void>;
}

interface Said {
  /** The one that tells it; the first unless said. */
  channel?: ScriptedChannel;
  attempt?: number;
  outcome?: ChargeOutcome;
  merchantId?: string;
  notificationId?: string;
}

/** Another method: of the first channel and with the payment's terms, unless said. */
interface SwitchWish {
  channel?: ScriptedChannel;
  terms?: Partial<ChargeTerms>;
}

/** One payment in a test: what the payer, the channel, the core and operators do to it, and what became of it. */
export class PaymentStory {
  readonly registered: PaymentRecord;
  readonly paymentId: string;
  protected readonly world: World;
  private notifications = 0;
  private readonly decided = new Set<string>();
  /** Workflows of money that nobody waited for any more. */
  private readonly reviewIds: string[] = [];

  constructor(world: World, registered: PaymentRecord) {
    this.world = world;
    this.registered = registered;
    this.paymentId = registered.paymentId;
  }

  get workflow() {
    return this.world.client.workflow.getHandle<() => Promise<PaymentStatus>>(paymentWorkflowId(this.paymentId));
  }

  outTradeNo(attempt = 1): string {
    return outTradeNoFor({ paymentId: this.paymentId, attempt });
  }

  /** The id as the core gave it, with which every number of it begins. */
  get stem(): string {
    return this.paymentId.split('-')[0] ?? '';
  }

  untilOpen() {
    return this.workflow.executeUpdate(openUpdate);
  }

  state() {
    return this.workflow.query(stateQuery);
  }

  /** The payer pays, as the channel sees it; nobody has told us yet. */
  async pays(
    how: Partial<Payment> & { attempt?: number; anyway?: true; channel?: ScriptedChannel } = {},
  ): Promise<Payment> {
    await this.world.clock.read();
    const { attempt = 1, channel = this.world.channel, ...payment } = how;
    return channel.pay(this.outTradeNo(attempt), payment);
  }

  /** The channel tells us what it knows now, or what it is made to say. */
  async callback(said: Said = {}): Promise<Delivery> {
    const { world } = this;
    const fact = await this.storesCallback(said);
    const delivery = await deliverEvidence({ client: world.client, ...world.records }, fact);
    if (delivery === 'stranded') this.reviewIds.push(`review/${fact.evidenceId}`);
    return delivery;
  }

  /** The same, but we die between storing it and telling the workflow. */
  async storesCallback(said: Said = {}): Promise<StoredFact> {
    await this.world.clock.read();
    const { paymentId } = this;
    const outTradeNo = this.outTradeNo(said.attempt ?? 1);
    const { channel = this.world.channel } = said;
    const { outcome, merchantId } = { ...channel.outcomeOf(outTradeNo), ...said };
    this.notifications += 1;
    const fact = {
      channel: channel.name,
      source: 'callback' as const,
      outTradeNo,
      notificationId: `${paymentId}-${said.notificationId ?? String(this.notifications)}`,
      body: Buffer.from(JSON.stringify({ outcome, merchantId })),
    };
    const evidenceId = evidenceIdOf(fact);
    const observedAt = this.world.clock.nowIso;
    const evidence = { evidenceId, source: fact.source, outTradeNo, merchantId, outcome, observedAt };
    const stored = { ...fact, evidenceId, paymentId, evidence, receivedAt: observedAt };
    await this.world.records.evidence.keep({
      ...stored,
      url: '/',
      headers: {},
      signature: 'valid',
      keyId: 'scripted',
      rejected: null,
    });
    return stored;
  }

  async paysAndCallsBack(how: Parameters<PaymentStory['pays']>[0] = {}): Promise<void> {
    await this.pays(how);
    const { attempt = 1, channel = this.world.channel } = how;
    await this.callback({ attempt, channel });
  }

  /** What a channel says of money under this payment's number, whether there is any or not. */
  moneyOf(paidFen: number, tradeNo = 'T1') {
    return { kind: 'paid' as const, paidFen: fen(paidFen), tradeNo, paidAt: this.world.clock.nowIso };
  }

  /** Starts the workflow; again, as after a crash between writing down and starting, it changes nothing. */
  starts(): Promise<void> {
    return startPayment(this.world.client, this.registered);
  }

  cancels(reason = 'the customer changed their mind') {
    return this.workflow.executeUpdate(cancelUpdate, { args: [{ reason }] });
  }

  asksNow() {
    return this.workflow.executeUpdate(queryNowUpdate, { args: [{ by: 'ops' }] });
  }

  /** To another product, of the same channel unless said. */
  switchesTo(product: string, { channel = this.world.channel, terms = {} }: SwitchWish = {}) {
    const change = {
      method: { channel: channel.name, product },
      merchantId: channel.merchantId,
      terms: chargeTermsOf({ ...this.registered.terms, ...terms }),
    };
    return this.workflow.executeUpdate(switchMethodUpdate, { args: [change] });
  }

  /** A refund the core asks for after issue, reserved and started as the API does it; on a new run after so many events. */
  async refunds(asked: {
    refundId: string;
    amountFen: number;
    attempt?: number;
    start?: false;
    continueAfterEvents?: number;
  }) {
    const { refundId, amountFen, attempt = 1, start, continueAfterEvents } = asked;
    const reservation = await this.world.records.refunds.reserve({
      paymentId: this.paymentId,
      refundId,
      outTradeNo: this.outTradeNo(attempt),
      amountFen: fen(amountFen),
      reason: 'endorsement',
      origin: 'core',
      requestHash: `${refundId}:${amountFen}`,
      createdAt: this.world.clock.nowIso,
    });
    if (start === undefined && (reservation.kind === 'reserved' || reservation.kind === 'same'))
      await startRefund(
        { client: startingWith(this.world.client, { continueAfterEvents }), ...this.world.records },
        reservation.refund,
      );
    return reservation;
  }

  /** Lets time pass until a person is needed, at most for so long; answers what they are shown. */
  async untilAttention(withinMs: number, lookEveryMs = 60_000): Promise<ReviewRecord> {
    for (let passedMs = 0; passedMs <= withinMs; passedMs += lookEveryMs) {
      const attention = await this.attention();
      if (attention !== null) return attention;
      await this.world.pass(lookEveryMs);
    }
    throw new Error(
      `${this.paymentId} needs nobody after ${withinMs / 60_000} min: ${JSON.stringify(await this.record())}`,
    );
  }

  /** Lets time pass until the channel has been asked to give money back. */
  async untilRefunding(withinMs = 10_000): Promise<void> {
    for (let passedMs = 0; passedMs <= withinMs; passedMs += 200) {
      if (this.channelCalls.some((call) => call.startsWith('refund '))) return;
      await this.world.pass(200);
    }
    throw new Error(`nothing of ${this.paymentId} goes back`);
  }

  /** As the operators' queue shows it, of the payment or of a refund of it; what was decided here is about to leave the queue. */
  async attention(): Promise<ReviewRecord | null> {
    const open = await this.world.records.reviews.openOf([this.paymentId]);
    return open.find(({ reviewId }) => !this.decided.has(reviewId)) ?? null;
  }

  /** An operator settles what waits. */
  async resolve(decision: Decision): Promise<void> {
    const attention = await this.attention();
    if (attention === null) throw new Error('nothing waits for a person');
    await this.world.client.workflow.getHandle(attention.workflowId).executeUpdate(resolveUpdate, {
      args: [{ decision, reason: 'looked into it', by: 'ops', reviewId: attention.reviewId }],
    });
    this.decided.add(attention.reviewId);
    await this.world.pass(1_000);
  }

  /** Of all workflows it may have, started or not. */
  async workflowIds(): Promise<string[]> {
    return [paymentWorkflowId(this.paymentId), ...(await this.idsBeside())];
  }

  /** Ends what a failed test has left running: one stuck workflow would hold the time of all others. */
  async abandon(): Promise<void> {
    const terminate = (workflowId: string) =>
      this.world.client.workflow.getHandle(workflowId).terminate('the test is over');
    await Promise.allSettled((await this.workflowIds()).map(terminate));
  }

  async record(): Promise<PaymentRecord> {
    const payment = await this.world.records.payments.find(this.paymentId);
    if (payment === null) throw new Error(`${this.paymentId} is not on record`);
    return payment;
  }

  /** Waits, skipping time, until all workflows of this payment have ended; answers what the payment's own ended with. */
  async ends(): Promise<PaymentStatus> {
    const status = await this.workflow.result();
    for (const workflowId of await this.otherWorkflowIds())
      await this.world.client.workflow.getHandle(workflowId).result();
    await this.world.clock.read();
    return status;
  }

  /** Everything has ended, with this status on record and the money in the right place. */
  async endsAs(status: PaymentStatus): Promise<void> {
    await this.ends();
    expect((await this.record()).status).toBe(status);
    await this.expectMoneyRight();
  }

  /** What the timeline tells, in order. */
  async timeline(): Promise<string[]> {
    return (await this.record()).timeline.map(({ type }) => type);
  }

  get channelCalls(): string[] {
    return this.world.channel.callsFor(this.stem);
  }

  get coreCalls(): string[] {
    return this.world.core.callsFor(this.paymentId);
  }

  async history() {
    const { events } = await this.workflow.fetchHistory();
    if (events === null || events === undefined) throw new Error('a workflow has no history');
    return events;
  }

  /** The steps its own workflow took, in order. */
  async steps(): Promise<string[]> {
    return (await this.history()).flatMap(
      ({ activityTaskScheduledEventAttributes }) => activityTaskScheduledEventAttributes?.activityType?.name ?? [],
    );
  }

  /** Late money and refunds, as far as records know of them. */
  async otherWorkflowIds(): Promise<string[]> {
    const started: string[] = [];
    for (;;) {
      const found: string[] = [];
      for (const workflowId of await this.idsBeside()) {
        if (!started.includes(workflowId) && (await this.exists(workflowId))) found.push(workflowId);
      }
      if (found.length === 0) return started;
      // A late payment may start a refund, so each is waited for before looking again.
      for (const workflowId of found) await this.world.client.workflow.getHandle(workflowId).result();
      started.push(...found);
    }
  }

  /** Of late money and refunds, as records know of them: started or not. */
  private async idsBeside(): Promise<string[]> {
    const charges = await this.world.records.charges.ofPayment(this.paymentId);
    const refunds = await this.world.records.refunds.ofPayment(this.paymentId);
    return [
      ...charges.map(({ outTradeNo }) => lateWorkflowId(outTradeNo)),
      ...refunds.map(refundWorkflowId),
      ...this.reviewIds,
    ];
  }

  private async exists(workflowId: string): Promise<boolean> {
    try {
      await this.world.client.workflow.getHandle(workflowId).describe();
      return true;
    } catch {
      return false;
    }
  }

  /** What is in the book for this payment, net by account, without accounts that have come to nothing. */
  async bookFen(): Promise<Record<string, number>> {
    const net: Record<string, number> = {};
    for (const { lines } of await this.world.ledger.ofPayment(this.paymentId)) {
      for (const { account, amountFen } of lines) net[account] = (net[account] ?? 0) + amountFen;
    }
    return Object.fromEntries(Object.entries(net).filter(([, amountFen]) => amountFen !== 0));
  }

  /**
   * However it went: what the channel holds for us is the premium of a policy in force, less what the core had us give
   * back, or else nothing; the book and the records say the same; and no workflow failed.
   */
  async expectMoneyRight(): Promise<void> {
    const { world, paymentId } = this;
    await world.clock.read();
    const charges = await world.records.charges.ofPayment(paymentId);
    const refunds = await world.records.refunds.ofPayment(paymentId);
    const record = await this.record();
    const policy = world.core.inForce(paymentId);
    const sum = (amounts: readonly number[]) => amounts.reduce((total, amount) => total + amount, 0);

    const heldAt = (channel: ScriptedChannel) => sum(charges.map(({ outTradeNo }) => channel.heldFen(outTradeNo)));
    const heldFen = heldAt(world.channel) + heldAt(world.otherChannel);
    const outsideFen = sum(
      refunds.filter(({ status }) => status === 'settledOutside').map((refund) => refund.amountFen),
    );
    const givenBackFen = sum(refunds.filter(({ origin }) => origin === 'core').map((refund) => refund.amountFen));
    const rightfulFen = policy === null ? 0 : record.amountFen - givenBackFen;
    expect(heldFen - outsideFen, 'money held').toBe(rightfulFen);

    const journals = await world.ledger.ofPayment(paymentId);
    for (const { key, lines } of journals) expect(sum(lines.map(({ amountFen }) => amountFen)), key).toBe(0);
    const expectedBook = {
      'channelReceivable:alipay': heldAt(world.channel),
      'channelReceivable:wechatpay': heldAt(world.otherChannel),
      premiumIncome: -rightfulFen,
      bank: -outsideFen,
    };
    expect(earnedTogether(await this.bookFen()), 'the book').toEqual(
      Object.fromEntries(Object.entries(expectedBook).filter(([, amountFen]) => amountFen !== 0)),
    );

    expect(record.status === 'issued', `a payment ${record.status} and its policy`).toBe(policy !== null);
    if (policy !== null) expect(record.policyNo).toBe(policy.policyNo);
    expect(['closed', 'issued', 'refunded']).toContain(record.status);
    expect(await world.records.reviews.openOf([paymentId])).toEqual([]);
    for (const refund of refunds) {
      expect(['refunded', 'settledOutside'], refund.refundNo).toContain(refund.status);
    }
    const refundedFen = sum(refunds.map(({ amountFen }) => amountFen));
    expect(record.paidFen - refundedFen, 'paid less refunded, as the API shows it').toBe(rightfulFen);

    for (const workflowId of [`payment/${paymentId}`, ...(await this.otherWorkflowIds())]) {
      const { status } = await world.client.workflow.getHandle(workflowId).describe();
      expect(status.name, workflowId).toBe('COMPLETED');
    }
  }
}

/** A book in which what a policy has earned is one sum, whoever has a share of it. */
function earnedTogether(book: Readonly<Record<string, number>>): Record<string, number> {
  const together: Record<string, number> = {};
  for (const [account, amountFen] of Object.entries(book)) {
    const isShare = /^(coinsurancePayable:|leadFeeIncome$|outputTax$)/.test(account);
    const name = isShare ? 'premiumIncome' : account;
    together[name] = (together[name] ?? 0) + amountFen;
  }
  return together;
}
