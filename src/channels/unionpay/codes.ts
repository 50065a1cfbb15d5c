import type { ChannelCodes, CodeTable } from '../channel.js';

/**
 * What each `respCode` lets us conclude of the call it answers (UnionPay gateway 5.1.0, 应答码). A code that is not listed
 * concludes nothing: `unknown`. 00 is no entry: it says that a message was accepted, never that money moved.
 */

/** The state is not known, whatever was asked: only a query tells. */
const unclear = {
  '03': 'unknown',
  '04': 'unknown',
  '05': 'unknown',
  '06': 'unknown',
  /** The number is in use: what stands under it is to be asked about. */
  '12': 'unknown',
  /** Asked too often: nothing is said about the transaction. */
  '37': 'unknown',
} as const;

/** The same, and a question that was turned away: it says nothing of what was asked about. */
const unasked = {
  ...unclear,
  '10': 'unknown',
  '11': 'unknown',
  '13': 'unknown',
  '31': 'unknown',
  '32': 'unknown',
} as const;

export const unionpayCodes: ChannelCodes = {
  open: {
    ...unclear,
    '10': 'refused',
    '11': 'refused',
    '13': 'refused',
    '31': 'refused',
    '32': 'refused',
    '33': 'refused',
    '35': 'refused',
    '36': 'refused',
    '38': 'refused',
    '39': 'refused',
    '40': 'refused',
    '6*': 'refused',
    '7*': 'refused',
  },
  /** Of an order nobody has brought to the gateway yet; whether that is the end depends on the time, see the adapter. */
  query: {
    ...unasked,
    '34': 'absent',
  },
  /** Nothing can be closed here. */
  close: {},
  /** Of a refund and of an undo. `refused` is believed only after a query, see the adapter. */
  refund: {
    ...unclear,
    '10': 'refused',
    /** Turned away at the door, or out of hours, or for want of money: nothing was done, and the same number may come again. */
    '11': 'notExecuted',
    '31': 'notExecuted',
    '32': 'notExecuted',
    '39': 'notExecuted',
    '64': 'notExecuted',
    '13': 'refused',
    '33': 'refused',
    '34': 'refused',
    '35': 'refused',
    '36': 'refused',
    '38': 'refused',
    '40': 'refused',
    '6*': 'refused',
    '7*': 'refused',
  },
  queryRefund: {
    ...unasked,
    '34': 'notExecuted',
  },
  /** 98 is "no such file": not made yet, or nothing happened that day, which the gateway does not tell apart. */
  fetchStatement: {
    ...unasked,
    '98': 'notReady',
  },
  slowDown: ['37'],
};

/**
 * What `origRespCode` says of a transaction that the gateway has: not of the query, but of what was asked about. A failed
 * transaction stays failed under its number, whatever the reason was.
 */
export const transactionCodes: CodeTable<'done' | 'underWay' | 'failed'> = {
  '00': 'done',
  /** Success with a defect that is the gateway's to mend. */
  A6: 'done',
  /** Debited although the time to pay was over: the money is with us, and what becomes of it is the payment's to decide. */
  '42': 'done',
  '03': 'unknown',
  '04': 'unknown',
  '05': 'underWay',
  '06': 'unknown',
  '10': 'failed',
  '11': 'failed',
  '13': 'failed',
  '31': 'failed',
  '32': 'failed',
  '33': 'failed',
  '34': 'failed',
  '35': 'failed',
  '36': 'failed',
  '38': 'failed',
  '39': 'failed',
  '40': 'failed',
  '6*': 'failed',
  '7*': 'failed',
};
