import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fen } from '../../../src/domain/money.js';
import { alipay, charge, order, refundOrder, scriptedGateway, signedAnswer } from './support.js';
import type { ScriptedGateway } from './support.js';

const refund = refundOrder({ refundFen: fen(10_00) });
const ok = { code: '10000', msg: 'Success', out_trade_no: charge.outTradeNo };
const receipt = { trade_no: '2026112222001400000000000001', total_amount: '1280.00' };
const paidAt = '2026-11-22 14:05:09';

describe('what each answer of Alipay is taken for', () => {
  let gateway: ScriptedGateway;
  beforeAll(async () => {
    gateway = await scriptedGateway();
  });
  afterAll(() => gateway.close());

  const calls = {
    open: { method: 'alipay.trade.precreate', run: () => channel().open(order()) },
    query: { method: 'alipay.trade.query', run: async () => (await channel().query(charge)).outcome },
    close: { method: 'alipay.trade.close', run: () => channel().close(charge) },
    refund: { method: 'alipay.trade.refund', run: () => channel().refund(refund) },
    queryRefund: { method: 'alipay.trade.fastpay.refund.query', run: () => channel().queryRefund(refund) },
  };
  type Call = keyof typeof calls;
  const channel = () => alipay({ gatewayUrl: gateway.url, timeoutMs: 500 });
  const answered = (call: Call, inner: object) => {
    gateway.answerWith(signedAnswer(calls[call].method, inner));
    return calls[call].run();
  };

  it.each<[Call, string, string]>([
    ['open', 'ACQ.INVALID_PARAMETER', 'refused'],
    ['open', 'ACQ.TRADE_HAS_CLOSE', 'refused'],
    ['open', 'ACQ.TRADE_HAS_SUCCESS', 'unknown'],
    ['open', 'ACQ.CONTEXT_INCONSISTENT', 'unknown'],
    ['open', 'ACQ.SYSTEM_ERROR', 'unknown'],
    ['query', 'ACQ.TRADE_NOT_EXIST', 'absent'],
    ['query', 'ACQ.SYSTEM_ERROR', 'unknown'],
    ['query', 'ACQ.INVALID_PARAMETER', 'unknown'],
    ['close', 'ACQ.TRADE_NOT_EXIST', 'absent'],
    ['close', 'ACQ.REASON_TRADE_STATUS_INVALID', 'notClosable'],
    ['close', 'ACQ.REASON_ILLEGAL_STATUS', 'notClosable'],
    ['close', 'ACQ.TRADE_STATUS_ERROR', 'notClosable'],
    ['close', 'ACQ.SYSTEM_ERROR', 'unknown'],
    ['refund', 'ACQ.SELLER_BALANCE_NOT_ENOUGH', 'notExecuted'],
    ['refund', 'ACQ.TRADE_NOT_EXIST', 'refused'],
    ['refund', 'ACQ.TRADE_STATUS_ERROR', 'refused'],
    ['refund', 'ACQ.TRADE_HAS_FINISHED', 'refused'],
    ['refund', 'ACQ.TRADE_NOT_ALLOW_REFUND', 'refused'],
    ['refund', 'ACQ.REASON_TRADE_BEEN_FREEZEN', 'refused'],
    ['refund', 'ACQ.BUYER_ERROR', 'refused'],
    ['refund', 'ACQ.REFUND_AMT_NOT_EQUAL_TOTAL', 'refused'],
    ['refund', 'ACQ.REASON_TRADE_REFUND_FEE_ERR', 'refused'],
    ['refund', 'ACQ.INVALID_PARAMETER', 'refused'],
    ['refund', 'ACQ.DISCORDANT_REPEAT_REQUEST', 'unknown'],
    ['refund', 'ACQ.SYSTEM_ERROR', 'unknown'],
    ['refund', 'AQC.SYSTEM_ERROR', 'unknown'],
    ['queryRefund', 'ACQ.TRADE_NOT_EXIST', 'unknown'],
    ['queryRefund', 'ACQ.SYSTEM_ERROR', 'unknown'],
    ['open', 'ACQ.NEVER_HEARD_OF', 'unknown'],
    ['close', 'ACQ.NEVER_HEARD_OF', 'unknown'],
    ['refund', 'ACQ.NEVER_HEARD_OF', 'unknown'],
    // Names every JavaScript object has are codes like any other.
    ['open', 'constructor', 'unknown'],
    ['close', 'toString', 'unknown'],
    ['refund', '__proto__', 'unknown'],
  ])('%s, business failure %s → %s', async (call, subCode, kind) => {
    const failure = { code: '40004', msg: 'Business Failed', sub_code: subCode, sub_msg: '…' };
    const result = await answered(call, failure);
    expect(result.kind).toBe(kind);
    if ('code' in result) expect(result.code).toBe(subCode);
  });

  const atTheDoor = ['40001', '40002', '40003', '40006', '20001'];
  const notAtTheDoor = ['20000', '40005', '10003'];

  it.each(atTheDoor)('code %s: never opened, and nothing proven about a charge or an earlier refund', async (code) => {
    const inner = { code, msg: 'turned away' };
    expect(await answered('open', inner)).toEqual({ kind: 'refused', code, message: 'turned away' });
    expect(await answered('query', inner)).toEqual({ kind: 'unknown', code });
    expect(await answered('close', inner)).toEqual({ kind: 'unknown', code });
    expect(await answered('refund', inner)).toMatchObject({ kind: 'notExecuted', code });
    expect(await answered('queryRefund', inner)).toMatchObject({ kind: 'unknown', code });
  });

  it.each(notAtTheDoor)('code %s: nothing is proven, whatever its details say', async (code) => {
    const inner = { code, msg: '…', sub_code: 'isv.app-call-limited' };
    for (const call of ['open', 'query', 'close', 'queryRefund'] as const) {
      expect(await answered(call, inner)).toMatchObject({ kind: 'unknown', code: 'isv.app-call-limited' });
    }
    const kind = code === '40005' ? 'notExecuted' : 'unknown'; // call limit: surely not executed
    expect(await answered('refund', inner)).toMatchObject({ kind, code: 'isv.app-call-limited' });
  });

  it.each([
    ['40001', undefined, 'refused'],
    ['40002', 'isv.invalid-signature', 'refused'],
    ['40003', undefined, 'refused'],
    ['40006', undefined, 'refused'],
    ['40099', 'isv.something-new', 'refused'],
    ['20000', 'isp.unknow-error', 'unknown'],
    ['20001', undefined, 'unknown'],
    ['40004', 'ACQ.INVALID_PARAMETER', 'unknown'],
    ['40005', 'isv.app-call-limited', 'unknown'],
    ['10000', undefined, 'unknown'],
  ])('an unsigned error_response %s %s opens nothing and is %s', async (code, subCode, kind) => {
    const inner = { code, msg: '…', ...(subCode === undefined ? {} : { sub_code: subCode }) };
    gateway.answerWith(JSON.stringify({ error_response: inner }));
    expect(await calls.open.run()).toMatchObject({ kind, code: subCode ?? code });
  });

  it('an unsigned business answer proves nothing, neither payment nor refusal', async () => {
    const paid = { ...ok, ...receipt, trade_status: 'TRADE_SUCCESS', send_pay_date: paidAt };
    gateway.answerWith(JSON.stringify({ alipay_trade_query_response: paid }));
    expect(await calls.query.run()).toEqual({ kind: 'unknown', code: 'UNSIGNED_ANSWER' });
    gateway.answerWith(JSON.stringify({ alipay_trade_precreate_response: { code: '40002', msg: '…' } }));
    expect(await calls.open.run()).toEqual({ kind: 'unknown', code: 'UNSIGNED_ANSWER' });
  });

  const money = { paidFen: 1_280_00, tradeNo: receipt.trade_no, paidAt: '2026-11-22T06:05:09.000Z' };
  it.each([
    ['TRADE_SUCCESS', { send_pay_date: paidAt }, { kind: 'paid', ...money }],
    ['TRADE_FINISHED', { send_pay_date: paidAt }, { kind: 'paid', ...money }],
    ['WAIT_BUYER_PAY', {}, { kind: 'waiting' }],
    ['TRADE_CLOSED', {}, { kind: 'closed' }],
    ['TRADE_CLOSED', { send_pay_date: '' }, { kind: 'closed' }],
    ['TRADE_CLOSED', { send_pay_date: paidAt }, { kind: 'returned', ...money }],
    ['TRADE_SUCCESS', {}, { kind: 'unknown', code: 'MALFORMED_ANSWER' }],
    ['TRADE_SUCCESS', { send_pay_date: '2026-06-31 14:05:09' }, { kind: 'unknown', code: 'MALFORMED_ANSWER' }],
    ['TRADE_SUCCESS', { send_pay_date: paidAt, total_amount: '1e3' }, { kind: 'unknown', code: 'MALFORMED_ANSWER' }],
    ['TRADE_SUCCESS', { send_pay_date: paidAt, total_amount: 1280 }, { kind: 'unknown', code: 'MALFORMED_ANSWER' }],
    ['TRADE_SUCCESS', { send_pay_date: paidAt, trade_no: '' }, { kind: 'unknown', code: 'MALFORMED_ANSWER' }],
    ['TRADE_REVOKED', {}, { kind: 'unknown', code: 'MALFORMED_ANSWER' }],
    [
      'TRADE_SUCCESS',
      { send_pay_date: paidAt, out_trade_no: 'P2026112200000002C1' },
      { kind: 'unknown', code: 'ANSWER_ABOUT_ANOTHER_ORDER' },
    ],
  ])('a trade in %s with %j', async (tradeStatus, fields, outcome) => {
    expect(await answered('query', { ...ok, ...receipt, trade_status: tradeStatus, ...fields })).toEqual(outcome);
  });

  it('an answer about another order closes and opens nothing', async () => {
    const other = { ...ok, out_trade_no: 'P2026112200000002C1', qr_code: 'https://qr.example' };
    expect(await answered('close', other)).toMatchObject({ kind: 'unknown' });
    expect(await answered('open', other)).toMatchObject({ kind: 'unknown' });
    expect(await answered('refund', { ...other, fund_change: 'Y' })).toMatchObject({ kind: 'unknown' });
  });

  it.each([
    [
      { fund_change: 'Y', gmt_refund_pay: paidAt },
      { kind: 'refunded', refundedAt: money.paidAt },
    ],
    [
      { fund_change: 'Y', refund_fee: '1280.00' },
      { kind: 'refunded', refundedAt: null },
    ],
    [{ fund_change: 'N' }, { kind: 'pending' }],
    [{}, { kind: 'pending' }],
  ])('a refund answered with %j', async (fields, result) => {
    expect(await answered('refund', { ...ok, ...fields })).toMatchObject(result);
  });

  const done = { refund_status: 'REFUND_SUCCESS', out_request_no: refund.refundNo, refund_amount: '10.00' };
  it.each([
    [done, { kind: 'refunded', refundedAt: null }],
    [
      { ...done, gmt_refund_pay: paidAt },
      { kind: 'refunded', refundedAt: money.paidAt },
    ],
    [{}, { kind: 'notExecuted', code: 'NOT_VISIBLE' }],
    [
      { ...done, refund_status: undefined },
      { kind: 'notExecuted', code: 'NOT_VISIBLE' },
    ],
    [{ ...done, out_request_no: 'P2026112200000001C1R2' }, { kind: 'unknown' }],
    [{ ...done, refund_amount: '10.01' }, { kind: 'unknown' }],
    [{ ...done, refund_amount: undefined }, { kind: 'unknown' }],
    [{ ...done, out_trade_no: 'P2026112200000002C1' }, { kind: 'unknown' }],
    [
      { ...done, refund_status: 'REFUND_FAIL' },
      { kind: 'unknown', code: 'REFUND_FAIL' },
    ],
  ])('a refund query answered with %j', async (fields, result) => {
    expect(await answered('queryRefund', { ...ok, ...fields })).toMatchObject(result);
  });

  it.each(['open', 'query', 'close', 'refund', 'queryRefund'] as const)(
    '%s: trouble on the wire is unknown',
    async (call) => {
      const trouble: [string | Parameters<ScriptedGateway['answerWith']>[0], string][] = [
        ['', 'UNREADABLE_ANSWER'],
        ['<html>', 'UNREADABLE_ANSWER'],
        ['{}', 'UNREADABLE_ANSWER'],
        ['[]', 'UNREADABLE_ANSWER'],
        [(response) => response.writeHead(503).end('busy'), 'HTTP_503'],
        [(response) => response.writeHead(404).end(), 'HTTP_404'],
        [(response) => response.destroy(), 'CONNECTION_FAILED'],
        [() => undefined, 'TIMEOUT'],
      ];
      for (const [answer, code] of trouble) {
        gateway.answerWith(answer);
        expect(await calls[call].run()).toMatchObject({ kind: 'unknown', code });
      }
    },
  );

  it('an answer that trickles in is given up at the deadline, however steadily it comes', async () => {
    let trickle: NodeJS.Timeout | undefined;
    gateway.answerWith((response) => {
      trickle = setInterval(() => response.write(' '), 50);
    });
    const started = Date.now();
    expect(await calls.query.run()).toEqual({ kind: 'unknown', code: 'TIMEOUT' });
    expect(Date.now() - started).toBeLessThan(2_000);
    clearInterval(trickle);
  });

  it('a gateway that is not there is unknown', async () => {
    const nowhere = alipay({ gatewayUrl: 'http://127.0.0.1:1/gateway.do' });
    expect((await nowhere.query(charge)).outcome).toEqual({ kind: 'unknown', code: 'CONNECTION_FAILED' });
  });

  it('the body of a failed call is kept as evidence', async () => {
    gateway.answerWith((response) => response.writeHead(503).end('busy'));
    expect((await channel().query(charge)).raw).toEqual({
      body: Buffer.from('busy'),
      headers: {},
      signature: 'absent',
      keyId: null,
    });
  });
});

describe('what is sent', () => {
  let gateway: ScriptedGateway;
  beforeAll(async () => {
    gateway = await scriptedGateway();
  });
  afterAll(() => gateway.close());

  it('a repeat carries the same business parameters byte for byte, later though it is', async () => {
    const channel = alipay({ gatewayUrl: gateway.url });
    for (const call of [() => channel.open(order()), () => channel.refund(refund)]) {
      await call();
      await call();
      const [first, second] = gateway.calls.slice(-2).map((each) => each.get('biz_content'));
      expect(first).toBeTypeOf('string');
      expect(second).toBe(first);
    }
  });

  it.each([
    ['page', 'alipay.trade.page.pay', 'FAST_INSTANT_TRADE_PAY'],
    ['wap', 'alipay.trade.wap.pay', 'QUICK_WAP_WAY'],
  ])('%s is a signed URL, made without a call', async (product, method, productCode) => {
    const before = gateway.calls.length;
    const channel = alipay({ gatewayUrl: gateway.url, returnUrl: 'https://www.example.com/paid' });
    const opened = await channel.open(order({ product }));
    expect(gateway.calls.length).toBe(before);
    if (opened.kind !== 'opened' || opened.cashier.kind !== 'redirect') throw new Error('expected a redirect');
    const parameters = Object.fromEntries(new URL(opened.cashier.url).searchParams);
    expect(parameters).toMatchObject({
      method,
      timestamp: '2026-11-22 14:00:00',
      notify_url: 'https://pay.example.com/v1/callbacks/alipay',
      return_url: 'https://www.example.com/paid',
      sign_type: 'RSA2',
    });
    expect(JSON.parse(parameters['biz_content'] ?? '')).toEqual({
      out_trade_no: charge.outTradeNo,
      total_amount: '1280.00',
      subject: '保险',
      seller_id: '2088000000000001',
      time_expire: '2026-11-22 14:30:00',
      product_code: productCode,
    });
  });

  it('a product that is not configured is not opened', async () => {
    const channel = alipay({ gatewayUrl: gateway.url, products: ['page'] });
    expect(await channel.open(order())).toMatchObject({ kind: 'refused', code: 'PRODUCT_NOT_OFFERED' });
  });
});
