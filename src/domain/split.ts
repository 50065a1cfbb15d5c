import { fen, type Fen } from './money.js';
import type { PaymentStatus } from './payment.js';
import type { Split, SplitRule } from './shape.js';

/** Where one part stands, as far as its order knows. */
export interface PartState {
  /** `planned`: not begun, as a slice whose turn has not come. */
  status: PaymentStatus | 'planned';
  paidFen: Fen;
}

/**
 * Cuts an amount into slices of at most `maxFen`: as few as there can be, all of them full but the last, which has what
 * is left. Raises RangeError for a slice of nothing.
 */
export function slicesOf(amountFen: Fen, maxFen: Fen): Fen[] {
  if (maxFen < 1) throw new RangeError('a slice has at least one fen');
  const count = Math.ceil(amountFen / maxFen);
  return Array.from({ length: count }, (_, index) => fen(Math.min(maxFen, amountFen - index * maxFen)));
}

/** Ends of a part that leave no money with us and no policy. */
const isOver = ({ status }: PartState): boolean => status === 'closed' || status === 'refunded';
const isPlanned = ({ status }: PartState): boolean => status === 'planned';
const isPaid = ({ status }: PartState): boolean => status === 'paid' || status === 'issued';
const isLive = (part: PartState): boolean => !isOver(part) && !isPlanned(part) && !isPaid(part);

/** What the parts of a payment amount to; `issued` is what the core has said. Pure. */
export function splitStatus(parts: readonly PartState[], issued: boolean): PaymentStatus {
  const any = (...statuses: PartState['status'][]): boolean => parts.some(({ status }) => statuses.includes(status));
  if (issued) return 'issued';
  if (any('needsAttention')) return 'needsAttention';
  if (parts.every(isPaid)) return 'paid';
  if (any('refunding')) return 'refunding';
  if (parts.some(isPaid)) return 'partlyPaid';
  if (parts.every((part) => isOver(part) || isPlanned(part)) && parts.some(isOver)) {
    return any('refunded') ? 'refunded' : 'closed';
  }
  if (any('awaitingPayment')) return 'awaitingPayment';
  return any('closing') ? 'closing' : 'opening';
}

/** What is due next of a split payment. */
export type SplitRuling =
  /** These may be opened. */
  | { kind: 'open'; partNos: readonly number[] }
  | { kind: 'wait' }
  /** Every part is known to be paid. */
  | { kind: 'issue' }
  /** It cannot be completed any more: what is still open is to be closed. */
  | { kind: 'close' }
  /** All is known, and some parts hold money that has to go back. */
  | { kind: 'giveBack' }
  /** All is known, some parts hold money, and a person decides. */
  | { kind: 'hold' }
  /** All is known, and nobody has paid. */
  | { kind: 'closed' };

/**
 * Decides on what is known and on nothing else: a part that nobody can tell about is waited for, for it may turn out
 * paid, and then all is well. Pure.
 */
export function splitRuling(
  { rule, serial }: Pick<Split, 'rule' | 'serial'>,
  parts: readonly PartState[],
  cancelled: boolean,
): SplitRuling {
  if (parts.every(isPaid)) return { kind: 'issue' };
  if (!cancelled && !parts.some(isOver)) return opening(serial, parts);
  const holds: boolean = !cancelled && (rule satisfies SplitRule) === 'allOrHold';
  if (parts.some(isLive)) return holds ? { kind: 'wait' } : { kind: 'close' };
  if (!parts.some(isPaid)) return { kind: 'closed' };
  return { kind: holds ? 'hold' : 'giveBack' };
}

function opening(serial: boolean, parts: readonly PartState[]): SplitRuling {
  const planned = parts.flatMap((part, index) => (isPlanned(part) ? [index + 1] : []));
  const [next] = planned;
  if (next === undefined) return { kind: 'wait' };
  if (!serial) return { kind: 'open', partNos: planned };
  return parts.slice(0, next - 1).every(isPaid) ? { kind: 'open', partNos: [next] } : { kind: 'wait' };
}
