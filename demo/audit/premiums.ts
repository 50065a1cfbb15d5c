import type { SeenPolicy } from '../seen.js';
import { checked, sumFen, type Check } from './check.js';
import type { Audited, PaymentRow } from './gather.js';

/** One policy per payment at most, and the premium of every policy in force is held, no more and no less. */
export function premiums(audited: Audited): Check[] {
  const { payments, policies } = audited;
  const inForce = policies.filter(({ cancelled }) => !cancelled);
  return [
    checked(
      'at most one policy per payment, the same at the core and with us',
      { policies: policies.length, inForce: inForce.length },
      payments.flatMap((payment) => policyProblems(payment, policies)),
    ),
    checked(
      'paid − refunded = premium of the policies in force − what the core gave back after issue',
      {
        paidFen: sumFen(payments, ({ paidFen }) => paidFen),
        refundedFen: sumFen(backOf(audited), ({ amountFen }) => amountFen),
        premiumFen: sumFen(inForce, ({ premiumFen }) => premiumFen),
        givenBackAfterIssueFen: sumFen(backOf(audited, 'core'), ({ amountFen }) => amountFen),
      },
      payments.flatMap((payment) => moneyProblems(payment, audited)),
    ),
  ];
}

function policyProblems({ _id, status, policyNo, amountFen }: PaymentRow, policies: readonly SeenPolicy[]): string[] {
  const own = policies.filter(({ paymentId }) => paymentId === _id);
  const [inForce, ...more] = own.filter(({ cancelled }) => !cancelled);
  if (own.length > 1 || more.length > 0) return [`${_id} has ${own.length} policies at the core`];
  if (status !== 'issued') {
    // While nobody knows whether it was issued, the core may have it and we not.
    return inForce === undefined || status === 'needsAttention' ? [] : [`${_id} is ${status}, yet has a policy`];
  }
  if (inForce === undefined) return [`${_id} is issued, yet the core has no policy`];
  if (inForce.policyNo !== policyNo)
    return [`${_id} has policy ${policyNo ?? '?'}, at the core ${inForce.policyNo ?? '?'}`];
  return inForce.premiumFen === amountFen
    ? []
    : [`${_id} asked ${amountFen} fen, insured for ${inForce.premiumFen} fen`];
}

function moneyProblems({ _id, status, paidFen }: PaymentRow, audited: Audited): string[] {
  if (status === 'needsAttention') return [];
  const ofPayment = { ...audited, refunds: audited.refunds.filter(({ paymentId }) => paymentId === _id) };
  const backFen = sumFen(backOf(ofPayment), ({ amountFen }) => amountFen);
  const coreBackFen = sumFen(backOf(ofPayment, 'core'), ({ amountFen }) => amountFen);
  const inForce = audited.policies.filter(({ paymentId, cancelled }) => paymentId === _id && !cancelled);
  const premiumFen = sumFen(inForce, (policy) => policy.premiumFen);
  const keptFen = paidFen - backFen;
  return keptFen === premiumFen - coreBackFen
    ? []
    : [`${_id}: paid ${paidFen} − refunded ${backFen} fen, but premium ${premiumFen} − given back ${coreBackFen} fen`];
}

/** Refunds that have reached the customer. */
function backOf({ refunds }: Audited, origin?: 'core'): Audited['refunds'] {
  return refunds.filter(
    (refund) =>
      (refund.status === 'refunded' || refund.status === 'settledOutside') &&
      (origin === undefined || refund.origin === origin),
  );
}
