import { Router, text } from 'express';
import type { Request } from 'express';
import { illegalParameter } from './answers.js';
import type { Answer } from './answers.js';
import type { Call, CallRequest } from './calls/call.js';
import { billAddress } from './calls/billAddress.js';
import { cashierPage } from './calls/cashierPage.js';
import { close } from './calls/close.js';
import { precreate } from './calls/precreate.js';
import { query } from './calls/query.js';
import { refund } from './calls/refund.js';
import { refundQuery } from './calls/refundQuery.js';
import type { Channel } from './channel.js';
import { turnAway } from './door.js';
import type { Occasion } from './faults.js';
import { racedByPayer, troubleAfterEffect, troubleBeforeEffect } from './gatewayFaults.js';
import { replySender } from './reply.js';
import type { Reply } from './reply.js';
import type { Parameters } from './signature.js';

const serverCalls: ReadonlyMap<string, Call> = new Map([
  ['alipay.trade.precreate', precreate],
  ['alipay.trade.query', query],
  ['alipay.trade.close', close],
  ['alipay.trade.refund', refund],
  ['alipay.trade.fastpay.refund.query', refundQuery],
  ['alipay.data.dataservice.bill.downloadurl.query', billAddress],
]);

/** Opened by the payer's browser, so they answer with a page instead of signed JSON. */
const pageCalls: readonly string[] = ['alipay.trade.page.pay', 'alipay.trade.wap.pay'];

/** `/gateway.do`: the door, then the method, then the signed answer, with the standing faults in between. */
export function gatewayRoutes(channel: Channel): Router {
  const router = Router();
  const sendReply = replySender(channel.signingKey);
  router.use('/gateway.do', text({ type: 'application/x-www-form-urlencoded', limit: '256kb' }));
  router.all('/gateway.do', (req, res) => {
    const parameters = mergedParameters(req);
    const rejection = turnAway(channel, parameters);
    const content = parseContent(parameters['biz_content']);
    const request: CallRequest = { method: parameters['method'] ?? '', parameters, content };
    if (rejection !== undefined) sendReply(res, request.method, unsigned(rejection));
    else if (content === undefined) sendReply(res, request.method, unsigned(noContent));
    else if (pageCalls.includes(request.method)) res.type('html').send(cashierPage(channel, request));
    else sendReply(res, request.method, serverCallReply(channel, request));
  });
  return router;
}

function serverCallReply(channel: Channel, request: CallRequest): Reply {
  const call = serverCalls.get(request.method);
  if (call === undefined) return unsigned(unknownMethod);
  const occasion = { outTradeNo: outTradeNoOf(channel, request.content), method: request.method };
  const trouble = troubleBeforeEffect(channel, occasion);
  const reply = trouble ?? afterEffect(channel, occasion, () => call(channel, request));
  countCall(channel, occasion); // Last, because the first precreate only makes the order it is counted on.
  return reply;
}

function afterEffect(channel: Channel, occasion: Required<Occasion>, call: () => Answer): Reply {
  const answer = racedByPayer(channel, occasion, call);
  return troubleAfterEffect(channel, occasion, answer) ?? { kind: 'signed', answer };
}

const noContent = illegalParameter('isv.invalid-parameter', 'biz_content');
const unknownMethod = illegalParameter('isv.invalid-method', '不存在的方法名');

function unsigned(answer: Answer): Reply {
  return { kind: 'unsigned', answer };
}

/** Parameters may come in the query, the body, or split over both; a decoded value is decoded once only. */
function mergedParameters(req: Request): Parameters {
  const query = new URL(req.originalUrl, 'http://127.0.0.1').searchParams;
  const body = new URLSearchParams(typeof req.body === 'string' ? req.body : '');
  return Object.fromEntries([...query, ...body]);
}

function parseContent(bizContent: string | undefined): object | undefined {
  try {
    const content: unknown = JSON.parse(bizContent ?? '');
    return typeof content === 'object' && content !== null ? content : undefined;
  } catch {
    return undefined;
  }
}

function outTradeNoOf(channel: Channel, content: unknown): string {
  const { out_trade_no: outTradeNo, trade_no: tradeNo } = content as Record<string, unknown>;
  if (typeof tradeNo === 'string') return channel.orders.findByTradeNo(tradeNo)?.outTradeNo ?? '';
  return typeof outTradeNo === 'string' ? outTradeNo : '';
}

function countCall(channel: Channel, { outTradeNo, method }: Required<Occasion>): void {
  const calls = channel.orders.find(outTradeNo)?.calls;
  if (calls !== undefined) calls[method] = (calls[method] ?? 0) + 1;
}
