/** Id of a payment, given by the core and unique for ever. */
export const paymentIdPattern = /^[0-9A-Za-z]{8,24}$/;

/**
 * What a charge collects for, by the id of its record: a payment, a part of one, or a cart. Those of parts and carts hold a
 * hyphen, which ids given by the core may not, so none is ever taken for another.
 */
export const partRecordId = (part: { paymentId: string; partNo: number }): string =>
  `${part.paymentId}-S${twoDigits(part.partNo)}`;
export const cartRecordId = (cartId: string): string => `${cartId}-K`;

/**
 * Every number sent to a channel is the id given by the core plus at most eight characters, so that it fits the narrowest
 * channel (8 to 32 letters and digits) and is the same however often it is made. The ends tell them apart: `C1` the
 * first charge of a payment, `S011` that of its first part, `K1` that of a cart, `K1I01` the first child of a combined
 * one. No two of these ever come to the same number.
 */
export function outTradeNoFor(charge: { paymentId: string; attempt: number }): string {
  const { attempt } = charge;
  if (attempt < 1 || attempt > chargesMax) throw new RangeError(`${attempt} is no attempt of ${charge.paymentId}`);
  const [stem = '', mark] = charge.paymentId.split('-');
  return mark === undefined ? `${stem}C${attempt}` : `${stem}${mark}${attempt}`;
}

/** The number of one child of a combined order. */
export function childTradeNoFor(child: { combineNo: string; childNo: number }): string {
  return `${child.combineNo}I${twoDigits(child.childNo)}`;
}

/**
 * The refund number of the nth refund of a charge; a later attempt is a new number and needs proof that the former moved
 * nothing. Where the charge's number leaves fewer characters the two are one character each.
 */
export function refundNoFor(refund: { outTradeNo: string; sequence: number; attempt: number }): string {
  const { outTradeNo, sequence, attempt } = refund;
  const isOver = sequence < 1 || sequence > refundsMaxOf(outTradeNo) || attempt < 1 || attempt > refundAttemptsMax;
  if (isOver) throw new RangeError(`${outTradeNo} has no refund ${sequence}, attempt ${attempt}`);
  if (isLong(outTradeNo)) return `${outTradeNo}R${sequenceMarks[sequence - 1] ?? ''}${attempt}`;
  return `${outTradeNo}R${sequence}${attempt === 1 ? '' : `T${attempt}`}`;
}

/** Which attempt a refund number of a charge belongs to, from 1. */
export function refundAttemptOf({ outTradeNo, refundNo }: { outTradeNo: string; refundNo: string }): number {
  if (isLong(outTradeNo)) return Number(refundNo.at(-1));
  return Number(/T([1-9])$/.exec(refundNo)?.[1] ?? 1);
}

/** Limits that keep every number within its eight characters: `C9R99T9`, `S999RZ9`, `K9I99RZ9`. */
export const chargesMax = 9;
export const refundsPerChargeMax = 99;
export const refundAttemptsMax = 9;
export const partsMax = 50;
export const itemsMax = 50;

/** Counts refunds in one character. Without C and K: `RC1` would end as the first charge of a payment whose id ends in R. */
const sequenceMarks = '123456789ABDEFGHIJLMNOPQRSTUVWXYZ';

/** How many refunds a charge can have. */
export const refundsMaxOf = (outTradeNo: string): number =>
  isLong(outTradeNo) ? sequenceMarks.length : refundsPerChargeMax;

const isLong = (outTradeNo: string): boolean => /(S\d{3}|I\d\d)$/.test(outTradeNo);

/** The workflow that collects under a merchant order number, or null when the number is none of ours. */
export function collectorOf(outTradeNo: string): string | null {
  const [, stem, mark] = /^([0-9A-Za-z]{8,24})(C[1-9]|S\d\d[1-9]|K[1-9]|K[1-9]I\d\d)$/.exec(outTradeNo) ?? [];
  if (stem === undefined || mark === undefined) return null;
  switch (mark[0]) {
    case 'S':
      return paymentWorkflowId(`${stem}-${mark.slice(0, 3)}`);
    case 'K':
      return paymentWorkflowId(cartRecordId(stem));
    default:
      return paymentWorkflowId(stem);
  }
}

/** The workflow of a payment, a part or a cart, by the id of its record. */
export function paymentWorkflowId(recordId: string): string {
  const [stem = '', mark] = recordId.split('-');
  if (mark === undefined) return `payment/${stem}`;
  return mark === 'K' ? `cart/${stem}` : `part/${stem}/${mark}`;
}

export const refundWorkflowId = (refund: { paymentId: string; refundId: string }): string =>
  `refund/${refund.paymentId}/${refund.refundId}`;
export const lateWorkflowId = (outTradeNo: string): string => `late/${outTradeNo}`;

/** Ids of refunds we start ourselves hold a hyphen, which the core's may not, so the two never meet. */
export const undoRefundId = (outTradeNo: string): string => `undo-${chargeMark(outTradeNo)}`;
export const lateRefundId = (outTradeNo: string): string => `late-${chargeMark(outTradeNo)}`;
export const coreRefundIdPattern = /^[0-9A-Za-z]{1,32}$/;

/** The end of a charge's number, by which the charges of one payment differ. */
export function chargeMark(outTradeNo: string): string {
  return /(C[1-9]|S\d{3}|K[1-9](I\d\d)?)$/.exec(outTradeNo)?.[0] ?? outTradeNo;
}

/** Whether a charge is that of a cart, which pays all of its items. */
export const paysSeveral = (outTradeNo: string): boolean => /^K[1-9]$/.test(chargeMark(outTradeNo));

function twoDigits(no: number): string {
  if (no < 1 || no > 99) throw new RangeError(`${no} is not from 1 to 99`);
  return String(no).padStart(2, '0');
}
