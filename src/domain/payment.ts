/** Where a payment stands. See docs/payment-lifecycle.md. */
export const paymentStatuses = [
  'opening',
  'awaitingPayment',
  'partlyPaid',
  'closing',
  'closed',
  'paid',
  'issued',
  'refunding',
  'refunded',
  'needsAttention',
] as const;
export type PaymentStatus = (typeof paymentStatuses)[number];

const nextStatuses: Record<PaymentStatus, readonly PaymentStatus[]> = {
  opening: ['awaitingPayment', 'closing', 'closed', 'paid', 'needsAttention'],
  awaitingPayment: ['opening', 'closing', 'closed', 'paid', 'needsAttention'], // opening again: the payer switched method
  partlyPaid: ['paid', 'refunding', 'needsAttention'],
  closing: ['closed', 'opening', 'paid', 'needsAttention'],
  // Money that came late leaves `closed`, and a part that a person opens once more.
  closed: ['paid', 'opening', 'refunding', 'needsAttention'],
  paid: ['issued', 'refunding', 'needsAttention'],
  issued: [],
  refunding: ['refunded', 'needsAttention'],
  refunded: [],
  needsAttention: [
    'opening',
    'awaitingPayment',
    'partlyPaid',
    'closing',
    'closed',
    'paid',
    'issued',
    'refunding',
    'refunded',
  ],
};

/** Whether a payment may move from one status to another. `issued` and `refunded` are never left. */
export function mayMove(move: { from: PaymentStatus; to: PaymentStatus }): boolean {
  return move.from === move.to || nextStatuses[move.from].includes(move.to);
}

/** What happened to a payment, past tense, in order; shown as its timeline. */
export interface PaymentEvent {
  type:
    | 'PaymentRegistered'
    | 'ChargeOpened'
    | 'ChargeRefused'
    | 'ChargePaid'
    | 'ChargeClosing'
    | 'ChargeClosed'
    | 'CancelRequested'
    | 'PremiumReceived'
    | 'PolicyIssued'
    | 'PolicyRefused'
    | 'PolicyCancelled'
    | 'AttentionRaised'
    | 'AttentionResolved'
    | 'MethodSwitched'
    | 'RefundStarted'
    | 'ChargeRefunded'
    | 'LateMoneyReceived'
    | 'PaymentRevived'
    | 'PartPaid'
    | 'PartEnded'
    | 'PartsReopened';
  /** ISO-8601 UTC. */
  at: string;
  /** A sentence without personal data: numbers, amounts, codes. */
  detail: string;
}
