import express, { Router } from 'express';
import type { Request, Response } from 'express';
import type { Verb } from '../shared/verbs.js';
import { failure, noContent, ok } from './answers.js';
import type { Answer } from './answers.js';
import { Bills } from './bill.js';
import { racedByPayer, troubleAfterEffect, troubleBeforeEffect } from './callTrouble.js';
import { turnAway } from './door.js';
import type { Order } from './orders.js';
import { isWay, placeOrder } from './placeOrder.js';
import type { Platform } from './platform.js';
import { applyForRefund, queryRefund } from './refunds.js';
import { send } from './reply.js';
import { stateOf } from './orderState.js';
import { orderFields } from './views.js';

/** A call that has passed the door. */
type Call = { readonly verb: Verb; readonly outTradeNo: string; readonly answer: () => Answer };

/** `/v3`: the door, then the call, then the signed answer, with the standing faults in between. */
export function gatewayRoutes(platform: Platform): Router {
  const router = Router();
  const bills = new Bills();
  router.use('/v3', express.text({ type: () => true, limit: '256kb' }));

  const serve = (callOf: (req: Request, content: unknown) => Call) => (req: Request, res: Response) => {
    const body = typeof req.body === 'string' ? req.body : '';
    const request = { method: req.method, pathWithQuery: req.originalUrl, body, headers: req.headers };
    const askedSerial = req.get('wechatpay-serial');
    const rejection = turnAway(platform, request);
    if (rejection !== undefined) {
      send(platform, res, { kind: 'signed', answer: rejection }, askedSerial);
      return;
    }
    const call = callOf(req, parse(body));
    const occasion = { outTradeNo: call.outTradeNo, method: call.verb };
    const trouble = troubleBeforeEffect(platform, occasion);
    const reply = trouble ?? effect(platform, occasion, call);
    const order = platform.orders.find(call.outTradeNo);
    if (order !== undefined) order.verbs[call.verb] += 1;
    send(platform, res, reply, askedSerial);
  };

  router.post(
    '/v3/pay/transactions/:way',
    serve((req, content) => {
      const way = String(req.params['way']);
      const answer = () => (isWay(way) ? placeOrder(platform, way, content) : failure(404, 'NOT_FOUND'));
      return { verb: 'open', outTradeNo: textField(content, 'out_trade_no'), answer };
    }),
  );
  router.get(
    '/v3/pay/transactions/out-trade-no/:no',
    serve((req) => {
      const outTradeNo = String(req.params['no']);
      return { verb: 'query', outTradeNo, answer: () => query(platform, req, platform.orders.find(outTradeNo)) };
    }),
  );
  router.get(
    '/v3/pay/transactions/id/:id',
    serve((req) => {
      const order = platform.orders.findByTransactionId(String(req.params['id']));
      return { verb: 'query', outTradeNo: order?.outTradeNo ?? '', answer: () => query(platform, req, order) };
    }),
  );
  router.post(
    '/v3/pay/transactions/out-trade-no/:no/close',
    serve((req, content) => {
      const outTradeNo = String(req.params['no']);
      return { verb: 'close', outTradeNo, answer: () => close(platform, outTradeNo, content) };
    }),
  );
  router.post(
    '/v3/refund/domestic/refunds',
    serve((_req, content) => ({
      verb: 'refund',
      outTradeNo: textField(content, 'out_trade_no'),
      answer: () => applyForRefund(platform, content),
    })),
  );
  router.get(
    '/v3/refund/domestic/refunds/:no',
    serve((req) => {
      const outRefundNo = String(req.params['no']);
      const outTradeNo = platform.orders.findByNumberOf(outRefundNo)?.outTradeNo ?? '';
      return { verb: 'queryRefund', outTradeNo, answer: () => queryRefund(platform, outRefundNo) };
    }),
  );
  billRoutes(router, platform, bills);
  return router;
}

/** Bills are asked for with a signature and answered with one; the file itself carries none. */
function billRoutes(router: Router, platform: Platform, bills: Bills): void {
  const admitted = (req: Request, res: Response): boolean => {
    const request = { method: req.method, pathWithQuery: req.originalUrl, body: '', headers: req.headers };
    const rejection = turnAway(platform, request);
    if (rejection === undefined) return true;
    send(platform, res, { kind: 'signed', answer: rejection }, req.get('wechatpay-serial'));
    return false;
  };
  router.get('/v3/bill/tradebill', (req, res) => {
    if (!admitted(req, res)) return;
    const answer = bills.apply(platform, new URL(req.originalUrl, platform.baseUrl).searchParams);
    send(platform, res, { kind: 'signed', answer }, req.get('wechatpay-serial'));
  });
  router.get('/v3/billdownload/file', (req, res) => {
    if (!admitted(req, res)) return;
    const token = new URL(req.originalUrl, platform.baseUrl).searchParams.get('token') ?? '';
    const file = bills.file(platform, token);
    if (file === undefined)
      send(platform, res, { kind: 'unsigned', answer: failure(400, 'INVALID_REQUEST') }, undefined);
    else res.type('application/octet-stream').send(Buffer.from(file, 'utf8'));
  });
}

function effect(platform: Platform, occasion: { outTradeNo: string; method: Verb }, { answer }: Call) {
  const answered = racedByPayer(platform, occasion, answer);
  return troubleAfterEffect(platform, occasion, answered) ?? ({ kind: 'signed', answer: answered } as const);
}

function query(platform: Platform, req: Request, order: Order | undefined): Answer {
  const { searchParams } = new URL(req.originalUrl, platform.baseUrl);
  if (searchParams.get('mchid') !== platform.merchant.mchId) return failure(400, 'PARAM_ERROR', 'mchid');
  return order === undefined ? failure(404, 'ORDER_NOT_EXIST', '订单不存在') : ok(orderFields(platform, order));
}

function close(platform: Platform, outTradeNo: string, content: unknown): Answer {
  if (textField(content, 'mchid') !== platform.merchant.mchId) return failure(400, 'PARAM_ERROR', 'mchid');
  const order = platform.orders.find(outTradeNo);
  if (order === undefined) return failure(404, 'ORDER_NOT_EXIST', '订单不存在');
  const state = stateOf(platform, order);
  if (state === 'SUCCESS' || state === 'REFUND') return failure(400, 'ORDER_PAID', '该订单已支付');
  order.closedAt ??= platform.now();
  return noContent;
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function textField(content: unknown, name: string): string {
  const value =
    typeof content === 'object' && content !== null ? (content as Record<string, unknown>)[name] : undefined;
  return typeof value === 'string' ? value : '';
}
