import type { Collection, Db, Filter } from 'mongodb';
import { fen, toYuan } from '../../domain/money.js';
import { isDuplicate } from '../../platform/mongo.js';
import { storeFen, storeTime } from '../../platform/stored.js';
import type { NewPayment, PaymentFilter, PaymentRecord, Payments, PaymentStep } from '../payments.js';
import type { ChargeDocument } from './chargeCollection.js';
import { newestFirst } from './paging.js';
import type { RefundDocument } from './refundCollection.js';
import { readPayment, storeAttention, storeEvent, storePayment, type PaymentDocument } from './paymentCollection.js';

export function mongoPayments(db: Db): Payments {
  const payments = db.collection<PaymentDocument>('payments');
  const charges = db.collection<ChargeDocument>('charges');
  const refunds = db.collection<RefundDocument>('refunds');

  const find = async (paymentId: string): Promise<PaymentRecord | null> => {
    const stored = await payments.findOne({ _id: paymentId });
    return stored === null ? null : readPayment(stored);
  };

  return {
    find,

    register: async (asked) => {
      const payment = registered(asked);
      try {
        await payments.insertOne(storePayment(payment));
        return { kind: 'registered', payment };
      } catch (error) {
        if (!isDuplicate(error)) throw error;
      }
      const first = await find(asked.paymentId);
      if (first === null) throw new Error(`payment ${asked.paymentId} is taken and yet cannot be read`);
      return { kind: first.requestHash === asked.requestHash ? 'same' : 'conflict', payment: first };
    },

    advance: async (step) => {
      const seen = versionField(step);
      const { events, at } = happened(step);
      const { matchedCount } = await payments.updateOne(
        { _id: step.paymentId, [seen]: { $not: { $gte: step.version } } },
        {
          $set: { ...changesOf(step), [seen]: step.version },
          $push: { timeline: { $each: events } },
          ...(at === null ? {} : { $max: { updatedAt: at } }),
        },
      );
      if (matchedCount === 0) await assertKnown(payments, step.paymentId);
    },

    describePayer: async (paymentId, payer) => {
      const known = await find(paymentId);
      if (known === null) throw new Error(`there is no payment ${paymentId}`);
      await payments.updateOne({ _id: paymentId }, { $set: { payer: { ...known.payer, ...payer } } });
    },

    list: async (filter, page) => {
      const list = {
        collection: payments,
        timeField: 'createdAt',
        timeOf: (stored: PaymentDocument) => stored.createdAt,
        read: readPayment,
      };
      return newestFirst(list, await queryOf(filter, { charges, refunds }), page);
    },

    unstarted: async (registeredBefore, limit) => {
      const found = await payments
        .find({ status: 'opening', versions: {}, createdAt: { $lt: storeTime(registeredBefore) } })
        .sort({ createdAt: 1 })
        .limit(limit)
        .toArray();
      return found.map(readPayment);
    },
  };
}

function registered(asked: NewPayment): PaymentRecord {
  return {
    paymentId: asked.paymentId,
    proposalNo: asked.proposalNo,
    productCode: asked.productCode,
    amountFen: asked.amountFen,
    currency: asked.currency,
    subject: asked.subject,
    payer: asked.payer,
    coinsurance: asked.coinsurance,
    method: asked.method,
    expiresAt: asked.expiresAt,
    requestHash: asked.requestHash,
    terms: asked.terms,
    merchantId: asked.merchantId,
    status: 'opening',
    versions: {},
    paidFen: fen(0),
    outTradeNo: null,
    policyNo: null,
    issuedAt: null,
    closeReason: null,
    attention: null,
    timeline: [{ type: 'PaymentRegistered', at: asked.createdAt, detail: `${toYuan(asked.amountFen)} yuan` }],
    createdAt: asked.createdAt,
    updatedAt: asked.createdAt,
  };
}

/** A writer's name becomes part of a path, where a dot or a dollar sign would mean something else. */
function versionField({ writer }: PaymentStep): string {
  if (!/^[0-9A-Za-z-]+$/.test(writer)) throw new RangeError(`"${writer}" cannot name the writer of a step`);
  return `versions.${writer}`;
}

/** A step happened when its last event did, not when it is written, so that a repeat writes the same. */
function happened(step: PaymentStep) {
  const events = step.events.map(storeEvent);
  return { events, at: events.at(-1)?.at ?? null };
}

function changesOf({ status, paidFen, outTradeNo, method, policyNo, issuedAt, closeReason, attention }: PaymentStep) {
  return {
    ...(status === undefined ? {} : { status }),
    ...(paidFen === undefined ? {} : { paidFen: storeFen(paidFen) }),
    ...(outTradeNo === undefined ? {} : { outTradeNo }),
    ...(method === undefined ? {} : { method }),
    ...(policyNo === undefined ? {} : { policyNo }),
    ...(issuedAt === undefined ? {} : { issuedAt: storeTime(issuedAt) }),
    ...(closeReason === undefined ? {} : { closeReason }),
    ...(attention === undefined ? {} : { attention: storeAttention(attention) }),
  };
}

async function assertKnown(payments: Collection<PaymentDocument>, paymentId: string): Promise<void> {
  const known = await payments.findOne({ _id: paymentId }, { projection: { _id: 1 } });
  if (known === null) throw new Error(`there is no payment ${paymentId}`);
}

/** All conditions hold together. A payment is found by any of its charges, not only by the one that is current. */
async function queryOf(
  filter: PaymentFilter,
  { charges, refunds }: { charges: Collection<ChargeDocument>; refunds: Collection<RefundDocument> },
): Promise<Filter<PaymentDocument>> {
  const { status, channel, proposalNo, policyNo, outTradeNo, from, to } = filter;
  const query: Filter<PaymentDocument> = {};
  if (status === 'needsAttention') query.$or = await waitingForPerson(refunds);
  else if (status !== undefined) query.status = status;
  if (channel !== undefined) query['method.channel'] = channel;
  if (proposalNo !== undefined) query.proposalNo = proposalNo;
  if (policyNo !== undefined) query.policyNo = policyNo;
  if (outTradeNo !== undefined) {
    const charge = await charges.findOne({ _id: outTradeNo }, { projection: { paymentId: 1 } });
    query._id = { $in: charge === null ? [] : [charge.paymentId] };
  }
  if (from !== undefined || to !== undefined) {
    query.createdAt = {
      ...(from === undefined ? {} : { $gte: storeTime(from) }),
      ...(to === undefined ? {} : { $lt: storeTime(to) }),
    };
  }
  return query;
}

/** One queue for operations: a payment issued long ago waits for a person too when a refund of it, or late money, does. */
async function waitingForPerson(refunds: Collection<RefundDocument>): Promise<Filter<PaymentDocument>[]> {
  const waiting = await refunds.distinct('paymentId', { status: 'needsAttention' });
  return [{ status: 'needsAttention' }, { 'attention.reason': { $exists: true } }, { _id: { $in: waiting } }];
}
