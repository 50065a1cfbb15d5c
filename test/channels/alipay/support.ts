import { createPrivateKey, createPublicKey, createSign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { alipayChannel } from '../../../src/channels/alipay/adapter.js';
import type { Channel, RawNotification } from '../../../src/channels/channel.js';
import type { AlipaySettings } from '../../../src/channels/alipay/settings.js';
import type { ChargeOrder, RefundOrder } from '../../../src/channels/channel.js';
import type { TrustedKey } from '../../../src/channels/trustedKeys.js';
import { fen } from '../../../src/domain/money.js';

export const appId = '2021000000000001';
export const sellerId = '2088000000000001';

const pem = (name: string): string => readFileSync(new URL(`keys/${name}-test-only.pem`, import.meta.url), 'utf8');

export const keys = {
  pem,
  privateKey: (name: string): KeyObject => createPrivateKey(pem(name)),
  publicKey: (name: string): KeyObject => createPublicKey(pem(name)),
};

/** A key of the channel, believed at any time or as long as said. */
export const trusted = (name: string, validity: Partial<TrustedKey> = {}): TrustedKey => ({
  keyId: name,
  key: keys.publicKey(name),
  validFrom: null,
  validUntil: null,
  ...validity,
});

export function alipayConfig(overrides: Partial<AlipaySettings> = {}): AlipaySettings {
  return {
    name: 'alipay',
    gatewayUrl: 'http://127.0.0.1:9/gateway.do',
    appId,
    sellerId,
    appPrivateKey: keys.privateKey('app'),
    channelPublicKeys: [trusted('channel')],
    timeoutMs: 2_000,
    notifyUrl: 'https://pay.example.com/v1/callbacks/alipay',
    returnUrl: null,
    products: ['qr', 'page', 'wap'],
    ...overrides,
  };
}

/** 14:00 in Beijing. */
const noon = new Date('2026-11-22T06:00:00Z');

export const alipay = (overrides: Partial<AlipaySettings> = {}): Channel =>
  alipayChannel(alipayConfig(overrides), { now: () => noon });

/** The order the examples are about. */
export const charge = {
  outTradeNo: 'P2026112200000001C1',
  orderedAt: '2026-11-22T06:00:00Z',
  expiresAt: '2026-11-22T06:30:00Z',
};
export const order = (overrides: Partial<ChargeOrder> = {}): ChargeOrder => ({
  ...charge,
  product: 'qr',
  amountFen: fen(1_280_00),
  subject: '保险',
  terminalId: null,
  payer: { openid: null, clientIp: null },
  ...overrides,
});
export const refundOrder = (overrides: Partial<RefundOrder> = {}): RefundOrder => ({
  charge,
  chargedFen: fen(1_280_00),
  tradeNo: '2026112222001400000000000001',
  paidAt: '2026-11-22T06:05:09Z',
  refundNo: 'P2026112200000001C1R1',
  requestedAt: '2026-11-22T07:00:00Z',
  refundFen: fen(300_00),
  reason: 'endorsement',
  ...overrides,
});

/** RSA2, or RSA with SHA-1, by node:crypto alone: the code under test must not check itself. */
export function signText(text: string, keyName = 'channel', algorithm = 'RSA-SHA256'): string {
  return createSign(algorithm).update(text, 'utf8').sign(keys.privateKey(keyName), 'base64');
}

/** An answer as the channel sends it; `inner` is the text that is signed. */
export function signedAnswer(method: string, inner: object | string, keyName = 'channel'): string {
  const text = typeof inner === 'string' ? inner : JSON.stringify(inner);
  return `{"${method.replaceAll('.', '_')}_response":${text},"sign":"${signText(text, keyName)}"}`;
}

/** A notification signed as the channel signs: over everything but `sign` and `sign_type`. */
export function notification(fields: Record<string, string>, keyName = 'channel'): RawNotification {
  const base = Object.entries(fields)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
  return form({ ...fields, sign: signText(base, keyName), sign_type: 'RSA2' });
}

export function form(fields: Record<string, string> | string): RawNotification {
  const body = typeof fields === 'string' ? fields : new URLSearchParams(fields).toString();
  return { body: Buffer.from(body), headers: {}, url: '/v1/callbacks/alipay', receivedAt: noon.toISOString() };
}

export const paidFields = {
  app_id: appId,
  charset: 'utf-8',
  gmt_payment: '2026-11-22 14:05:09',
  notify_id: '2026112200222140509000000001',
  notify_time: '2026-11-22 14:05:10',
  notify_type: 'trade_status_sync',
  out_trade_no: 'P2026112200000001C1',
  seller_id: sellerId,
  subject: '机动车 100% 保险+A',
  total_amount: '1280.00',
  trade_no: '2026112222001400000000000001',
  trade_status: 'TRADE_SUCCESS',
  version: '1.0',
};

export interface ScriptedGateway {
  url: string;
  /** The next calls are answered with this text, or by this function. */
  answerWith(answer: string | ((response: ServerResponse) => void)): void;
  /** Every call so far, query string and body merged as the channel merges them. */
  calls: ReadonlyMap<string, string>[];
  close(): Promise<void>;
}

/** A gateway that says what it is told to say. */
export async function scriptedGateway(): Promise<ScriptedGateway> {
  let answer: (response: ServerResponse) => void = (response) => response.end('{}');
  const calls: ReadonlyMap<string, string>[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const query = new URL(request.url ?? '/', 'http://gateway').searchParams;
      calls.push(new Map([...query, ...new URLSearchParams(Buffer.concat(chunks).toString())]));
      answer(response);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/gateway.do`,
    answerWith(next) {
      answer = typeof next === 'string' ? (response) => response.end(next) : next;
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
