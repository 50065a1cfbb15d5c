import { createHash, createPrivateKey, createSign, X509Certificate } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Channel, ChargeOrder, RawNotification, RefundOrder } from '../../../src/channels/channel.js';
import { unionpayChannel } from '../../../src/channels/unionpay/adapter.js';
import type { TrustedRoot, UnionpaySettings } from '../../../src/channels/unionpay/settings.js';
import { fen } from '../../../src/domain/money.js';

export const merId = '777290058110048';
export const posMerId = '777290058110097';
export const ownerName = '中国银联股份有限公司';

const read = (name: string): string => readFileSync(new URL(`keys/${name}-test-only.pem`, import.meta.url), 'utf8');
export const certificatePem = (name: string): string => read(`${name}-certificate`);
export const certificate = (name: string): X509Certificate => new X509Certificate(certificatePem(name));
export const privateKey = (name: string): KeyObject => createPrivateKey(read(name));

export const root = (name: string, validity: Partial<TrustedRoot> = {}): TrustedRoot => ({
  certificate: certificate(name),
  validFrom: null,
  validUntil: null,
  ...validity,
});

export function unionpaySettings(overrides: Partial<UnionpaySettings> = {}): UnionpaySettings {
  return {
    name: 'unionpay',
    gatewayUrl: 'http://127.0.0.1:9/gateway/api/',
    fileUrl: 'http://127.0.0.1:9/filedownload/',
    merId,
    privateKey: privateKey('merchant'),
    certId: '68759663129',
    trust: { roots: [root('root')], intermediates: [certificate('intermediate')], ownerName },
    timeoutMs: 500,
    notifyUrl: 'https://pay.example.com/v1/callbacks/unionpay',
    returnUrl: 'https://www.example.com/paid',
    products: ['page', 'wap'],
    undoUntil: '22:30',
    closeMarginMs: 120_000,
    ...overrides,
  };
}

/** 14:00 in Beijing. */
export const noon = new Date('2026-11-22T06:00:00Z');

export const unionpay = (overrides: Partial<UnionpaySettings> = {}, now: Date = noon): Channel =>
  unionpayChannel(unionpaySettings(overrides), { now: () => now });

export const charge = {
  outTradeNo: 'P2026112200000001C1',
  orderedAt: '2026-11-22T06:00:00.123Z',
  expiresAt: '2026-11-22T06:30:00.999Z',
};
export const order = (overrides: Partial<ChargeOrder> = {}): ChargeOrder => ({
  ...charge,
  product: 'page',
  amountFen: fen(1_280_00),
  subject: '机动车 100% 保险',
  terminalId: 'T0000001',
  payer: { openid: null, clientIp: null },
  ...overrides,
});

const tradeNo = '202611221405090000001';
export const refundOrder = (overrides: Partial<RefundOrder> = {}): RefundOrder => ({
  charge,
  chargedFen: fen(1_280_00),
  tradeNo,
  paidAt: '2026-11-22T06:05:09.000Z',
  refundNo: 'P2026112200000001C1R1',
  requestedAt: '2026-11-22T07:00:00.456Z',
  refundFen: fen(300_00),
  reason: 'endorsement',
  ...overrides,
});

type Fields = Readonly<Record<string, string>>;

/** Signs by node:crypto alone: the code under test must not check itself. */
export function signed(fields: Fields, who = 'gateway'): Fields {
  const whole: Fields = { version: '5.1.0', signMethod: '01', signPubKeyCert: certificatePem(who), ...fields };
  const base = Object.keys(whole)
    .filter((name) => whole[name] !== '')
    .sort()
    .map((name) => `${name}=${whole[name] ?? ''}`)
    .join('&');
  const hex = createHash('sha256').update(base).digest('hex');
  return { ...whole, signature: createSign('RSA-SHA256').update(hex).sign(privateKey(who), 'base64') };
}

export const plain = (fields: Fields): string =>
  Object.entries(fields)
    .map(([name, value]) => `${name}=${value}`)
    .join('&');

/** A signed answer as the gateway sends it: plain pairs. */
export const answer = (fields: Fields, who?: string): string => plain(signed(fields, who));

const head = { encoding: 'UTF-8', accessType: '0', merId };
export const orderName = { ...head, orderId: charge.outTradeNo, txnTime: '20261122140000' };

export const paidFields: Fields = {
  ...orderName,
  bizType: '000201',
  txnType: '01',
  txnSubType: '01',
  txnAmt: '128000',
  currencyCode: '156',
  settleAmt: '128000',
  queryId: tradeNo,
  traceNo: '000001',
  traceTime: '1122140509',
  settleDate: '1122',
  respCode: '00',
  respMsg: '成功[0000000]',
};

/** A query's answer about a transaction in this state. */
export const found = (origRespCode: string, fields: Fields = paidFields): Fields => ({
  ...fields,
  origRespCode,
  origRespMsg: '原交易[0000000]',
});

export const refundFields: Fields = {
  ...head,
  orderId: 'P2026112200000001C1R1',
  txnTime: '20261122150000',
  bizType: '000201',
  txnType: '04',
  txnSubType: '00',
  txnAmt: '30000',
  currencyCode: '156',
  queryId: '202611221500000000002',
  origQryId: tradeNo,
  traceNo: '000002',
  traceTime: '1122150001',
  settleDate: '1122',
  reqReserved: charge.outTradeNo,
  respCode: '00',
  respMsg: '成功[0000000]',
};

export function notification(fields: Fields, who?: string, receivedAt = noon.toISOString()): RawNotification {
  return {
    body: Buffer.from(new URLSearchParams(signed(fields, who)).toString()),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    url: '/v1/callbacks/unionpay',
    receivedAt,
  };
}

export interface ScriptedGateway {
  url: string;
  /** The next calls are answered like this, one after the other; the last one stays. Nothing: silence. */
  answerWith(...answers: (string | { status?: number; body: string })[]): void;
  /** What came in, decoded. */
  calls: { path: string; fields: ReadonlyMap<string, string> }[];
  close(): Promise<void>;
}

/** A gateway that says what it is told to say. */
export async function scriptedGateway(): Promise<ScriptedGateway> {
  let answers: (string | { status?: number; body: string })[] = [];
  const calls: ScriptedGateway['calls'] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const fields = new Map(new URLSearchParams(Buffer.concat(chunks).toString()));
      calls.push({ path: request.url ?? '', fields });
      const next = answers.length > 1 ? answers.shift() : answers[0];
      if (next === undefined) return; // Silence.
      const { status = 200, body } = typeof next === 'string' ? { body: next } : next;
      response.writeHead(status, { 'content-type': 'text/plain;charset=utf-8' }).end(body);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/gateway/api/`,
    answerWith(...next) {
      answers = next;
    },
    calls,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
