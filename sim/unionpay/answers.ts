import type { Message } from './message.js';

/** What a call is answered with before it is signed. */
export type Answer = { readonly respCode: string; readonly respMsg: string } & Message;

/** 应答码: the sentence of a code, with the gateway's own number in brackets. */
const sentences: Readonly<Record<string, string>> = {
  '00': '成功',
  '05': '交易已受理，请稍后查询交易结果',
  '06': '系统繁忙，请稍后再试',
  '10': '报文格式错误',
  '11': '验证签名失败',
  '12': '重复交易',
  '31': '商户状态不正确',
  '34': '查无此交易',
  '35': '原交易不存在或状态不正确',
  '36': '与原交易信息不符',
  '37': '已超过最大查询次数或操作过于频繁',
  '39': '交易不在受理时间范围内',
  '64': '可用余额不足',
  '98': '文件不存在',
};

export function answer(respCode: string, more: Message = {}): Answer {
  return { ...more, respCode, respMsg: `${sentences[respCode] ?? '交易失败'}[${respCode.padStart(7, '0')}]` };
}
