import { Router, text } from 'express';
import type { Request, Response } from 'express';
import { illegalParameter } from './answers.js';
import type { Answer } from './answers.js';
import type { Call, CallRequest } from './calls/call.js';
import { cashierPage } from './calls/cashierPage.js';
import { close } from './calls/close.js';
import { precreate } from './calls/precreate.js';
import { query } from './calls/query.js';
import { refund } from './calls/refund.js';
import { refundQuery } from './calls/refundQuery.js';
import type { Channel } from './channel.js';
import { turnAway } from './door.js';
import type { Occasion } from './faults.js';
import { aroundClose, hangOrFail, troubleAfterEffect, troubleBeforeEffect } from './gatewayFaults.js';
import type { Trouble } from './gatewayFaults.js';
import { signOtherText, signText } from './signature.js';
import type { Parameters } from './signature.js';

const serverCalls: ReadonlyMap<string, Call> = new Map([
  ['alipay.trade.precreate', precreate],
  ['alipay.trade.query', query],
  ['alipay.trade.close', close],
  ['alipay.trade.refund', refund],
  ['alipay.trade.fastpay.refund.query', refundQuery],
]);

/** Opened by the payer's browser, so they answer with a page instead of signed JSON. */
const pageCalls: readonly string[] = ['alipay.trade.page.pay', 'alipay.trade.wap.pay'];

/** `/gateway.do`: the door, then the method, then the signed answer, with the standing faults in between. */
export function gatewayRoutes(channel: Channel): Router {
  const router = Router();
  const sendAnswer = answerSender(channel);
  router.use('/gateway.do', text({ type: 'application/x-www-form-urlencoded', limit: '256kb' }));
  router.all('/gateway.do', (req, res) => {
    const parameters = mergedParameters(req);
    const rejection = turnAway(channel, parameters);
    const content = parseContent(parameters['biz_content']);
    const request: CallRequest = { method: parameters['method'] ?? '', parameters, content };
    if (rejection !== undefined) sendUnsigned(res, rejection);
    else if (content === undefined) sendUnsigned(res, illegalParameter('isv.invalid-parameter', 'biz_content'));
    else if (pageCalls.includes(request.method)) res.type('html').send(cashierPage(channel, request));
    else answerServerCall(request, res);
  });

  function answerServerCall(request: CallRequest, res: Response): void {
    const call = serverCalls.get(request.method);
    if (call === undefined) {
      sendUnsigned(res, illegalParameter('isv.invalid-method', '不存在的方法名'));
      return;
    }
    const occasion = { outTradeNo: outTradeNoOf(channel, request.content), method: request.method };
    const before = troubleBeforeEffect(channel, occasion);
    const answer = before === undefined ? aroundClose(channel, occasion, () => call(channel, request)) : undefined;
    countCall(channel, occasion);
    const trouble = before ?? troubleAfterEffect(channel, occasion);
    if (trouble !== undefined) sendTrouble(res, { trouble, answer, method: request.method });
    else if (answer !== undefined) sendAnswer(res, { answer, method: request.method, sign: signText });
  }

  function sendTrouble(res: Response, met: { trouble: Trouble; answer: Answer | undefined; method: string }): void {
    const { trouble, answer, method } = met;
    if (trouble.kind === 'unsigned') sendUnsigned(res, trouble.answer);
    else if (trouble.kind === 'answer') sendAnswer(res, { answer: trouble.answer, method, sign: signText });
    else if (trouble.kind !== 'badSignature') hangOrFail(res, trouble);
    else if (answer !== undefined) sendAnswer(res, { answer, method, sign: signOtherText });
  }

  return router;
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

/** Gateway-level refusals carry no signature: there is no proof that Alipay said them. */
function sendUnsigned(res: Response, answer: Answer): void {
  res.type('json').send(JSON.stringify({ error_response: answer }));
}

type Sign = typeof signText;

/** Signs the inner object exactly as sent. Every second answer writes `/` as `\/`, as Alipay at times does. */
function answerSender(channel: Channel) {
  let sent = 0;
  return (res: Response, { answer, method, sign }: { answer: Answer; method: string; sign: Sign }): void => {
    sent += 1;
    const plain = JSON.stringify(answer);
    const inner = sent % 2 === 0 ? plain.replaceAll('/', '\\/') : plain;
    const key = `${method.replaceAll('.', '_')}_response`;
    res.type('json').send(`{"${key}":${inner},"sign":"${sign(inner, channel.signingKey)}"}`);
  };
}
