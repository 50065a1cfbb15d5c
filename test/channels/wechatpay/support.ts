import { createCipheriv, createPrivateKey, createPublicKey, createSign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Channel, ChargeOrder, RawNotification, RefundOrder } from '../../../src/channels/channel.js';
import type { TrustedKey } from '../../../src/channels/trustedKeys.js';
import { wechatpayChannel } from '../../../src/channels/wechatpay/adapter.js';
import type { WechatpaySettings } from '../../../src/channels/wechatpay/settings.js';
import { fen } from '../../../src/domain/money.js';

export const mchId = '1900000001';
export const appId = 'wx0000000000000001';
export const merchantSerial = '7A00000000000000000000000000000000000001';
export const platformSerial = '7B00000000000000000000000000000000000001';
export const nextSerial = 'PUB_KEY_ID_0000000000000002';
export const apiV3Key = '0123456789abcdef0123456789abcdef';

const pem = (name: string): string => readFileSync(new URL(`keys/${name}-test-only.pem`, import.meta.url), 'utf8');

export const keys = {
  privateKey: (name: string): KeyObject => createPrivateKey(pem(name)),
  publicKey: (name: string): KeyObject => createPublicKey(pem(name)),
};

const trusted = (keyId: string, name: string): TrustedKey => ({
  keyId,
  key: keys.publicKey(name),
  validFrom: null,
  validUntil: null,
});

export function wechatpaySettings(overrides: Partial<WechatpaySettings> = {}): WechatpaySettings {
  return {
    name: 'wechatpay',
    gatewayUrl: 'http://127.0.0.1:9',
    mchId,
    appId,
    merchantSerial,
    merchantPrivateKey: keys.privateKey('merchant'),
    apiV3Key: Buffer.from(apiV3Key),
    // The platform is changing its key: both are believed.
    platformKeys: [trusted(platformSerial, 'platform'), trusted(nextSerial, 'next-platform')],
    timeoutMs: 500,
    notifyUrl: 'https://pay.example.com/v1/callbacks/wechatpay',
    returnUrl: null,
    products: ['qr', 'jsapi', 'h5'],
    ...overrides,
  };
}

/** 14:00 in Beijing; 1795327200 in seconds. */
export const noon = new Date('2026-11-22T06:00:00Z');

export const wechatpay = (overrides: Partial<WechatpaySettings> = {}): Channel =>
  wechatpayChannel(wechatpaySettings(overrides), { now: () => noon });

export const charge = {
  outTradeNo: 'P2026112200000001C1',
  orderedAt: '2026-11-22T06:00:00Z',
  expiresAt: '2026-11-22T06:30:00Z',
};
export const order = (overrides: Partial<ChargeOrder> = {}): ChargeOrder => ({
  ...charge,
  product: 'qr',
  amountFen: fen(1_280_00),
  subject: '机动车 100% 保险',
  terminalId: null,
  payer: { openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o', clientIp: '203.0.113.7' },
  ...overrides,
});
export const refundOrder = (overrides: Partial<RefundOrder> = {}): RefundOrder => ({
  charge,
  chargedFen: fen(1_280_00),
  tradeNo: '4200000000202611220000000001',
  paidAt: '2026-11-22T06:05:09Z',
  refundNo: 'P2026112200000001C1R1',
  requestedAt: '2026-11-22T07:00:00Z',
  refundFen: fen(300_00),
  reason: 'endorsement',
  ...overrides,
});

/** Headers that sign a body, made with node:crypto alone: the code under test must not check itself. */
export function signedHeaders(
  body: string,
  { at = noon, key = 'platform', serial = platformSerial }: { at?: Date; key?: string; serial?: string } = {},
): Record<string, string> {
  const timestamp = String(at.getTime() / 1000);
  const nonce = '5K8264ILTKCH16CQ2502SI8ZNMTM67VS';
  const signature = createSign('RSA-SHA256')
    .update(`${timestamp}\n${nonce}\n${body}\n`)
    .sign(keys.privateKey(key), 'base64');
  return {
    'wechatpay-timestamp': timestamp,
    'wechatpay-nonce': nonce,
    'wechatpay-signature': signature,
    'wechatpay-serial': serial,
  };
}

/** A resource as the platform seals it, by node:crypto alone. */
export function sealed(content: unknown, associatedData = 'transaction', key = apiV3Key) {
  const nonce = 'fdasflkja484';
  const cipher = createCipheriv('aes-256-gcm', Buffer.from(key), Buffer.from(nonce));
  cipher.setAAD(Buffer.from(associatedData));
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  const bytes = Buffer.concat([cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return {
    algorithm: 'AEAD_AES_256_GCM',
    ciphertext: bytes.toString('base64'),
    nonce,
    associated_data: associatedData,
  };
}

export function notification(
  said: { event?: string; content?: unknown; resource?: object; body?: string },
  how: Parameters<typeof signedHeaders>[1] = {},
): RawNotification {
  const { event = 'TRANSACTION.SUCCESS', content = paidContent, resource = sealed(content) } = said;
  const body =
    said.body ?? JSON.stringify({ id: 'EV-1', event_type: event, resource_type: 'encrypt-resource', resource });
  return {
    body: Buffer.from(body),
    headers: signedHeaders(body, how),
    url: '/v1/callbacks/wechatpay',
    receivedAt: noon.toISOString(),
  };
}

export const paidContent = {
  appid: appId,
  mchid: mchId,
  out_trade_no: charge.outTradeNo,
  transaction_id: '4200000000202611220000000001',
  trade_type: 'NATIVE',
  trade_state: 'SUCCESS',
  success_time: '2026-11-22T14:05:09+08:00',
  amount: { total: 1_280_00, payer_total: 1_280_00, currency: 'CNY' },
};

interface SeenCall {
  method: string;
  url: string;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  body: string;
}

export interface ScriptedPlatform {
  url: string;
  /** The next calls are answered like this, one after the other; the last one stays. */
  answerWith(...answers: { status?: number; body: string; headers?: Record<string, string> }[]): void;
  calls: SeenCall[];
  close(): Promise<void>;
}

/** A platform that says what it is told to say. */
export async function scriptedPlatform(): Promise<ScriptedPlatform> {
  let answers: { status?: number; body: string; headers?: Record<string, string> }[] = [];
  const calls: SeenCall[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      calls.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
      const answer = answers.length > 1 ? answers.shift() : answers[0];
      if (answer === undefined) return; // Silence.
      const { status = 200, body, headers: said = signedHeaders(body) } = answer;
      response.writeHead(status, said).end(body);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
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
