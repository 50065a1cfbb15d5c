import { verdictOf, type ChargeDoubt, type ChargeState, type Receipt } from './charge.js';

interface HasState {
  state: ChargeState;
}

/** What all charges of a payment together amount to. */
export type ChargesRuling<Charge> =
  | { kind: 'open' }
  | { kind: 'paid'; charge: Charge; receipt: Receipt }
  | { kind: 'doubtful'; charge: Charge; reason: ChargeDoubt }
  /** The live charge ended without money. */
  | { kind: 'ended'; why: string };

/**
 * Doubt before money, money before ends; of several paid charges the one paid first counts. The last of the charges is the
 * live one. Pure.
 */
export function chargesRuling<Charge extends HasState>(charges: readonly Charge[]): ChargesRuling<Charge> {
  const verdicts = charges.map((charge) => ({ charge, verdict: verdictOf(charge.state) }));
  for (const { charge, verdict } of verdicts) {
    if (verdict.kind === 'doubtful') return { kind: 'doubtful', charge, reason: verdict.reason };
  }
  const paid = verdicts
    .flatMap(({ charge, verdict }) => (verdict.kind === 'paid' ? [{ charge, receipt: verdict.receipt }] : []))
    .sort((one, other) => (one.receipt.paidAt < other.receipt.paidAt ? -1 : 1))[0];
  if (paid !== undefined) return { kind: 'paid', ...paid };
  const live = verdicts.at(-1)?.verdict;
  if (live?.kind === 'refused') return { kind: 'ended', why: `refused by the channel: ${live.code}` };
  if (live?.kind === 'closed') return { kind: 'ended', why: 'closed by the channel' };
  return { kind: 'open' };
}

/** What callers and the clock ask of a payment that is being collected. */
export interface Wishes {
  switchWanted: boolean;
  cancelReason: string | null;
  expired: boolean;
}

/** What is due next of a payment that is being collected. */
export type PaymentRuling<Charge> =
  | Exclude<ChargesRuling<Charge>, { kind: 'open' }>
  /** The open charge is to give way to one of another method. */
  | { kind: 'switch' }
  | { kind: 'close'; why: string }
  | { kind: 'wait' };

/** Facts before wishes, and a caller's wishes before the clock. Pure. */
export function paymentRuling<Charge extends HasState>(
  charges: readonly Charge[],
  wishes: Wishes,
): PaymentRuling<Charge> {
  const facts = chargesRuling(charges);
  if (facts.kind !== 'open') return facts;
  if (wishes.switchWanted) return { kind: 'switch' };
  return endingRuling(wishes);
}

/** What is due of charges that are open and can only be waited for or closed. Pure. */
export function endingRuling({
  cancelReason,
  expired,
}: Omit<Wishes, 'switchWanted'>): { kind: 'close'; why: string } | { kind: 'wait' } {
  if (cancelReason !== null) return { kind: 'close', why: `cancelled: ${cancelReason}` };
  return expired ? { kind: 'close', why: 'expired unpaid' } : { kind: 'wait' };
}
