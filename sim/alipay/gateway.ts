import { Router, text } from 'express';
import type { Request } from 'express';
import { z } from 'zod';
import { illegalParameter } from './answers.js';
import type { Answer } from './answers.js';
import type { Call, CallRequest } from './calls/call.js';
import { billAddress } from './calls/billAddress.js';
import { cashierPage } from './calls/cashierPage.js';
import { close } from './calls/close.js';
import { mergePage } from './calls/mergePage.js';
import { mergePrecreate } from './calls/mergePrecreate.js';
import { precreate } from './calls/precreate.js';
import { query } from './calls/query.js';
import { refund } from './calls/refund.js';
import { refundQuery } from './calls/refundQuery.js';
import type { Channel } from './channel.js';
import { admit } from './door.js';
import type { Occasion } from './faults.js';
import { racedByPayer, troubleAfterEffect, troubleBeforeEffect } from './gatewayFaults.js';
import type { Merchant } from './merchant.js';
import { occasionOf } from './orders.js';
import { replySender } from './reply.js';
import type { Reply } from './reply.js';
import type { Parameters } from './signature.js';

const serverCalls: ReadonlyMap<string, Call> = new Map([
  ['alipay.trade.precreate', precreate],
  ['alipay.trade.merge.precreate', mergePrecreate],
  ['alipay.trade.query', query],
  ['alipay.trade.close', close],
  ['alipay.trade.refund', refund],
  ['alipay.trade.fastpay.refund.query', refundQuery],
  ['alipay.data.dataservice.bill.downloadurl.query', billAddress],
]);

/** Opened by the payer's browser, so they answer with a page instead of signed JSON. */
const pageCalls: ReadonlyMap<string, (channel: Channel, request: CallRequest) => string> = new Map([
  ['alipay.trade.page.pay', cashierPage],
  ['alipay.trade.wap.pay', cashierPage],
  ['alipay.trade.wap.merge.pay', mergePage],
]);

/** `/gateway.do`: the door, then the method, then the signed answer, with the standing faults in between. */
export function gatewayRoutes(channel: Channel): Router {
  const router = Router();
  const sendReply = replySender(channel.signingKey);
  router.use('/gateway.do', text({ type: 'application/x-www-form-urlencoded', limit: '256kb' }));
  router.all('/gateway.do', (req, res) => {
    const parameters = mergedParameters(req);
    const method = parameters['method'] ?? '';
    const admission = admit(channel, parameters);
    const content = parseContent(parameters['biz_content']);
    if (admission.kind === 'turnedAway') {
      sendReply(res, method, unsigned(admission.answer));
      return;
    }
    if (content === undefined) {
      sendReply(res, method, unsigned(noContent));
      return;
    }
    const request: CallRequest = { method, parameters, content, caller: admission.caller };
    const page = pageCalls.get(method);
    if (page === undefined) sendReply(res, method, serverCallReply(channel, request));
    else res.type('html').send(page(channel, request));
  });
  return router;
}

function serverCallReply(channel: Channel, request: CallRequest): Reply {
  const call = serverCalls.get(request.method);
  if (call === undefined) return unsigned(unknownMethod);
  const occasion = { numbers: numbersOf(channel, request.content), method: request.method };
  const trouble = troubleBeforeEffect(channel, occasion);
  const reply = trouble ?? afterEffect(channel, occasion, () => call(channel, request));
  countCall(channel, request.caller, occasion); // Last, because the first precreate only makes the order it is counted on.
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

/** The numbers a call is about: an order's own, and that of the whole with it; a merge names its children too. */
function numbersOf(channel: Channel, content: unknown): readonly string[] {
  const asked = numbersAsked.safeParse(content).data ?? {};
  if (asked.out_merge_no !== undefined) {
    return [asked.out_merge_no, ...(asked.order_details ?? []).map(({ out_trade_no: no }) => no)];
  }
  const { trade_no: tradeNo, out_trade_no: outTradeNo = '' } = asked;
  const order = tradeNo === undefined ? channel.orders.find(outTradeNo) : channel.orders.findByTradeNo(tradeNo);
  if (order !== undefined) return occasionOf(order).numbers;
  return [tradeNo === undefined ? outTradeNo : ''];
}

const numbersAsked = z.object({
  out_trade_no: z.string().optional().catch(undefined),
  trade_no: z.string().optional().catch(undefined),
  out_merge_no: z.string().optional().catch(undefined),
  order_details: z
    .array(z.object({ out_trade_no: z.string() }))
    .optional()
    .catch(undefined),
});

/** A merge counts with each of its children; a call about another merchant's order does not count. */
function countCall({ orders }: Channel, caller: Merchant, { numbers, method }: Required<Occasion>): void {
  for (const number of numbers) {
    const order = orders.find(number);
    if (order === undefined) continue;
    const isCallers = order.merchant === caller || order.combination?.merchant === caller;
    if (isCallers) order.calls[method] = (order.calls[method] ?? 0) + 1;
  }
}
