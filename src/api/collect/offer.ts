import type { CashierNeed, Channel } from '../../channels/channel.js';
import type { Payer } from '../../records/payments.js';
import type { ApiDeps, PaymentPolicies } from '../deps.js';
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
type Offer = Pick<ApiDeps, 'channels' | 'policies'>;

/**
 * The channel that offers this method. Raises the validation problem when none does or when the method lacks something
 * it needs, and `channel-unavailable`, which names the alternatives, while the channel is out of offer.
 */
export function channelFor(offer: Offer, wish: Wish, at: { method: string; payee: string } = atTop): Channel {
  const { method, payee = null } = wish;
  if (!offer.channels.has(method.channel)) throw invalidField(`${at.method}/channel`, 'is not a channel on offer');
  const name = offer.policies.channelOf({ channel: method.channel, payee });
  const channel = name === null ? undefined : offer.channels.get(name);
  if (channel === undefined) throw invalidField(at.payee, `has no account at ${method.channel}`);
  if (!channel.products.includes(method.product)) {
    throw invalidField(`${at.method}/product`, `must be one of ${channel.products.join(', ')}`);
  }
  const missing = channel.needs(method.product).filter((need) => said(wish, need) === undefined);
  if (missing.length > 0) {
    const detail = `is needed for ${channel.name} ${method.product}`;
    throw invalid(missing.map((need) => ({ pointer: pointerOf(need, at.method), in: 'body', detail })));
  }
  if (!offer.policies.isInOffer(channel.name)) throw unavailable(offer, channel);
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

function unavailable({ channels, policies }: Offer, channel: Channel): Problem {
  const alternatives = onOffer({ channels, policies }).map(({ name, products }) => ({
    channel: name,
    products: [...products],
  }));
  return new Problem('channel-unavailable', `${channel.name} takes no new charges for the moment.`, {
    members: { alternatives },
  });
}

/** Channels that a caller may name now; those that stand for a payee's account are found by naming the payee. */
export function onOffer({ channels, policies }: Offer): Channel[] {
  const ofPayees = new Set([...policies.payees.values()].flatMap((payee) => [...payee.channels.values()]));
  return [...channels.values()].filter(({ name }) => policies.isInOffer(name) && !ofPayees.has(name));
}

/** When the payer can no longer pay, ISO-8601 UTC. Raises the validation problem outside what the product's policy allows. */
export function expiryFor(
  policies: PaymentPolicies,
  body: Pick<OpenPaymentBody, 'productCode' | 'expiresAt'>,
  now: Date,
): string {
  const { paymentTtlMs, paymentTtlMaxMs } = policies.policyFor(body.productCode);
  if (body.expiresAt === undefined) return new Date(now.getTime() + paymentTtlMs).toISOString();
  const leftMs = Date.parse(body.expiresAt) - now.getTime();
  if (leftMs < payTimeMinMs) throw invalidField('/expiresAt', 'must be at least a minute from now');
  if (leftMs > paymentTtlMaxMs) {
    throw invalidField('/expiresAt', `must be at most ${paymentTtlMaxMs / 60_000} minutes from now`);
  }
  return body.expiresAt;
}
