import type { Channel, Channels } from '../channels/channel.js';
import type { PaymentPolicies } from './deps.js';
import { invalidField } from './problem.js';
import type { OpenPaymentBody } from './schemas/payments.js';

/** The payer must have time to read the cashier and pay; less is a mistake of the caller, ms. */
const payTimeMinMs = 60_000;

/** The channel that offers this method. Raises the validation problem when none does. */
export function channelFor(channels: Channels, method: OpenPaymentBody['method']): Channel {
  const channel = channels.get(method.channel);
  if (channel === undefined) throw invalidField('/method/channel', 'is not a channel on offer');
  if (!channel.products.includes(method.product)) {
    throw invalidField('/method/product', `must be one of ${channel.products.join(', ')}`);
  }
  return channel;
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
