import type { ChannelCodes, CodeTable } from '../channel.js';

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
const callLimitDetail = 'isv.app-call-limited';

/** What the gateway may say to any call. */
const anyCall = <Conclusion extends string>(atTheDoor: Conclusion, limited: Conclusion): CodeTable<Conclusion> => ({
  ...Object.fromEntries([...turnedAwayCodes, 'isv.*'].map((code) => [code, atTheDoor])),
  [callLimitExceeded]: limited,
  [callLimitDetail]: limited,
  '20000': 'unknown',
  'isp.*': 'unknown',
  'aop.*': 'unknown',
  'ACQ.SYSTEM_ERROR': 'unknown',
});

export const alipayCodes: ChannelCodes = {
  /**
   * alipay.trade.precreate, and alipay.trade.merge.precreate with the `result_code` of each child, which speak of trades in
   * the same words. A trade that is paid or stands with other parameters may hold money: it is no refusal.
   */
  open: {
    ...anyCall<'refused' | 'unknown'>('refused', 'unknown'),
    'ACQ.INVALID_PARAMETER': 'refused',
    'ACQ.ACCESS_FORBIDDEN': 'refused',
    'ACQ.EXIST_FORBIDDEN_WORD': 'refused',
    'ACQ.PARTNER_ERROR': 'refused',
    'ACQ.TOTAL_FEE_EXCEED': 'refused',
    'ACQ.SELLER_BEEN_BLOCKED': 'refused',
    'ACQ.TRADE_HAS_CLOSE': 'refused',
    'ACQ.TRADE_HAS_SUCCESS': 'unknown',
    'ACQ.CONTEXT_INCONSISTENT': 'unknown',
  },
  /** alipay.trade.query. Before the payer scans there is no trade, while the QR code can still be paid. */
  query: {
    ...anyCall('unknown', 'unknown'),
    'ACQ.TRADE_NOT_EXIST': 'absent',
    'ACQ.INVALID_PARAMETER': 'unknown',
  },
  /** alipay.trade.close. */
  close: {
    ...anyCall('unknown', 'unknown'),
    'ACQ.TRADE_NOT_EXIST': 'absent',
    'ACQ.REASON_TRADE_STATUS_INVALID': 'notClosable',
    'ACQ.REASON_ILLEGAL_STATUS': 'notClosable',
    'ACQ.TRADE_STATUS_ERROR': 'notClosable',
    'ACQ.INVALID_PARAMETER': 'unknown',
  },
  /**
   * alipay.trade.refund. A call turned away did nothing, but an earlier one of the same number may have: not `refused`,
   * which would allow a new number and a second refund. Sending the same number again is right in both cases.
   */
  refund: {
    ...anyCall('notExecuted', 'notExecuted'),
    'AQC.SYSTEM_ERROR': 'unknown',
    'ACQ.SELLER_BALANCE_NOT_ENOUGH': 'notExecuted',
    'ACQ.TRADE_NOT_EXIST': 'refused',
    'ACQ.TRADE_STATUS_ERROR': 'refused',
    'ACQ.TRADE_HAS_FINISHED': 'refused',
    'ACQ.TRADE_NOT_ALLOW_REFUND': 'refused',
    'ACQ.REASON_TRADE_BEEN_FREEZEN': 'refused',
    'ACQ.BUYER_ERROR': 'refused',
    'ACQ.REFUND_AMT_NOT_EQUAL_TOTAL': 'refused',
    'ACQ.REASON_TRADE_REFUND_FEE_ERR': 'refused',
    'ACQ.INVALID_PARAMETER': 'refused',
    // The number is in use for another amount: its outcome must be asked.
    'ACQ.DISCORDANT_REPEAT_REQUEST': 'unknown',
  },
  /** alipay.trade.fastpay.refund.query. */
  queryRefund: {
    ...anyCall('unknown', 'unknown'),
    'ACQ.TRADE_NOT_EXIST': 'unknown',
    'ACQ.INVALID_PARAMETER': 'unknown',
  },
  /** "No bill" and "no bill yet" have one code (查询对账单下载地址, 错误码): which it is, the time tells. */
  fetchStatement: {
    ...anyCall('unknown', 'unknown'),
    'isp.bill_not_exist': 'notReady',
    BILL_NOT_EXIST: 'notReady',
  },
  slowDown: [callLimitExceeded, callLimitDetail],
};
