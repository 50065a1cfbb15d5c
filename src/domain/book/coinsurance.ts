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

/** How a premium, or what goes back of it, is shared; whole fen that sum to it. */
export interface Shares {
  leadFen: number;
  followers: readonly FollowerShare[];
}

interface FollowerShare {
  insurer: string;
  grossFen: number;
  /** Of `grossFen`, what stays with the lead. */
  feeFen: number;
}

/** Shares of a premium: each follower's rounded down to the fen, and what rounding leaves is the lead's. */
export function sharesOf(premiumFen: number, { followers, leadFeeBp }: Coinsurance): Shares {
  const shared = followers.map(({ insurer, shareBp }) => {
    const grossFen = part(premiumFen, shareBp);
    return { insurer, grossFen, feeFen: part(grossFen, leadFeeBp) };
  });
  return { leadFen: premiumFen - shared.reduce((sum, { grossFen }) => sum + grossFen, 0), followers: shared };
}

/**
 * Shares of the money from `fromFen` to `toFen` of a premium: what goes back in parts, each part beginning where the one
 * before ended, comes to exactly the shares of all of it, whatever the parts are. A part of a few fen may cost the lead one
 * more than it has, or give it one back.
 */
export function sharesBetween(interval: { fromFen: number; toFen: number }, coinsurance: Coinsurance): Shares {
  const before = sharesOf(interval.fromFen, coinsurance);
  const after = sharesOf(interval.toFen, coinsurance);
  return {
    leadFen: after.leadFen - before.leadFen,
    followers: after.followers.map((share, index) => ({
      insurer: share.insurer,
      grossFen: share.grossFen - (before.followers[index]?.grossFen ?? 0),
      feeFen: share.feeFen - (before.followers[index]?.feeFen ?? 0),
    })),
  };
}

/** A share of an amount, rounded down to the fen. Amounts reach 10^10 fen and shares 10^4, so the product is a safe integer. */
export const part = (amountFen: number, bp: number): number => Math.floor((amountFen * bp) / wholeBp);
