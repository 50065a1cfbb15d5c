/** Types of ApplicationFailure raised at our boundaries. Match on these, never on classes. */
export const failures = {
  /** The channel did not say whether the order exists now. Repeat under the same number. */
  chargeOpeningUnknown: 'ChargeOpeningUnknown',
  /** The core did not say whether the policy exists now. Repeat with the same key, or ask. */
  policyUnknown: 'PolicyUnknown',
  /** A resolution that does not fit the case; nothing was recorded. */
  resolutionRejected: 'ResolutionRejected',
  /** The payment is no longer in a state in which this can be asked for. */
  notPossibleNow: 'NotPossibleNow',
  /** The charge was found paid while it was being replaced. */
  alreadyPaid: 'AlreadyPaid',
} as const;
