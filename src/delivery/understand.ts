import type { Channel, Channels, NotificationReading, RawNotification } from '../channels/channel.js';
import { assertNever } from '../domain/assertNever.js';
import type { Offer } from '../offer/offer.js';
import type { ChargeRecord, Charges } from '../records/charges.js';
import type { NewEvidence } from '../records/evidence.js';
import { newEvidence, type Statement } from '../records/newEvidence.js';

/** What is needed to make sense of a callback. */
export interface Understanding {
  channels: Channels;
  offer: Pick<Offer, 'siblingsOf'>;
  charges: Pick<Charges, 'find'>;
}

/** One thing a callback says: the fact as it is kept, and what it comes to. */
export interface Understood {
  kind: 'understood';
  fact: NewEvidence;
  /** `ignored`: believed, and of no consequence for money. `refundNo`: our number of the refund it is about, if it says. */
  about:
    { kind: 'charge' | 'ignored' } | { kind: 'refund'; refundNo: string | null } | { kind: 'rejected'; why: string };
}

/** A reading about one order, or about none. */
type SingleReading = Exclude<NotificationReading, { kind: 'combined' }>;

/**
 * What a callback says, order by order, its signature checked as of the moment it was received. Keeps and moves nothing.
 * A child of a combined order is told of at the address of the channel that opened it and by the name of its own merchant,
 * so what that channel does not take is read by its siblings, each with its own keys.
 *
 * `isKnown`: whether a fact of this id needs no more looking into; it costs no look-up then.
 */
export function understand(
  deps: Understanding,
  at: Channel,
  raw: RawNotification,
  isKnown: (evidenceId: string) => boolean = () => false,
): Promise<(Understood | { kind: 'known' })[]> {
  const { channel, reading } = believingReading(deps, at, raw);
  return Promise.all(
    inSingles(reading).map(async (single) => {
      const statement = statementOf(channel, raw, single);
      if (single.kind !== 'rejected' && isKnown(newEvidence(statement).evidenceId)) return { kind: 'known' } as const;
      return understandOne(deps, channel, single, statement);
    }),
  );
}

function believingReading(
  { channels, offer }: Understanding,
  at: Channel,
  raw: RawNotification,
): { channel: Channel; reading: NotificationReading } {
  const reading = at.readNotification(raw);
  if (reading.kind !== 'rejected') return { channel: at, reading };
  for (const name of offer.siblingsOf(at.name)) {
    const channel = channels.get(name);
    const other = channel?.readNotification(raw);
    if (channel !== undefined && other !== undefined && other.kind !== 'rejected') return { channel, reading: other };
  }
  return { channel: at, reading };
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

/** Before it is known whose it is. */
function statementOf(channel: Channel, raw: RawNotification, reading: SingleReading): Statement {
  const { signature, keyId, outTradeNo } = reading;
  const { body, headers, receivedAt, url } = raw;
  return {
    channel: channel.name,
    source: 'callback',
    outTradeNo,
    paymentId: null,
    reading: reading.kind === 'charge' ? { merchantId: reading.merchantId, outcome: reading.outcome } : null,
    notificationId: reading.kind === 'rejected' ? null : reading.notificationId,
    body,
    url,
    headers: withoutAuthorisation(headers),
    signature,
    keyId,
    receivedAt,
  };
}

async function understandOne(
  deps: Understanding,
  channel: Channel,
  reading: SingleReading,
  statement: Statement,
): Promise<Understood> {
  const charge = await chargeOf(deps, channel, reading);
  const rejected = whyRejected(reading, charge);
  const paymentId = rejected === null ? (charge?.paymentId ?? null) : null;
  return {
    kind: 'understood',
    fact: newEvidence({ ...statement, paymentId, rejected }),
    about: aboutOf(reading, rejected),
  };
}

function aboutOf(reading: SingleReading, why: string | null): Understood['about'] {
  if (reading.kind === 'ignored') return { kind: 'ignored' };
  if (why !== null || reading.kind === 'rejected') return { kind: 'rejected', why: why ?? 'rejected' };
  return reading.kind === 'refund' ? { kind: 'refund', refundNo: reading.refundNo } : { kind: 'charge' };
}

/** A rejected callback is not worth a look-up: what it names is a stranger's word. */
async function chargeOf(
  { charges }: Understanding,
  channel: Channel,
  reading: SingleReading,
): Promise<ChargeRecord | null> {
  if (reading.kind === 'rejected' || reading.outTradeNo === null) return null;
  const charge = await charges.find(reading.outTradeNo);
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

const authorising = ['authorization', 'proxy-authorization', 'cookie'];

function withoutAuthorisation(headers: RawNotification['headers']): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !authorising.includes(name)));
}
