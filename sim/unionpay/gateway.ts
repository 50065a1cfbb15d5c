import express, { Router } from 'express';
import type { Request, Response } from 'express';
import type { Verb } from '../shared/verbs.js';
import { answer } from './answers.js';
import type { Answer } from './answers.js';
import { troubleAfterEffect, troubleBeforeEffect } from './callTrouble.js';
import { refusalPage } from './cashier.js';
import { turnAway } from './door.js';
import { giveBack } from './givingBack.js';
import { readForm } from './message.js';
import type { Message } from './message.js';
import { placeOrder } from './placeOrder.js';
import type { Platform } from './platform.js';
import { queryTransaction } from './query.js';
import { send } from './reply.js';
import { settlementFile } from './settlementFile.js';

/** A call that has passed the door. */
type Call = { readonly verb: Verb; readonly outTradeNo: string; readonly answer: () => Answer };

/** `/gateway/api` and the file host: the door, then the call, then the signed answer, with the faults in between. */
export function gatewayRoutes(platform: Platform): Router {
  const router = Router();
  const form = express.text({ type: 'application/x-www-form-urlencoded', limit: '64kb' });
  router.use(['/gateway', '/filedownload'], form);

  const serve = (callOf: (message: Message) => Call) => (req: Request, res: Response) => {
    const message = messageOf(req);
    const rejection = turnAway(platform, message);
    if (rejection !== undefined) {
      send(platform, res, { kind: 'signed', answer: rejection }, message);
      return;
    }
    const call = callOf(message);
    const occasion = { outTradeNo: call.outTradeNo, method: call.verb };
    const trouble = troubleBeforeEffect(platform, occasion);
    const reply = trouble ?? effect(platform, occasion, call);
    const order = platform.orders.findByNo(call.outTradeNo);
    if (order !== undefined) order.verbs[call.verb] += 1;
    send(platform, res, reply, message);
  };

  router.post('/gateway/api/frontTransReq.do', (req, res) => {
    arrive(platform, messageOf(req), res);
  });
  router.post(
    '/gateway/api/backTransReq.do',
    serve((message) => backCall(platform, message)),
  );
  router.post(
    '/gateway/api/queryTrans.do',
    serve((message) => queryCall(platform, message)),
  );
  router.post('/filedownload', (req, res) => {
    const message = messageOf(req);
    const given = turnAway(platform, message) ?? settlementFile(platform, message);
    send(platform, res, { kind: 'signed', answer: given }, message);
  });
  return router;
}

function messageOf(req: Request): Message {
  return (typeof req.body === 'string' ? readForm(req.body) : undefined) ?? {};
}

/** The payer's browser brings the order and is sent to the cashier. */
function arrive(platform: Platform, message: Message, res: Response): void {
  const rejection = turnAway(platform, message);
  const placed =
    rejection === undefined
      ? placeOrder(platform, 'browser', message)
      : ({ kind: 'refused', respCode: rejection.respCode } as const);
  if (placed.kind === 'refused') {
    res
      .status(400)
      .type('html')
      .send(refusalPage(answer(placed.respCode).respMsg));
    return;
  }
  placed.order.verbs.open += 1;
  res.redirect(303, `/cashier/${placed.order.cashierToken}`);
}

function backCall(platform: Platform, message: Message): Call {
  if (message['txnType'] === '01') {
    return { verb: 'open', outTradeNo: message['orderId'] ?? '', answer: () => openAtTerminal(platform, message) };
  }
  const { merId = '', origQryId = '' } = message;
  const outTradeNo = platform.orders.findByQueryId(merId, origQryId)?.orderId ?? '';
  return { verb: 'refund', outTradeNo, answer: () => giveBack(platform, message) };
}

function openAtTerminal(platform: Platform, message: Message): Answer {
  const placed = placeOrder(platform, 'terminal', message);
  if (placed.kind === 'refused') return answer(placed.respCode);
  return answer(placed.isNew ? '00' : '12');
}

/** A number that begins with an order's is one of its refunds, whether there is such a refund or not. */
function queryCall(platform: Platform, message: Message): Call {
  const { orderId = '' } = message;
  const about = platform.orders.findByNo(orderId) ?? platform.orders.findByNumberOf(orderId);
  const isOrder = about === undefined || about.orderId === orderId;
  return {
    verb: isOrder ? 'query' : 'queryRefund',
    outTradeNo: about?.orderId ?? orderId,
    answer: () => queryTransaction(platform, message),
  };
}

function effect(platform: Platform, occasion: { outTradeNo: string; method: Verb }, call: Call) {
  const given = call.answer();
  return troubleAfterEffect(platform, occasion, given) ?? ({ kind: 'signed', answer: given } as const);
}
