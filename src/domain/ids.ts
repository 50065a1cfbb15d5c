/** Id of a payment, given by the core and unique for ever. */
export const paymentIdPattern = /^[0-9A-Za-z]{8,24}$/;

/**
 * Every number sent to a channel is the payment id plus at most eight characters, so that it fits the narrowest
 * channel (8 to 32 letters and digits) and is the same however often it is made.
 */
export function outTradeNoFor(charge: { paymentId: string; attempt: number }): string {
  return suffixed(charge.paymentId, `C${charge.attempt}`, 3);
}

/** The refund number of the nth refund of a charge; a later attempt is a new number and needs proof that the former moved nothing. */
export function refundNoFor(refund: { outTradeNo: string; sequence: number; attempt: number }): string {
  const attempt = refund.attempt === 1 ? '' : `T${refund.attempt}`;
  return suffixed(refund.outTradeNo, `R${refund.sequence}${attempt}`, 6);
}

/** Which attempt a refund number belongs to, from 1. */
export function refundAttemptOf(refundNo: string): number {
  return Number(/T([1-9])$/.exec(refundNo)?.[1] ?? 1);
}

/** Limits that keep every number within its eight characters: `C9R99T9`. */
export const chargesMax = 9;
export const refundsPerChargeMax = 99;
export const refundAttemptsMax = 9;

/** The payment a merchant order number belongs to, or null when the number is none of ours. */
export function paymentIdOf(outTradeNo: string): string | null {
  return /^([0-9A-Za-z]{8,24})C[1-9]$/.exec(outTradeNo)?.[1] ?? null;
}

export const paymentWorkflowId = (paymentId: string): string => `payment/${paymentId}`;
export const refundWorkflowId = (refund: { paymentId: string; refundId: string }): string =>
  `refund/${refund.paymentId}/${refund.refundId}`;
export const lateWorkflowId = (outTradeNo: string): string => `late/${outTradeNo}`;

/** Ids of refunds we start ourselves hold a hyphen, which the core's may not, so the two never meet. */
export const undoRefundId = (outTradeNo: string): string => `undo-${chargeMark(outTradeNo)}`;
export const lateRefundId = (outTradeNo: string): string => `late-${chargeMark(outTradeNo)}`;
export const coreRefundIdPattern = /^[0-9A-Za-z]{1,32}$/;

function chargeMark(outTradeNo: string): string {
  return outTradeNo.slice(outTradeNo.lastIndexOf('C'));
}

function suffixed(stem: string, suffix: string, lengthMax: number): string {
  if (suffix.length > lengthMax) throw new RangeError(`${suffix} is too long a suffix for ${stem}`);
  return stem + suffix;
}
