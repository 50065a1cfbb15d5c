import type { CashierNeed, Channel } from '../channels/channel.js';
import type { Payer } from '../records/payments.js';
import type { ApiDeps, PaymentPolicies } from './deps.js';
import { invalid, invalidField, Problem } from './problem.js';
import { assertNever } from '../domain/assertNever.js';
import type { OpenPaymentBody } from './schemas/payments.js';

/** The payer must have time to read the cashier and pay; less is a mistake of the caller, ms. */
const payTimeMinMs = 60_000;

type Wish = Pick<OpenPaymentBody, 'method'> & { payer: Payer };
type Offer = Pick<ApiDeps, 'channels' | 'policies'>;

/**
 * The channel that offers this method. Raises the validation problem when none does or when the method lacks something
 * it needs, and `channel-unavailable`, which names the alternatives, while the channel is out of offer.
 */
export function channelFor(offer: Offer, wish: Wish): Channel {
  const { method } = wish;
  const channel = offer.channels.get(method.channel);
  if (channel === undefined) throw invalidField('/method/channel', 'is not a channel on offer');
  if (!channel.products.includes(method.product)) {
    throw invalidField('/method/product', `must be one of ${channel.products.join(', ')}`);
  }
  const missing = channel.needs(method.product).filter((need) => said(wish, need) === undefined);
  if (missing.length > 0) {
    const detail = `is needed for ${channel.name} ${method.product}`;
    throw invalid(missing.map((need) => ({ pointer: `/${need.replace('.', '/')}`, in: 'body', detail })));
  }
  if (!offer.policies.isInOffer(channel.name)) throw unavailable(offer, channel);
  return channel;
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
  const alternatives = [...channels.values()]
    .filter(({ name }) => policies.isInOffer(name))
    .map(({ name, products }) => ({ channel: name, products: [...products] }));
  return new Problem('channel-unavailable', `${channel.name} takes no new charges for the moment.`, {
    members: { alternatives },
  });
}

/** When the payer can no longer pay, ISO-8601 UTC. Raises the validation problem outside what the product's policy allows. */
export function expiryFor(policies: PaymentPolicies, body: OpenPaymentBody, now: Date): string {
  const { paymentTtlMs, paymentTtlMaxMs } = policies.policyFor(body.productCode);
  if (body.expiresAt === undefined) return new Date(now.getTime() + paymentTtlMs).toISOString();
  const leftMs = Date.parse(body.expiresAt) - now.getTime();
  if (leftMs < payTimeMinMs) throw invalidField('/expiresAt', 'must be at least a minute from now');
  if (leftMs > paymentTtlMaxMs) {
    throw invalidField('/expiresAt', `must be at most ${paymentTtlMaxMs / 60_000} minutes from now`);
  }
  return body.expiresAt;
}
