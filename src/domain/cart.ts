import type { PaymentStatus } from './payment.js';

/** What the items of a cart amount to once each goes its own way. Pure. */
export function cartStatus(items: readonly PaymentStatus[]): PaymentStatus {
  const any = (status: PaymentStatus): boolean => items.includes(status);
  if (any('needsAttention')) return 'needsAttention';
  if (any('paid')) return 'paid';
  if (any('refunding')) return 'refunding';
  // Some stand: the others were given back or never paid, which their own records tell.
  if (any('issued')) return 'issued';
  return any('refunded') ? 'refunded' : 'closed';
}
