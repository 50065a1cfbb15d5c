import { addFen, addSignedFen, fen, negateFen, subtractFen, type Fen, type SignedFen } from '../money.js';

/** Several insurers share one policy: the lead collects all and passes on the followers' shares, for a fee. */
export interface Coinsurance {
  lead: Insurer;
  followers: readonly Insurer[];
  /** What the lead keeps of each follower's share for issuing, basis points (1/10000). */
  leadFeeBp: number;
}

interface Insurer {
  /** Finance's code of the insurer. */
  insurer: string;
  /** Share, basis points. All shares together are 10000. */
  shareBp: number;
}

export const wholeBp = 10_000;

/** How a premium, or what goes back of it, is shared; the lead's and the gross shares sum to it. */
export interface Shares {
  leadFen: SignedFen;
  followers: readonly FollowerShare[];
}

interface FollowerShare {
  insurer: string;
  grossFen: Fen;
  /** Of `grossFen`, what stays with the lead. */
  feeFen: Fen;
}

/** Shares of a premium: each follower's rounded down to the fen, and what rounding leaves is the lead's. */
export function sharesOf(premiumFen: Fen, { followers, leadFeeBp }: Coinsurance): Shares {
  const shared = followers.map(({ insurer, shareBp }) => {
    const grossFen = fen(shareOf(premiumFen, shareBp));
    return { insurer, grossFen, feeFen: fen(shareOf(grossFen, leadFeeBp)) };
  });
  const takeFen = addFen(...shared.map(({ grossFen }) => grossFen));
  return { leadFen: subtractFen({ haveFen: premiumFen, takeFen }), followers: shared };
}

/**
 * Shares of the money from `fromFen` to `toFen` of a premium: what goes back in parts, each part beginning where the one
 * before ended, comes to exactly the shares of all of it, whatever the parts are. A part of a few fen may cost the lead one
 * more than it has, or give it one back.
 */
export function sharesBetween(interval: { fromFen: Fen; toFen: Fen }, coinsurance: Coinsurance): Shares {
  const before = sharesOf(interval.fromFen, coinsurance);
  const after = sharesOf(interval.toFen, coinsurance);
  return {
    leadFen: addSignedFen(after.leadFen, negateFen(before.leadFen)),
    followers: after.followers.map(({ insurer, grossFen, feeFen }, index) => ({
      insurer,
      grossFen: subtractFen({ haveFen: grossFen, takeFen: before.followers[index]?.grossFen ?? fen(0) }),
      feeFen: subtractFen({ haveFen: feeFen, takeFen: before.followers[index]?.feeFen ?? fen(0) }),
    })),
  };
}

/** A share of an amount, rounded down to the fen. Amounts reach 10^10 fen and shares 10^4, so the product is a safe integer. */
export const shareOf = (amountFen: number, bp: number): number => Math.floor((amountFen * bp) / wholeBp);
