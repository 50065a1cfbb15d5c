/** The inner object of an Alipay answer: always `code` and `msg`, then whatever the call says. */
export type Answer = { readonly code: string; readonly msg: string } & Readonly<Record<string, unknown>>;

export function success(fields: Readonly<Record<string, unknown>>): Answer {
  return { code: '10000', msg: 'Success', ...fields };
}

/** 40004: the call was understood and the business refuses it; `sub_code` says why (Alipay OpenAPI: 公共错误码). */
export function businessFailure(subCode: string, subMessage: string): Answer {
  return { code: '40004', msg: 'Business Failed', sub_code: subCode, sub_msg: subMessage };
}

/** 40001: a parameter is missing. */
export function missingParameter(subCode: string, subMessage: string): Answer {
  return { code: '40001', msg: 'Missing Required Arguments', sub_code: subCode, sub_msg: subMessage };
}

/** 40002: a parameter is not acceptable. */
export function illegalParameter(subCode: string, subMessage: string): Answer {
  return { code: '40002', msg: 'Invalid Arguments', sub_code: subCode, sub_msg: subMessage };
}

export const tradeNotExist = businessFailure('ACQ.TRADE_NOT_EXIST', '交易不存在');
export const contextInconsistent = businessFailure('ACQ.CONTEXT_INCONSISTENT', '交易信息被篡改');
