/** How long and how often a channel is asked, fixed for a charge when it is made, so that a change of configuration never changes a running one. */
export interface ChargeTerms {
  /** Gaps between queries, ms; after the last one each further gap doubles, up to an hour. */
  queryGapsMs: readonly number[];
  /** Pauses before a refund of unknown outcome is asked about again, ms; then each doubles, up to an hour. */
  refundGapsMs: readonly number[];
  /** How long after expiry an order that could not be closed is still watched, ms. */
  closeMarginMs: number;
}

/** The part of a payment's terms that is its channel's. */
export function chargeTermsOf({ queryGapsMs, refundGapsMs, closeMarginMs }: ChargeTerms): ChargeTerms {
  return { queryGapsMs, refundGapsMs, closeMarginMs };
}

/** The terms of a payment's first charge, and what holds for all of it. */
export interface PaymentTerms extends ChargeTerms {
  /** How long the core may stay silent before a person decides, ms. */
  issueDeadlineMs: number;
  /** What becomes of money that arrives after closing. */
  latePayment: 'refund' | 'revive';
  /** Output tax within the premium, basis points of what is left of it without; none unless said. */
  taxBp?: number;
}

export const queryGapMaxMs = 3_600_000;

/** The pause before the nth query (from 1), ms. */
export function queryGapMs(terms: Pick<ChargeTerms, 'queryGapsMs'>, queryNo: number): number {
  return gapMs(terms.queryGapsMs, queryNo);
}

/**
 * The nth pause (from 1) of a list, ms; beyond it each is twice the one before, up to an hour, so that asking for weeks
 * still fits a workflow's history.
 */
export function gapMs(gapsMs: readonly number[], no: number): number {
  const listed = gapsMs[no - 1];
  if (listed !== undefined) return listed;
  const last = gapsMs.at(-1) ?? 10_000;
  return Math.min(last * 2 ** (no - gapsMs.length), Math.max(last, queryGapMaxMs));
}
