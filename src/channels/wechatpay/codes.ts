import type { ChannelCodes, CodeTable } from '../channel.js';

/**
 * What each code of WeChat Pay API v3 lets us conclude. Codes are compared without underscores, because endpoints spell
 * them differently (`SYSTEM_ERROR`, `SYSTEMERROR`). A code that is not listed concludes nothing: `unknown`. Whatever the
 * code, only an answer the platform has signed is read this way. Sources: "Error codes" (错误码) of each call.
 */

/** What any call may be told. Nothing was done by a call that was turned away; an earlier one may have been. */
const anyCall = <Conclusion extends string>(turnedAway: Conclusion): CodeTable<Conclusion> => ({
  PARAMERROR: turnedAway,
  SIGNERROR: turnedAway,
  NOAUTH: turnedAway,
  APPIDMCHIDNOTMATCH: turnedAway,
  MCHNOTEXISTS: turnedAway,
  SYSTEMERROR: 'unknown',
  BANKERROR: 'unknown',
  FREQUENCYLIMITED: 'unknown',
  RATELIMITEXCEEDED: 'unknown',
});

export const wechatpayCodes: ChannelCodes = {
  /** An order that is paid, or stands with other parameters, may hold money: it is no refusal. */
  open: {
    ...anyCall<'refused' | 'unknown'>('refused'),
    INVALIDREQUEST: 'unknown',
    ORDERCLOSED: 'refused',
    ORDERPAID: 'unknown',
    OUTTRADENOUSED: 'unknown',
    RULELIMIT: 'refused',
    TRADEERROR: 'refused',
    ACCOUNTERROR: 'refused',
    OPENIDMISMATCH: 'refused',
  },
  query: {
    ...anyCall('unknown'),
    INVALIDREQUEST: 'unknown',
    /** Never created, or not visible yet: the same number may still be opened and paid. */
    ORDERNOTEXIST: 'absent',
    ORDERNOTEXISTS: 'absent',
    NOTFOUND: 'absent',
    RESOURCENOTEXISTS: 'absent',
  },
  close: {
    ...anyCall('unknown'),
    ORDERNOTEXIST: 'absent',
    ORDERNOTEXISTS: 'absent',
    NOTFOUND: 'absent',
    RESOURCENOTEXISTS: 'absent',
    INVALIDREQUEST: 'notClosable',
    ORDERPAID: 'notClosable',
    TRADEERROR: 'notClosable',
    /** Closed before: the query after it proves that. */
    ORDERCLOSED: 'notClosable',
  },
  /**
   * `refused` is believed only after the refund query has said that there is no such refund, see the adapter: one code
   * stands for "the rule is broken" and for "this number is in use".
   */
  refund: {
    ...anyCall('notExecuted'),
    NOTENOUGH: 'notExecuted',
    INVALIDREQUEST: 'refused',
    PARAMERROR: 'refused',
    USERACCOUNTABNORMAL: 'refused',
    ACCOUNTERROR: 'refused',
    RULELIMIT: 'refused',
    TRADEERROR: 'refused',
    RESOURCENOTEXISTS: 'refused',
    ORDERNOTEXIST: 'refused',
    MCHNOTEXISTS: 'refused',
  },
  queryRefund: {
    ...anyCall('unknown'),
    INVALIDREQUEST: 'unknown',
    RESOURCENOTEXISTS: 'notExecuted',
    NOTFOUND: 'notExecuted',
  },
  fetchStatement: {
    ...anyCall('unknown'),
    INVALIDREQUEST: 'unknown',
    NOSTATEMENTEXIST: 'nothing',
    STATEMENTCREATING: 'notReady',
  },
  slowDown: ['FREQUENCYLIMITED', 'RATELIMITEXCEEDED'],
};

/** One spelling for all. */
export const normalised = (code: string): string => code.replaceAll('_', '').toUpperCase().slice(0, 64);
