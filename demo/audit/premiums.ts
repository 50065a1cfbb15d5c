import type { SeenPolicy } from '../seen.js';
import { checked, sumFen, type Check } from './check.js';
import type { Audited } from './gather.js';
import { askedFor, holdersOf, type PaymentRow } from './shapes.js';

/** One policy per payment at most, and the premium of every policy in force is held, no more and no less. */
export function premiums(audited: Audited): Check[] {
  const { payments, policies } = audited;
  const inForce = policies.filter(({ cancelled }) => !cancelled);
  const asked = askedFor(audited);
  const holders = asked.flatMap((payment) => holdersOf(payment, audited));
  const back = (...origins: Origin[]) => sumFen(holders, (holder) => returnedOf(holder, audited, origins));
  return [
    checked(
      'at most one policy per payment, the same at the core and with us',
      { policies: policies.length, inForce: inForce.length },
      [
        ...asked.flatMap((payment) => policyProblems(payment, policies)),
        ...payments.filter((payment) => !asked.includes(payment)).flatMap((payment) => noPolicy(payment, policies)),
      ],
    ),
    checked(
      'paid − refunded = premium of the policies in force − what the core gave back after issue',
      {
        paidFen: sumFen(holders, ({ paidFen }) => paidFen),
        refundedFen: back(),
        premiumFen: sumFen(inForce, ({ premiumFen }) => premiumFen),
        givenBackAfterIssueFen: back('core'),
      },
      asked.flatMap((payment) => moneyProblems(payment, audited)),
    ),
  ];
}

/** The core issues payments; of their parts and carts it has never heard. */
function noPolicy({ _id, shape }: PaymentRow, policies: readonly SeenPolicy[]): string[] {
  return policies.some(({ paymentId }) => paymentId === _id)
    ? [`the core has a policy for the ${shape.kind} ${_id}`]
    : [];
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

function moneyProblems(payment: PaymentRow, audited: Audited): string[] {
  const { _id, status } = payment;
  if (status === 'needsAttention') return [];
  const holders = holdersOf(payment, audited);
  const paidFen = sumFen(holders, (holder) => holder.paidFen);
  const backFen = sumFen(holders, (holder) => returnedOf(holder, audited));
  const coreBackFen = sumFen(holders, (holder) => returnedOf(holder, audited, ['core']));
  const inForce = audited.policies.filter(({ paymentId, cancelled }) => paymentId === _id && !cancelled);
  const premiumFen = sumFen(inForce, (policy) => policy.premiumFen);
  const keptFen = paidFen - backFen;
  return keptFen === premiumFen - coreBackFen
    ? []
    : [`${_id}: paid ${paidFen} − refunded ${backFen} fen, but premium ${premiumFen} − given back ${coreBackFen} fen`];
}

type Origin = Audited['refunds'][number]['origin'];

/** What of one row has reached the customer again, of refunds of these origins or of any, fen. */
export function returnedOf({ _id }: PaymentRow, { refunds }: Audited, origins: readonly Origin[] = []): number {
  return sumFen(
    refunds.filter(
      ({ paymentId, status, origin }) =>
        paymentId === _id &&
        (status === 'refunded' || status === 'settledOutside') &&
        (origins.length === 0 || origins.includes(origin)),
    ),
    ({ amountFen }) => amountFen,
  );
}
