import { deliverPendingType } from '../../src/workflows/sweep/messages.js';
import { Client, WithStartWorkflowOperation } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, Runtime, Worker, type WorkerOptions } from '@temporalio/worker';
import type { Dependencies } from '../../src/activities/saga/dependencies.js';
import { createActivities } from '../../src/activities/index.js';
import { collections } from '../../src/collections.js';
import { deliverEvidence } from '../../src/delivery/deliverEvidence.js';
import { paymentStart, startPayment, type PaymentWorkflow } from '../../src/delivery/startPayment.js';
import { startRefund } from '../../src/delivery/startRefund.js';
import type { Coinsurance } from '../../src/domain/book/coinsurance.js';
import { fen } from '../../src/domain/money.js';
import { cartRecordId } from '../../src/domain/ids.js';
import { chargeTermsOf, type PaymentTerms } from '../../src/domain/terms.js';
import type { CartItem, PlannedPart, SplitRule } from '../../src/domain/shape.js';
import type { Ledger } from '../../src/ledger/ledger.js';
import { mongoLedger } from '../../src/ledger/mongo/mongoLedger.js';
import { migrate } from '../../src/platform/migrate.js';
import { mongoRecords, type Records } from '../../src/records/mongo/index.js';
import type { NewPayment, PaymentRecord, Payments } from '../../src/records/payments.js';
import { channelTaskQueue, taskQueue } from '../../src/workflows/saga/messages.js';
import { openUpdate } from '../../src/workflows/collect/messages.js';
import { CartStory, SplitStory } from './orderStories.js';
import { PaymentStory } from './paymentStory.js';
import { testDatabase, timeSkippingEnvironment } from './parts.js';
import { ourMerchant, ScriptedChannel } from './scriptedChannel.js';
import { ScriptedCore } from './scriptedCore.js';
import { TestClock } from './testClock.js';
import { unheardEnds } from './unheardEnds.js';
import { workflowBundleFile } from './workflowBundle.js';

export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;

/** What a channel and a product have by default. */
const usualTerms: PaymentTerms = {
  queryGapsMs: [10_000, 20_000, 30_000, 60_000, 3 * minute, 5 * minute, 10 * minute],
  refundGapsMs: [10_000, 30_000, 2 * minute, 10 * minute, 30 * minute, hour],
  closeMarginMs: 2 * minute,
  issueDeadlineMs: day,
  latePayment: 'refund',
};

export const premiumFen = fen(1_280_00);

interface PartsWish {
  partsFen?: readonly number[];
  rule?: SplitRule;
  /** One after the other, all at the first channel. */
  serial?: boolean;
  product?: string;
  expiresInMs?: number;
  terms?: Partial<PaymentTerms>;
  coinsurance?: Coinsurance;
  continueAfterEvents?: number;
}

interface CartWish {
  itemsFen?: readonly number[];
  allOrNothing?: boolean;
  /** How the channel knows the children of a combined order; null for a cart in one charge. */
  combined?: 'together' | 'each' | null;
  product?: string;
  expiresInMs?: number;
  terms?: Partial<PaymentTerms>;
  coinsurance?: Coinsurance;
  start?: false;
}

/**
 * Everything inside our doors is real: workflows, steps, records and ledger on MongoDB, delivery of evidence. Only the
 * channel and the core are scripted, and time is the test server's, which skips over waiting.
 */
export class SagaWorld {
  readonly channel: ScriptedChannel;
  /** Another channel, of another merchant, that a payer may change to. */
  readonly otherChannel: ScriptedChannel;
  readonly core: ScriptedCore;
  readonly clock: TestClock;
  readonly records: Records;
  readonly ledger: Ledger;
  /** While it is set, payments cannot be written down: MongoDB is away for that step. */
  paymentsAway: ((step: Parameters<Payments['advance']>[0]) => boolean) | null = null;
  private environment: TestWorkflowEnvironment;
  /** Servers whose time stands still. */
  private readonly retired: TestWorkflowEnvironment[] = [];
  private readonly server: () => Promise<TestWorkflowEnvironment>;
  private readonly database: Awaited<ReturnType<typeof testDatabase>>;
  /** Waits that tests are in. */
  private readonly passes = new Set<Promise<void>>();
  private worker: { isUsual: boolean; ended: Promise<unknown>; stop: () => void } | null = null;
  /** Counted over all worlds, so that no two payments of a recording share a number. */
  private static paymentsMade = 0;
  private sweeps = 0;
  private readonly stories: PaymentStory[] = [];

  private constructor(
    environment: TestWorkflowEnvironment,
    server: () => Promise<TestWorkflowEnvironment>,
    database: Awaited<ReturnType<typeof testDatabase>>,
  ) {
    this.environment = environment;
    this.server = server;
    this.database = database;
    this.clock = new TestClock({ currentTimeMs: () => this.environment.currentTimeMs() });
    this.records = mongoRecords(database.db);
    this.ledger = mongoLedger(database.db);
    this.channel = new ScriptedChannel(this.clock);
    this.otherChannel = new ScriptedChannel(this.clock, 'wechatpay');
    this.core = new ScriptedCore(this.clock);
  }

  /** With the test server, or with another whose time is everybody's. */
  static async start(server: () => Promise<TestWorkflowEnvironment> = timeSkippingEnvironment): Promise<SagaWorld> {
    // Lines about deliberate faults would bury the ones that matter.
    Runtime.install({ logger: new DefaultLogger('ERROR') });
    const [environment, database] = await Promise.all([server(), testDatabase()]);
    await migrate(database.db, collections);
    const world = new SagaWorld(environment, server, database);
    await world.startWorker();
    return world;
  }

  private get channels(): readonly ScriptedChannel[] {
    return [this.channel, this.otherChannel];
  }

  get client() {
    return this.environment.client;
  }

  /** No trouble is left from the test before, and a worker is there. */
  async calm(): Promise<void> {
    await this.clock.read();
    this.channel.calm();
    this.otherChannel.calm();
    this.core.calm();
    this.paymentsAway = null;
    const stories = this.stories.splice(0);
    await Promise.all(stories.map((story) => story.abandon()));
    if (this.environment.supportsTimeSkipping) {
      await this.unlockTime(stories);
      if (!(await this.timeSkips())) return this.renew();
    }
    if (this.worker?.isUsual !== true) {
      await this.stopWorker();
      await this.startWorker();
    }
  }

  /** Gives the test server the locks back that it keeps for ends nobody can hear of; else it would never skip time again. */
  private async unlockTime(stories: readonly PaymentStory[]): Promise<void> {
    const workflowIds = (await Promise.all(stories.map((story) => story.workflowIds()))).flat();
    const ends = await unheardEnds(this.client, [...new Set(workflowIds)]);
    const service = this.environment.connection.testService;
    for (let left = ends.length; left > 0; left -= 1) await service?.unlockTimeSkipping({});
  }

  /** False where a failed test still waits for time to pass, or has left something else that locks time, or unlocks it. */
  private async timeSkips(): Promise<boolean> {
    if (this.passes.size > 0) return false;
    const beganAtMs = performance.now();
    const hasPassed = await this.environment.sleep(5_000).then(
      () => true,
      () => false,
    );
    return hasPassed && performance.now() - beganAtMs < 4_000;
  }

  /** The same world on another server. */
  private async renew(): Promise<void> {
    await this.stopWorker();
    // What the test before still waits for there is answered before the end.
    this.retired.push(this.environment);
    this.passes.clear();
    this.environment = await this.server();
    await this.clock.read();
    await this.startWorker();
  }

  async close(): Promise<void> {
    await this.stopWorker();
    for (const environment of [this.environment, ...this.retired]) await environment.teardown();
    await this.database.drop();
  }

  async startWorker(options: Pick<WorkerOptions, 'maxCachedWorkflows'> = {}): Promise<void> {
    const place = {
      identity: 'test-worker', // Otherwise the machine's name would stand in every recorded history.
      connection: this.environment.nativeConnection,
      namespace: this.environment.namespace ?? 'default',
      activities: createActivities(this.dependencies()),
      interceptors: { activity: [this.clock.readBeforeEachStep] },
    };
    const workflowBundle = { codePath: await workflowBundleFile() };
    const workers = await Promise.all([
      Worker.create({ ...options, ...place, taskQueue, workflowBundle }),
      ...this.channels.map(({ name }) => Worker.create({ ...place, taskQueue: channelTaskQueue(name) })),
    ]);
    this.worker = {
      isUsual: options.maxCachedWorkflows === undefined,
      ended: Promise.all(workers.map((worker) => worker.run())),
      stop: () => {
        for (const worker of workers) worker.shutdown();
      },
    };
  }

  async stopWorker(): Promise<void> {
    this.worker?.stop();
    await this.worker?.ended;
    this.worker = null;
  }

  /** Lets the time pass, with everything that happens in it. */
  async pass(durationMs: number): Promise<void> {
    const pass = this.environment.sleep(durationMs);
    this.passes.add(pass);
    await pass.finally(() => this.passes.delete(pass));
    await this.clock.read();
  }

  async nowMs(): Promise<number> {
    return this.clock.read();
  }

  /** A payment the core has asked for, registered and started as the API does it; not waited for. */
  async asked(
    wish: {
      product?: string;
      expiresInMs?: number;
      terms?: Partial<PaymentTerms>;
      coinsurance?: Coinsurance;
      start?: false;
    } = {},
  ): Promise<PaymentStory> {
    const { product = 'qr', expiresInMs = 30 * minute, terms = {} } = wish;
    const nowMs = await this.clock.read();
    SagaWorld.paymentsMade += 1;
    const request: NewPayment = {
      paymentId: `P20261122${String(SagaWorld.paymentsMade).padStart(6, '0')}`,
      proposalNo: `TP${SagaWorld.paymentsMade}`,
      productCode: 'AUTO-CI',
      amountFen: premiumFen,
      currency: 'CNY',
      subject: 'motor insurance',
      payer: null,
      coinsurance: wish.coinsurance ?? null,
      shape: { kind: 'plain' },
      method: { channel: 'alipay', product },
      expiresAt: new Date(nowMs + expiresInMs).toISOString(),
      requestHash: 'a'.repeat(64),
      terms: { ...usualTerms, ...terms },
      merchantId: ourMerchant,
      createdAt: new Date(nowMs).toISOString(),
    };
    const { payment } = await this.records.payments.register(request);
    if (wish.start === undefined) await startPayment(this.client, payment);
    return this.told(new PaymentStory(this, payment));
  }

  private told<Story extends PaymentStory>(story: Story): Story {
    this.stories.push(story);
    return story;
  }

  /** A payment in parts, by default two at once at two channels; of so many fen each. */
  async askedInParts(wish: PartsWish = {}): Promise<SplitStory> {
    const { partsFen = [800_00, 480_00], rule = 'allOrRefund', serial = false, expiresInMs = 30 * minute } = wish;
    const expiresAt = new Date((await this.clock.read()) + expiresInMs).toISOString();
    const terms = { ...usualTerms, ...wish.terms };
    const parts = partsFen.map((amountFen, index): PlannedPart => {
      const { name: channel, merchantId } = index % 2 === 0 || serial ? this.channel : this.otherChannel;
      return {
        ...{ partId: `p${index + 1}`, partNo: index + 1, amountFen: fen(amountFen), payee: null, channel, merchantId },
        ...{ method: { channel, product: wish.product ?? 'qr' }, settlement: null, share: null, expiresAt },
        terms: chargeTermsOf(terms),
      };
    });
    const { continueAfterEvents } = wish;
    const payment = await this.registered({
      amountFen: fen(partsFen.reduce((sum, each) => sum + each, 0)),
      coinsurance: wish.coinsurance ?? null,
      expiresAt,
      terms,
      shape: { kind: 'split', rule, serial, parts },
    });
    await this.startedWith(payment, continueAfterEvents === undefined ? {} : { continueAfterEvents });
    return this.told(new SplitStory(this, payment));
  }

  async openedInParts(wish: PartsWish = {}): Promise<SplitStory> {
    const payment = await this.askedInParts(wish);
    await payment.untilOpen();
    return payment;
  }

  /** A cart, by default of three items in one charge. `combined`: every second item is paid to the other channel's merchant. */
  async askedInCart(wish: CartWish = {}): Promise<CartStory> {
    const {
      itemsFen = [100_00, 200_00, 300_00],
      allOrNothing = false,
      combined = null,
      expiresInMs = 30 * minute,
    } = wish;
    const expiresAt = new Date((await this.clock.read()) + expiresInMs).toISOString();
    SagaWorld.paymentsMade += 1;
    const cartId = `K20261122${String(SagaWorld.paymentsMade).padStart(6, '0')}`;
    const { channel, otherChannel } = this;
    for (const each of this.channels) each.combinesWith(this.channels, { together: combined === 'together' });
    const items = itemsFen.map((amountFen, index): CartItem => {
      SagaWorld.paymentsMade += 1;
      const no = SagaWorld.paymentsMade;
      const { name, merchantId } = combined !== null && index % 2 === 1 ? otherChannel : channel;
      return {
        ...{ paymentId: `P20261122${String(no).padStart(6, '0')}`, proposalNo: `TP${no}`, productCode: 'AUTO-CI' },
        ...{ amountFen: fen(amountFen), subject: 'motor insurance', payee: null, channel: name, merchantId },
        coinsurance: wish.coinsurance ?? null,
      };
    });
    const payment = await this.registered({
      paymentId: cartRecordId(cartId),
      amountFen: fen(itemsFen.reduce((sum, each) => sum + each, 0)),
      expiresAt,
      method: { channel: channel.name, product: wish.product ?? 'qr' },
      terms: { ...usualTerms, ...wish.terms },
      shape: { kind: 'cart', cartId, allOrNothing, combined: combined !== null, items },
    });
    if (wish.start === undefined) await startPayment(this.client, payment);
    return this.told(new CartStory(this, payment));
  }

  async openedInCart(wish: CartWish = {}): Promise<CartStory> {
    const cart = await this.askedInCart(wish);
    await cart.untilOpen();
    return cart;
  }

  private async registered(changes: Partial<NewPayment>): Promise<PaymentRecord> {
    SagaWorld.paymentsMade += 1;
    const no = SagaWorld.paymentsMade;
    const { payment } = await this.records.payments.register({
      ...{ paymentId: `P20261122${String(no).padStart(6, '0')}`, proposalNo: `TP${no}`, productCode: 'AUTO-CI' },
      ...{ amountFen: premiumFen, currency: 'CNY', subject: 'motor insurance', payer: null, coinsurance: null },
      method: { channel: 'alipay', product: 'qr' },
      expiresAt: new Date(this.clock.nowMs + 30 * minute).toISOString(),
      requestHash: 'a'.repeat(64),
      terms: usualTerms,
      merchantId: ourMerchant,
      createdAt: this.clock.nowIso,
      shape: { kind: 'plain' },
      ...changes,
    });
    return payment;
  }

  private async startedWith(payment: PaymentRecord, more: { continueAfterEvents?: number }): Promise<void> {
    const { type, options } = paymentStart(payment);
    const [input] = options.args;
    await this.client.workflow.start<PaymentWorkflow>(type, { ...options, args: [{ ...input, ...more }] });
  }

  /** A payment whose charge is open, as the core sees it when its request is answered. */
  async opened(wish: Parameters<SagaWorld['asked']>[0] = {}): Promise<PaymentStory> {
    const payment = await this.asked(wish);
    await payment.untilOpen();
    return payment;
  }

  /** Starts the workflow and waits for the charge in one call, as the API does; answers what the core is told. */
  async openInOneCall(payment: PaymentStory) {
    const { type, options } = paymentStart(payment.registered);
    const start = new WithStartWorkflowOperation<PaymentWorkflow>(type, options);
    return this.client.workflow.executeUpdateWithStart(openUpdate, { startWorkflowOperation: start });
  }

  /** What the schedule does every minute: delivers what was stored and never arrived. No time is skipped for it. */
  async sweep(): Promise<unknown> {
    this.sweeps += 1;
    const { connection, namespace } = this.environment;
    const client = new Client({ connection, namespace: namespace ?? 'default' });
    return client.workflow.execute(deliverPendingType, { workflowId: `sweep-${this.sweeps}`, taskQueue });
  }

  private dependencies(): Dependencies {
    const { records, ledger } = this;
    const payments: Payments = {
      ...records.payments,
      advance: (step) =>
        this.paymentsAway?.(step) === true
          ? Promise.reject(new Error('MongoDB is away'))
          : records.payments.advance(step),
    };
    const delivery = { client: this.client, ...records };
    return {
      ...records,
      payments,
      ledger,
      channels: new Map(this.channels.map((channel) => [channel.name, channel])),
      core: this.core,
      delivery: {
        startPayment: (payment) => startPayment(this.client, payment),
        startRefund: (refund) => startRefund(delivery, refund),
        deliverEvidence: (fact) => deliverEvidence(delivery, fact),
      },
      issueAlertAttempts: 5,
      now: () => new Date(this.clock.nowMs),
    };
  }
}
