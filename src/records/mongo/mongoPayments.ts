import type { Collection, Db, Filter, UpdateFilter } from 'mongodb';
import { fen, toYuan } from '../../domain/money.js';
import { isDuplicate } from '../../platform/mongo.js';
import { time } from '../../platform/fields.js';
import { listedKinds, type PaymentShape } from '../../domain/shape.js';
import type { NewPayment, PaymentFilter, PaymentRecord, Payments, PaymentStep } from '../payments.js';
import type { ChargeDocument } from './chargeCollection.js';
import { mongoReviews, type ReviewDocument } from './mongoReviews.js';
import { newestFirst } from './newestFirst.js';
import { paymentDocument, timelineEvent, type PaymentDocument } from './paymentCollection.js';

export function mongoPayments(db: Db): Payments {
  const payments = db.collection<PaymentDocument>('payments');
  const charges = db.collection<ChargeDocument>('charges');
  const reviews = db.collection<ReviewDocument>('reviews');
  const reviewQueue = mongoReviews(db);

  const find = async (paymentId: string): Promise<PaymentRecord | null> => {
    const stored = await payments.findOne({ _id: paymentId });
    return stored === null ? null : paymentDocument.read(stored);
  };

  /** Numbers of parts and items have two digits, so the order of their shapes is theirs. */
  const inOrder = async (filter: Filter<PaymentDocument>): Promise<PaymentRecord[]> => {
    const found = await payments.find(filter).sort({ 'shape.partNo': 1, 'shape.itemNo': 1, _id: 1 }).toArray();
    return found.map((stored) => paymentDocument.read(stored));
  };

  return {
    find,

    register: async (asked) => {
      const payment = registered(asked);
      try {
        await payments.insertOne(paymentDocument.store(payment));
        return { kind: 'registered', payment };
      } catch (error) {
        if (!isDuplicate(error)) throw error;
      }
      const first = await find(asked.paymentId);
      if (first === null) throw new Error(`payment ${asked.paymentId} is taken and yet cannot be read`);
      return { kind: first.requestHash === asked.requestHash ? 'same' : 'conflict', payment: first };
    },

    advance: async (step) => {
      await reviewQueue.record(step.reviews ?? []);
      await takeStep(payments, step);
    },

    describePayer: async (paymentId, payer) => {
      const known = await find(paymentId);
      if (known === null) throw new Error(`there is no payment ${paymentId}`);
      await payments.updateOne({ _id: paymentId }, { $set: { payer: { ...known.payer, ...payer } } });
    },

    list: async (filter, page) =>
      newestFirst({ collection: payments, ...listed }, await queryOf(filter, { payments, charges, reviews }), page),

    partsOf: (paymentIds) => inOrder({ 'shape.of': { $in: [...paymentIds] } }),

    itemsOf: (cartIds) => inOrder({ 'shape.kind': 'item', 'shape.cartId': { $in: [...cartIds] } }),

    walk: (after = '') => byId(payments, after),

    findMany: (paymentIds) => inOrder({ _id: { $in: [...paymentIds] } }),

    unstarted: async (registeredBefore, limit) => {
      const found = await payments
        .find(unstartedBefore(registeredBefore))
        .sort({ createdAt: 1 })
        .limit(limit)
        .toArray();
      return found.map((stored) => paymentDocument.read(stored));
    },
  };
}

const listed = {
  timeField: 'createdAt',
  timeOf: (stored: PaymentDocument) => stored.createdAt,
  read: paymentDocument.read,
};

const walkedAtOnce = 200;

/** Page after page, each beginning after the last id seen: no cursor has to live as long as the walk. */
async function* byId(payments: Collection<PaymentDocument>, begin: string): AsyncGenerator<PaymentRecord> {
  for (let after = begin; ;) {
    const page = await payments
      .find({ _id: { $gt: after } })
      .sort({ _id: 1 })
      .limit(walkedAtOnce)
      .toArray();
    yield* page.map((stored) => paymentDocument.read(stored));
    const last = page.at(-1);
    if (last === undefined || page.length < walkedAtOnce) return;
    after = last._id;
  }
}

/** Parts and items have no workflow of their own to be started from outside: their payment or cart sees to them. */
const startedKinds: readonly PaymentShape['kind'][] = ['plain', 'split', 'cart'];

const unstartedBefore = (registeredBefore: string): Filter<PaymentDocument> => ({
  status: 'opening',
  versions: {},
  'shape.kind': { $in: [...startedKinds] },
  createdAt: { $lt: time.store(registeredBefore) },
});

const registered = (asked: NewPayment): PaymentRecord => ({
  ...asked,
  status: 'opening',
  versions: {},
  paidFen: fen(0),
  outTradeNo: null,
  policyNo: null,
  issuedAt: null,
  closeReason: null,
  timeline: [{ type: 'PaymentRegistered', at: asked.createdAt, detail: `${toYuan(asked.amountFen)} yuan` }],
  updatedAt: asked.createdAt,
});

/** Writes a step to its record and then to its followers, each only where it is newer than its writer's last. */
async function takeStep(payments: Collection<PaymentDocument>, step: PaymentStep): Promise<void> {
  const isNewer = { [versionField(step)]: { $not: { $gte: step.version } } };
  const { paymentId, followers = [] } = step;
  const { matchedCount } = await payments.updateOne(
    { _id: paymentId, ...isNewer },
    writing(step, { ...ownChanges(step), ...sharedChanges(step) }),
  );
  if (matchedCount === 0) await assertKnown(payments, paymentId);
  // A repeat after a crash between the two finds the first written and writes the rest.
  if (followers.length === 0) return;
  await payments.updateMany({ _id: { $in: [...followers] }, ...isNewer }, writing(step, sharedChanges(step)));
}

function writing(step: PaymentStep, changes: object): UpdateFilter<PaymentDocument> {
  const { events, at } = happened(step);
  return {
    $set: { ...changes, [versionField(step)]: step.version },
    $push: { timeline: { $each: events } },
    ...(at === null ? {} : { $max: { updatedAt: at } }),
  };
}

/** A writer's name becomes part of a path, where a dot or a dollar sign would mean something else. */
function versionField({ writer }: PaymentStep): string {
  if (!/^[0-9A-Za-z-]+$/.test(writer)) throw new RangeError(`"${writer}" cannot name the writer of a step`);
  return `versions.${writer}`;
}

/** A step happened when its last event did, not when it is written, so that a repeat writes the same. */
function happened(step: PaymentStep) {
  const events = step.events.map((event) => timelineEvent.store(event));
  return { events, at: events.at(-1)?.at ?? null };
}

/** What is true of the record alone that takes the step. */
const ownChanges = ({ paidFen, method }: PaymentStep) => paymentDocument.storeChanges({ paidFen, method });

const sharedChanges = ({ status, outTradeNo, policyNo, issuedAt, closeReason }: PaymentStep) =>
  paymentDocument.storeChanges({ status, outTradeNo, policyNo, issuedAt, closeReason });

async function assertKnown(payments: Collection<PaymentDocument>, paymentId: string): Promise<void> {
  const known = await payments.findOne({ _id: paymentId }, { projection: { _id: 1 } });
  if (known === null) throw new Error(`there is no payment ${paymentId}`);
}

interface Stores {
  payments: Collection<PaymentDocument>;
  charges: Collection<ChargeDocument>;
  reviews: Collection<ReviewDocument>;
}

/** All conditions hold together. A payment is found by any of its charges, not only by the one that is current. */
async function queryOf(filter: PaymentFilter, stores: Stores): Promise<Filter<PaymentDocument>> {
  const { status, channel, proposalNo, policyNo, outTradeNo, from, to } = filter;
  const query: Filter<PaymentDocument> = { 'shape.kind': { $in: [...listedKinds] } };
  const either: Filter<PaymentDocument>[][] = [];
  if (status === 'needsAttention') either.push(await waitingForPerson(stores));
  else if (status !== undefined) query.status = status;
  // A part is found by what was asked for and by the channel that collects for its payee.
  if (channel !== undefined) {
    const fields = ['method.channel', 'shape.parts.method.channel', 'shape.parts.channel'];
    either.push(fields.map((field) => ({ [field]: channel })));
  }
  if (proposalNo !== undefined) query.proposalNo = proposalNo;
  if (policyNo !== undefined) query.policyNo = policyNo;
  if (outTradeNo !== undefined) {
    const charge = await stores.charges.findOne({ _id: outTradeNo }, { projection: { paymentId: 1 } });
    either.push(charge === null ? [{ _id: { $in: [] } }] : await standingFor(stores, [charge.paymentId]));
  }
  if (from !== undefined || to !== undefined) {
    query.createdAt = {
      ...(from === undefined ? {} : { $gte: time.store(from) }),
      ...(to === undefined ? {} : { $lt: time.store(to) }),
    };
  }
  return either.length === 0 ? query : { ...query, $and: either.map((conditions) => ({ $or: conditions })) };
}

/** Every payment of which anything waits: itself, a refund or late money long after issue, a part, or the cart of an item. */
async function waitingForPerson(stores: Stores): Promise<Filter<PaymentDocument>[]> {
  const waiting = await stores.reviews.distinct('paymentId', { settled: null });
  return [{ status: 'needsAttention' }, ...(await standingFor(stores, waiting))];
}

/** The payments as callers know them that these records belong to: a part's is the split one, a cart's are its items. */
async function standingFor({ payments }: Stores, recordIds: readonly string[]): Promise<Filter<PaymentDocument>[]> {
  const hidden = await payments
    .find({ _id: { $in: [...recordIds] }, 'shape.kind': { $in: ['part', 'cart'] } }, { projection: { shape: 1 } })
    .toArray();
  const splits = hidden.flatMap(({ shape }) => (shape.kind === 'part' ? [shape.of] : []));
  const carts = hidden.flatMap(({ shape }) => (shape.kind === 'cart' ? [shape.cartId] : []));
  return [
    { _id: { $in: [...recordIds, ...splits] } },
    ...(carts.length === 0 ? [] : [{ 'shape.cartId': { $in: carts } }]),
  ];
}
