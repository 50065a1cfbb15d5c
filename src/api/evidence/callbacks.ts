import { deliverEvidence } from '../../delivery/deliverEvidence.js';
import { assertNever } from '../../domain/assertNever.js';
import type { Evidence } from '../../domain/evidence.js';
import type { Acknowledgement, Channel, NotificationReading, RawNotification } from '../../channels/channel.js';
import type { ChargeRecord } from '../../records/charges.js';
import type { NewEvidence } from '../../records/evidence.js';
import { evidenceIdOf } from '../../records/evidenceId.js';
import type { ApiDeps } from '../deps.js';
import type { RecentDeliveries } from './recentDeliveries.js';
import { temporalWithin } from '../http/within.js';

/** What became of a callback, for the metrics. */
type CallbackResult = 'delivered' | 'repeated' | 'ignored' | 'stranded' | 'foreignRefund' | 'rejected' | 'failed';

/** What an unheard callback that is believed comes to. */
type ActedUpon = Extract<BroughtAgain, { kind: 'brought' }>['result'];

/** Of several facts in one callback, what it is called as a whole: what has to be looked at first. */
const worstFirst: readonly CallbackResult[] = [
  'failed',
  'rejected',
  'stranded',
  'foreignRefund',
  'delivered',
  'ignored',
  'repeated',
];

/** Channels give up on an answer after five seconds; before that they are told to send again, ms. */
const answerWithinMs = 4_000;

/**
 * Takes a callback: believes nothing before its signature, keeps it before anything is done with it, brings it to the
 * workflow it concerns, and answers in the channel's own words. Safe to repeat, as channels do. A callback that was kept
 * but not brought (Temporal away) is answered as failed and is brought when the channel repeats it, or by the worker's
 * sweep, whichever is first. Never raises.
 */
export async function takeCallback(
  deps: ApiDeps,
  channel: Channel,
  raw: RawNotification,
  recent: RecentDeliveries,
): Promise<Acknowledgement> {
  const stopTimer = deps.metrics.callbackSeconds.startTimer({ channel: channel.name });
  const result = await take(deps, channel, raw, recent);
  stopTimer();
  deps.metrics.callbacks.inc({ channel: channel.name, result });
  return channel.acknowledgement(result === 'rejected' || result === 'failed' ? 'failed' : 'received');
}

async function take(
  deps: ApiDeps,
  channel: Channel,
  raw: RawNotification,
  recent: RecentDeliveries,
): Promise<CallbackResult> {
  try {
    return await temporalWithin(deps.client, answerWithinMs, () => keepAndDeliver(deps, channel, raw, recent));
  } catch (error) {
    deps.logger.error({ err: error, channel: channel.name }, 'callback not taken; the channel is asked to repeat it');
    return 'failed';
  }
}

async function keepAndDeliver(
  deps: ApiDeps,
  channel: Channel,
  raw: RawNotification,
  recent: RecentDeliveries,
): Promise<CallbackResult> {
  const results: CallbackResult[] = [];
  for (const callback of read(deps, channel, raw)) results.push(await keepAndDeliverOne(deps, callback, recent));
  return worstFirst.find((result) => results.includes(result)) ?? 'ignored';
}

async function keepAndDeliverOne(deps: ApiDeps, callback: Callback, recent: RecentDeliveries): Promise<CallbackResult> {
  const { channel, reading } = callback;
  // Channels repeat what they were slow to hear the answer of, and forgers are many: both are turned away cheaply.
  if (reading.kind !== 'rejected' && recent.has(identityOf(callback).evidenceId)) return 'repeated';
  const charge = await chargeOf(deps, channel, reading);
  const rejected = whyRejected(reading, charge);
  if (rejected !== null) {
    await deps.evidence.keepRejected(newEvidence(callback, { paymentId: null, rejected }));
    return reading.kind === 'ignored' ? 'ignored' : 'rejected';
  }
  const fact = newEvidence(callback, { paymentId: charge?.paymentId ?? null, rejected: null });
  const kept = await deps.evidence.keep(fact);
  if (kept.deliveredAt !== null) {
    recent.add(kept.evidenceId);
    return 'repeated';
  }
  const result = await act(deps, reading, { ...fact, evidenceId: kept.evidenceId });
  if (result !== 'stranded') {
    recent.add(kept.evidenceId);
    markDelivered(deps, kept.evidenceId);
  }
  return result;
}

/** A reading about one order, or about none. */
type SingleReading = Exclude<NotificationReading, { kind: 'combined' }>;

/**
 * What a callback says, order by order. A child of a combined order is told of at the address of the channel that opened
 * it and by the name of its own merchant, so what that channel does not take is read by its siblings, each with its own keys.
 */
function read(deps: ApiDeps, channel: Channel, raw: RawNotification): Callback[] {
  const reading = channel.readNotification(raw);
  if (reading.kind === 'rejected') {
    for (const name of deps.offer.siblingsOf(channel.name)) {
      const sibling = deps.channels.get(name);
      const other = sibling?.readNotification(raw);
      if (sibling !== undefined && other !== undefined && other.kind !== 'rejected')
        return inSingles(other).map((single) => ({ channel: sibling, raw, reading: single }));
    }
  }
  return inSingles(reading).map((single) => ({ channel, raw, reading: single }));
}

function inSingles(reading: NotificationReading): SingleReading[] {
  if (reading.kind !== 'combined') return [reading];
  const { notificationId, facts, signature, keyId } = reading;
  return facts.map((fact) => ({
    kind: 'charge',
    // One fact, one id: the channel has one for all of them.
    notificationId: `${notificationId}/${fact.outTradeNo}`,
    ...fact,
    signature,
    keyId,
  }));
}

/** What a callback that is brought again came to. */
export type BroughtAgain =
  | { kind: 'brought'; result: 'delivered' | 'ignored' | 'stranded' | 'foreignRefund' }
  | { kind: 'rejected'; why: string };

/**
 * Brings a callback that was kept to its workflow once more, by the way of a first delivery: read from its bytes, its
 * signature checked as of the moment it was received. It is known by the same id, so what is known already changes nothing.
 * Safe to repeat. Raises what the client and the database raise when they are away.
 */
export async function bringAgain(deps: ApiDeps, channel: Channel, raw: RawNotification): Promise<BroughtAgain> {
  const results: BroughtAgain[] = [];
  for (const callback of read(deps, channel, raw)) results.push(await bringOneAgain(deps, callback));
  const rejected = results.find(({ kind }) => kind === 'rejected');
  const brought = worstFirst.flatMap((worst) =>
    results.filter((each) => each.kind === 'brought' && each.result === worst),
  );
  return rejected ?? brought[0] ?? { kind: 'brought', result: 'ignored' };
}

async function bringOneAgain(deps: ApiDeps, callback: Callback): Promise<BroughtAgain> {
  const { channel, reading } = callback;
  const charge = await chargeOf(deps, channel, reading);
  const why = whyRejected(reading, charge);
  if (why !== null) return { kind: 'rejected', why };
  const fact = newEvidence(callback, { paymentId: charge?.paymentId ?? null, rejected: null });
  const { evidenceId } = await deps.evidence.keep(fact);
  const result = await act(deps, reading, { ...fact, evidenceId });
  if (result !== 'stranded') markDelivered(deps, evidenceId);
  return { kind: 'brought', result };
}

async function act(deps: ApiDeps, reading: SingleReading, fact: NewEvidence): Promise<ActedUpon> {
  if (reading.kind === 'ignored') return 'ignored';
  if (reading.kind === 'refund' && !(await isOurs(deps, reading.refundNo))) {
    deps.logger.error(
      { evidenceId: fact.evidenceId, paymentId: fact.paymentId },
      'money of a payment went back by a refund we did not ask for: a person must look',
    );
    return 'foreignRefund';
  }
  return deliver(deps, fact);
}

async function isOurs({ refunds }: ApiDeps, refundNo: string | null): Promise<boolean> {
  return refundNo !== null && (await refunds.findByNo(refundNo)) !== null;
}

/** A rejected callback is not worth a look-up: what it names is a stranger's word. */
async function chargeOf(deps: ApiDeps, channel: Channel, reading: SingleReading): Promise<ChargeRecord | null> {
  if (reading.kind === 'rejected' || reading.outTradeNo === null) return null;
  const charge = await deps.charges.find(reading.outTradeNo);
  const mayTell = charge?.channel === channel.name || charge?.combined?.channel === channel.name;
  return mayTell ? charge : null;
}

/** Why a callback is not taken as a fact about one of our payments, or null. */
function whyRejected(reading: SingleReading, charge: ChargeRecord | null): string | null {
  switch (reading.kind) {
    case 'rejected':
      return reading.reason;
    case 'ignored':
      return charge === null ? 'noConsequence' : null;
    case 'refund':
      return charge === null ? 'unknownOrder' : null;
    case 'charge':
      if (charge === null) return 'unknownOrder';
      return reading.merchantId === '' || reading.merchantId === charge.merchantId ? null : 'wrongMerchant';
    default:
      return assertNever(reading);
  }
}

async function deliver(deps: ApiDeps, fact: NewEvidence): Promise<'delivered' | 'stranded'> {
  const delivery = await deliverEvidence(deps, fact);
  if (delivery !== 'stranded') return 'delivered';
  deps.logger.error(
    { evidenceId: fact.evidenceId, paymentId: fact.paymentId },
    'money came again under a charge whose workflows have all ended: a person must look',
  );
  return 'stranded';
}

/** After the answer: a mark that is not made only means that the worker's sweep brings the same fact again. */
function markDelivered(deps: ApiDeps, evidenceId: string): void {
  deps.evidence.markDelivered(evidenceId, deps.now().toISOString()).catch((error: unknown) => {
    deps.logger.warn({ err: error, evidenceId }, 'evidence delivered but not marked so');
  });
}

interface Callback {
  channel: Channel;
  raw: RawNotification;
  reading: SingleReading;
}

function newEvidence(
  { channel, raw, reading }: Callback,
  { paymentId, rejected }: { paymentId: string | null; rejected: string | null },
): NewEvidence {
  const { signature, keyId } = reading;
  const { receivedAt, url } = raw;
  const identity = identityOf({ channel, raw, reading });
  const { evidenceId } = identity;
  return {
    ...identity,
    paymentId,
    evidence: rejected === null ? evidenceOf(reading, { evidenceId, observedAt: receivedAt }) : null,
    body: raw.body,
    url,
    headers: withoutAuthorisation(raw.headers),
    signature,
    keyId,
    rejected,
    receivedAt,
  };
}

function identityOf({ channel, raw, reading }: Callback) {
  const { outTradeNo } = reading;
  const notificationId = reading.kind === 'rejected' ? null : reading.notificationId;
  const identity = { channel: channel.name, source: 'callback', outTradeNo, notificationId } as const;
  return { ...identity, evidenceId: evidenceIdOf({ ...identity, body: raw.body }) };
}

function evidenceOf(reading: SingleReading, seen: { evidenceId: string; observedAt: string }): Evidence | null {
  if (reading.kind !== 'charge') return null;
  const { outTradeNo, merchantId, outcome } = reading;
  return { ...seen, source: 'callback', outTradeNo, merchantId, outcome };
}

const authorising = ['authorization', 'proxy-authorization', 'cookie'];

function withoutAuthorisation(headers: RawNotification['headers']): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !authorising.includes(name)));
}
