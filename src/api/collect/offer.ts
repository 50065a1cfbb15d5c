import type { CashierNeed, Channel } from '../../channels/channel.js';
import type { Payer } from '../../records/payments.js';
import type { Offer } from '../../offer/offer.js';
import type { ApiDeps } from '../deps.js';
import { invalid, invalidField, Problem } from '../http/problem.js';
import { assertNever } from '../../domain/assertNever.js';
import type { OpenPaymentBody } from './bodies.js';

/** The payer must have time to read the cashier and pay; less is a mistake of the caller, ms. */
export const payTimeMinMs = 60_000;

interface Wish {
  method: { channel: string; product: string; terminalId?: string };
  payer: Payer;
  /** The entity whose account is to be paid; the channel's own unless said. */
  payee?: string | null;
}
/** What the API offers, and where. */
export type Offered = Pick<ApiDeps, 'channels' | 'offer'>;

/**
 * The channel that offers this method. Raises the validation problem when none does or when the method lacks something
 * it needs, and `channel-unavailable`, which names the alternatives, while the channel is out of offer.
 */
export function channelFor(deps: Offered, wish: Wish, at: { method: string; payee: string } = atTop): Channel {
  const { method, payee = null } = wish;
  if (!deps.channels.has(method.channel)) throw invalidField(`${at.method}/channel`, 'is not a channel on offer');
  const name = deps.offer.collectorFor({ channel: method.channel, payee });
  const channel = name === null ? undefined : deps.channels.get(name);
  if (channel === undefined) throw invalidField(at.payee, `has no account at ${method.channel}`);
  if (!channel.products.includes(method.product)) {
    throw invalidField(`${at.method}/product`, `must be one of ${channel.products.join(', ')}`);
  }
  const missing = channel.needs(method.product).filter((need) => said(wish, need) === undefined);
  if (missing.length > 0) {
    const detail = `is needed for ${channel.name} ${method.product}`;
    throw invalid(missing.map((need) => ({ pointer: pointerOf(need, at.method), in: 'body', detail })));
  }
  if (!deps.offer.isInOffer(channel.name)) throw unavailable(deps, channel);
  return channel;
}

const atTop = { method: '/method', payee: '/payee' };

function pointerOf(need: CashierNeed, method: string): string {
  const [subject, field] = need.split('.');
  return `${subject === 'method' ? method : `/${subject ?? ''}`}/${field ?? ''}`;
}

function said({ method, payer }: Wish, need: CashierNeed): string | undefined {
  switch (need) {
    case 'payer.openid':
      return payer.openid;
    case 'payer.clientIp':
      return payer.clientIp;
    case 'method.terminalId':
      return method.terminalId;
    default:
      return assertNever(need);
  }
}

function unavailable(deps: Offered, channel: Channel): Problem {
  const alternatives = onOffer(deps).map(({ name, products }) => ({
    channel: name,
    products: [...products],
  }));
  return new Problem('channel-unavailable', `${channel.name} takes no new charges for the moment.`, {
    members: { alternatives },
  });
}

/** Channels that a caller may name now; those that stand for a payee's account are found by naming the payee. */
export function onOffer({ channels, offer }: Offered): Channel[] {
  const ofPayees = new Set([...offer.payees.values()].flatMap((payee) => [...payee.channels.values()]));
  return [...channels.values()].filter(({ name }) => offer.isInOffer(name) && !ofPayees.has(name));
}

/** When the payer can no longer pay, ISO-8601 UTC. Raises the validation problem outside what the product's rules allow. */
export function expiryFor(offer: Offer, body: Pick<OpenPaymentBody, 'productCode' | 'expiresAt'>, now: Date): string {
  const { paymentTtlMs, paymentTtlMaxMs } = offer.rulesFor(body.productCode);
  if (body.expiresAt === undefined) return new Date(now.getTime() + paymentTtlMs).toISOString();
  const leftMs = Date.parse(body.expiresAt) - now.getTime();
  if (leftMs < payTimeMinMs) throw invalidField('/expiresAt', 'must be at least a minute from now');
  if (leftMs > paymentTtlMaxMs) {
    throw invalidField('/expiresAt', `must be at most ${paymentTtlMaxMs / 60_000} minutes from now`);
  }
  return body.expiresAt;
}
