import express, { Router } from 'express';
import type { Request, Response } from 'express';
import type { Verb } from '../shared/verbs.js';
import { failure, noContent, ok } from './answers.js';
import type { Answer } from './answers.js';
import { Bills } from './bill.js';
import { racedByPayer, troubleAfterEffect, troubleBeforeEffect } from './callTrouble.js';
import { closeCombination, numbersAsked, placeCombination, queryCombination } from './combine.js';
import { admit } from './door.js';
import type { Occasion } from './faults.js';
import type { Merchant } from './merchant.js';
import { occasionOf } from './orders.js';
import type { Order } from './orders.js';
import { isWay, placeOrder } from './placeOrder.js';
import type { Platform } from './platform.js';
import { applyForRefund, queryRefund } from './refunds.js';
import { send } from './reply.js';
import { stateOf } from './orderState.js';
import { orderFields } from './views.js';

/** A call that has passed the door: what it is about, and what it does. */
type Call = { readonly verb: Verb; readonly numbers: readonly string[]; readonly answer: () => Answer };
type CallOf = (asked: { readonly req: Request; readonly content: unknown; readonly caller: Merchant }) => Call;

/** `/v3`: the door, then the call, then the signed answer, with the standing faults in between. */
export function gatewayRoutes(platform: Platform): Router {
  const router = Router();
  const bills = new Bills();
  router.use('/v3', express.text({ type: () => true, limit: '256kb' }));

  const serve = (callOf: CallOf) => (req: Request, res: Response) => {
    const body = typeof req.body === 'string' ? req.body : '';
    const caller = admitted(platform, req, res, body);
    if (caller === undefined) return;
    const call = callOf({ req, content: parse(body), caller });
    const occasion = { numbers: call.numbers, method: call.verb };
    const trouble = troubleBeforeEffect(platform, occasion);
    const reply = trouble ?? effect(platform, occasion, call);
    countCall(platform, caller, call);
    send(platform, res, reply, req.get('wechatpay-serial'));
  };

  router.post(
    '/v3/pay/transactions/:way',
    serve(({ req, content, caller }) => {
      const way = String(req.params['way']);
      const answer = () => (isWay(way) ? placeOrder(platform, caller, way, content) : failure(404, 'NOT_FOUND'));
      return { verb: 'open', numbers: [textField(content, 'out_trade_no')], answer };
    }),
  );
  router.get(
    '/v3/pay/transactions/out-trade-no/:no',
    serve(({ req, caller }) => {
      const outTradeNo = String(req.params['no']);
      const order = platform.orders.find(outTradeNo);
      return {
        verb: 'query',
        numbers: numbersOf(order, outTradeNo),
        answer: () => query(platform, req, caller, order),
      };
    }),
  );
  router.get(
    '/v3/pay/transactions/id/:id',
    serve(({ req, caller }) => {
      const order = platform.orders.findByTransactionId(String(req.params['id']));
      return { verb: 'query', numbers: numbersOf(order), answer: () => query(platform, req, caller, order) };
    }),
  );
  router.post(
    '/v3/pay/transactions/out-trade-no/:no/close',
    serve(({ req, content, caller }) => {
      const outTradeNo = String(req.params['no']);
      const order = platform.orders.find(outTradeNo);
      const answer = () => close(platform, caller, order, content);
      return { verb: 'close', numbers: numbersOf(order, outTradeNo), answer };
    }),
  );
  router.post(
    '/v3/refund/domestic/refunds',
    serve(({ content, caller }) => {
      const outTradeNo = textField(content, 'out_trade_no');
      const numbers = numbersOf(platform.orders.find(outTradeNo), outTradeNo);
      return { verb: 'refund', numbers, answer: () => applyForRefund(platform, caller, content) };
    }),
  );
  router.get(
    '/v3/refund/domestic/refunds/:no',
    serve(({ req, caller }) => {
      const outRefundNo = String(req.params['no']);
      const numbers = numbersOf(platform.orders.findByNumberOf(outRefundNo));
      return { verb: 'queryRefund', numbers, answer: () => queryRefund(platform, caller, outRefundNo) };
    }),
  );
  combineRoutes(router, platform, serve);
  billRoutes(router, platform, bills);
  return router;
}

/** Who asks; undefined when that was answered already, because the door stays closed. */
function admitted(platform: Platform, req: Request, res: Response, body: string): Merchant | undefined {
  const request = { method: req.method, pathWithQuery: req.originalUrl, body, headers: req.headers };
  const admission = admit(platform, request);
  if (admission.kind === 'admitted') return admission.caller;
  send(platform, res, { kind: 'signed', answer: admission.answer }, req.get('wechatpay-serial'));
  return undefined;
}

/** Combined orders: asked for, queried and closed as a whole by the merchant that combines. */
function combineRoutes(
  router: Router,
  platform: Platform,
  serve: (callOf: CallOf) => (req: Request, res: Response) => void,
): void {
  const numbersOfKnown = (combineNo: string): string[] => [
    combineNo,
    ...(platform.orders.findCombination(combineNo)?.orders ?? []).map(({ outTradeNo }) => outTradeNo),
  ];
  router.post(
    '/v3/combine-transactions/:way',
    serve(({ req, content, caller }) => {
      const way = String(req.params['way']);
      const answer = () => (isWay(way) ? placeCombination(platform, caller, way, content) : failure(404, 'NOT_FOUND'));
      return { verb: 'open', numbers: numbersAsked(content), answer };
    }),
  );
  router.get(
    '/v3/combine-transactions/out-trade-no/:no',
    serve(({ req, caller }) => {
      const combineNo = String(req.params['no']);
      const answer = () => queryCombination(platform, caller, combineNo);
      return { verb: 'query', numbers: numbersOfKnown(combineNo), answer };
    }),
  );
  router.post(
    '/v3/combine-transactions/out-trade-no/:no/close',
    serve(({ req, content, caller }) => {
      const combineNo = String(req.params['no']);
      const answer = () => closeCombination(platform, caller, combineNo, content);
      return { verb: 'close', numbers: numbersOfKnown(combineNo), answer };
    }),
  );
}

/** Bills are asked for with a signature and answered with one; the file itself carries none. */
function billRoutes(router: Router, platform: Platform, bills: Bills): void {
  router.get('/v3/bill/tradebill', (req, res) => {
    const caller = admitted(platform, req, res, '');
    if (caller === undefined) return;
    const answer = bills.apply(platform, caller, new URL(req.originalUrl, platform.baseUrl).searchParams);
    send(platform, res, { kind: 'signed', answer }, req.get('wechatpay-serial'));
  });
  router.get('/v3/billdownload/file', (req, res) => {
    const caller = admitted(platform, req, res, '');
    if (caller === undefined) return;
    const token = new URL(req.originalUrl, platform.baseUrl).searchParams.get('token') ?? '';
    const file = bills.file(platform, caller, token);
    if (typeof file !== 'string') send(platform, res, { kind: 'unsigned', answer: file }, undefined);
    else res.type('application/octet-stream').send(Buffer.from(file, 'utf8'));
  });
}

function effect(platform: Platform, occasion: Occasion, { answer }: Call) {
  const answered = racedByPayer(platform, occasion, answer);
  return troubleAfterEffect(platform, occasion, answered) ?? ({ kind: 'signed', answer: answered } as const);
}

/** A call about a combined order counts with each of its children; one about another merchant's order does not count. */
function countCall({ orders }: Platform, caller: Merchant, { verb, numbers }: Call): void {
  for (const number of numbers) {
    const order = orders.find(number);
    if (order === undefined) continue;
    if (order.merchant === caller || order.combination?.merchant === caller) order.verbs[verb] += 1;
  }
}

/** What faults may name an order by; the number that was asked for when there is no such order. */
function numbersOf(order: Order | undefined, asked = ''): readonly string[] {
  return order === undefined ? [asked] : occasionOf(order).numbers;
}

function query(platform: Platform, req: Request, caller: Merchant, order: Order | undefined): Answer {
  const { searchParams } = new URL(req.originalUrl, platform.baseUrl);
  if (searchParams.get('mchid') !== caller.mchId) return failure(400, 'PARAM_ERROR', 'mchid');
  if (order?.merchant !== caller) return failure(404, 'ORDER_NOT_EXIST', '订单不存在');
  return order.combination === undefined ? ok(orderFields(platform, order)) : onlyCombined;
}

function close(platform: Platform, caller: Merchant, order: Order | undefined, content: unknown): Answer {
  if (textField(content, 'mchid') !== caller.mchId) return failure(400, 'PARAM_ERROR', 'mchid');
  if (order?.merchant !== caller) return failure(404, 'ORDER_NOT_EXIST', '订单不存在');
  if (order.combination !== undefined) return onlyCombined;
  const state = stateOf(platform, order);
  if (state === 'SUCCESS' || state === 'REFUND') return failure(400, 'ORDER_PAID', '该订单已支付');
  order.closedAt ??= platform.now();
  return noContent;
}

/** Children are queried and closed through the whole; nothing else is documented. */
const onlyCombined = failure(400, 'INVALID_REQUEST', '合单订单请使用合单接口');

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
