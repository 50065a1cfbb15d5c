import type { z } from 'zod';
import { businessFailure } from '../answers.js';
import type { Answer } from '../answers.js';
import type { Channel } from '../channel.js';
import type { tradeReference } from '../content.js';
import type { Merchant } from '../merchant.js';
import type { Order, Trade } from '../orders.js';
import type { Parameters } from '../signature.js';
import { findOrder } from '../trades.js';

/** A gateway request that has passed the door: `content` is the parsed `biz_content`. */
export type CallRequest = {
  readonly method: string;
  readonly parameters: Parameters;
  readonly content: unknown;
  /** Whose application signed it. */
  readonly caller: Merchant;
};

export type Call = (channel: Channel, request: CallRequest) => Answer;

/** A call whose content is checked first; what does not fit is ACQ.INVALID_PARAMETER, naming the field. */
export function call<Content>(
  schema: z.ZodType<Content>,
  answer: (channel: Channel, content: Content, request: CallRequest) => Answer,
): Call {
  return (channel, request) => {
    const content = schema.safeParse(request.content);
    return content.success ? answer(channel, content.data, request) : invalidParameter(content.error);
  };
}

export function invalidParameter({ issues: [issue] }: z.ZodError): Answer {
  const field = issue === undefined ? '' : `${issue.path.join('.')} ${issue.message}`;
  return businessFailure('ACQ.INVALID_PARAMETER', `参数无效: ${field}`);
}

/** Nothing before the payer has scanned, as until then the order is no trade; and nothing of another merchant's. */
export function findTrade(
  channel: Channel,
  caller: Merchant,
  reference: z.infer<typeof tradeReference>,
): { order: Order; trade: Trade } | undefined {
  const { trade_no: tradeNo, out_trade_no: outTradeNo } = reference;
  const number = tradeNo === undefined ? outTradeNo : channel.orders.findByTradeNo(tradeNo)?.outTradeNo;
  const order = number === undefined ? undefined : findOrder(channel, number);
  return order?.trade === undefined || order.merchant !== caller ? undefined : { order, trade: order.trade };
}
