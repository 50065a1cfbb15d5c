/**
 * What each code of Alipay OpenAPI lets us conclude. A code that is not listed concludes nothing: `unknown`.
 * Sources: "Common error codes" (公共错误码) for the gateway, and the error table of each call.
 */

/** Codes of the gateway: the call was turned away before any business was looked at, so this call did nothing. */
const turnedAwayCodes: ReadonlySet<string> = new Set(['40001', '40002', '40003', '40006', '20001']);
/** Without a signature only these may be believed: they can stop a call, never invent money. */
const turnedAwayUnsigned: ReadonlySet<string> = new Set(['40001', '40002', '40003', '40006']);
/** Service trouble, call limit, and answers that are about business: their `isv.` details prove nothing. */
const neverTurnedAway: ReadonlySet<string> = new Set(['10000', '10003', '20000', '40005']);

export function isTurnedAway(answer: { code: string; subCode: string | null; signed: boolean }): boolean {
  if (neverTurnedAway.has(answer.code)) return false;
  const codes = answer.signed ? turnedAwayCodes : turnedAwayUnsigned;
  return codes.has(answer.code) || (answer.subCode?.startsWith('isv.') ?? false);
}

/** Call limit exceeded, refused at the entrance: nothing was executed; slow down. */
export const callLimitExceeded = '40005';

/** alipay.trade.precreate. A trade that is paid or stands with other parameters is not listed: it may hold money. */
export const precreateOutcomes: ReadonlyMap<string, 'refused'> = new Map([
  ['ACQ.INVALID_PARAMETER', 'refused'],
  ['ACQ.ACCESS_FORBIDDEN', 'refused'],
  ['ACQ.EXIST_FORBIDDEN_WORD', 'refused'],
  ['ACQ.PARTNER_ERROR', 'refused'],
  ['ACQ.TOTAL_FEE_EXCEED', 'refused'],
  ['ACQ.SELLER_BEEN_BLOCKED', 'refused'],
  ['ACQ.TRADE_HAS_CLOSE', 'refused'],
]);

/** alipay.trade.query. Before the payer scans there is no trade, while the QR code can still be paid. */
export const queryOutcomes: ReadonlyMap<string, 'absent'> = new Map([['ACQ.TRADE_NOT_EXIST', 'absent']]);

/** alipay.trade.close. */
export const closeOutcomes: ReadonlyMap<string, 'absent' | 'notClosable'> = new Map([
  ['ACQ.TRADE_NOT_EXIST', 'absent'],
  ['ACQ.REASON_TRADE_STATUS_INVALID', 'notClosable'],
  ['ACQ.REASON_ILLEGAL_STATUS', 'notClosable'],
  ['ACQ.TRADE_STATUS_ERROR', 'notClosable'],
]);

/** alipay.trade.refund. DISCORDANT_REPEAT_REQUEST is not listed: the number is in use, so its outcome must be asked. */
export const refundOutcomes: ReadonlyMap<string, 'refused' | 'notExecuted'> = new Map([
  ['ACQ.SELLER_BALANCE_NOT_ENOUGH', 'notExecuted'],
  ['ACQ.TRADE_NOT_EXIST', 'refused'],
  ['ACQ.TRADE_STATUS_ERROR', 'refused'],
  ['ACQ.TRADE_HAS_FINISHED', 'refused'],
  ['ACQ.TRADE_NOT_ALLOW_REFUND', 'refused'],
  ['ACQ.REASON_TRADE_BEEN_FREEZEN', 'refused'],
  ['ACQ.BUYER_ERROR', 'refused'],
  ['ACQ.REFUND_AMT_NOT_EQUAL_TOTAL', 'refused'],
  ['ACQ.REASON_TRADE_REFUND_FEE_ERR', 'refused'],
  ['ACQ.INVALID_PARAMETER', 'refused'],
]);
