import {
  createDecipheriv,
  createPrivateKey,
  createPublicKey,
  createSign,
  createVerify,
  generateKeyPairSync,
  randomUUID,
} from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { vi } from 'vitest';
import { startWechatpaySim } from '../../../sim/wechatpay/startWechatpaySim.js';
import { callJson } from './http.js';

const read = (name: string): string =>
  readFileSync(new URL(`../../channels/wechatpay/keys/${name}-test-only.pem`, import.meta.url), 'utf8');

export const MCH_ID = '1900000001';
const APP_ID = 'wx0000000000000001';
const API_V3_KEY = '0123456789abcdef0123456789abcdef';
const MERCHANT_SERIAL = '7A00000000000000000000000000000000000001';
/** Another merchant of the same platform, with keys of its own. */
const lifeKeys = generateKeyPairSync('rsa', { modulusLength: 2048 });
export const LIFE = {
  mchId: '1900000002',
  appId: 'wx0000000000000002',
  apiV3Key: 'fedcba9876543210fedcba9876543210',
  merchantSerial: '7A00000000000000000000000000000000000002',
  merchantPublicKey: lifeKeys.publicKey,
};
/** What a request of that merchant says of its signer. */
export const BY_LIFE = { mchid: LIFE.mchId, serial_no: LIFE.merchantSerial };
export const PLATFORM_SERIAL = '7B00000000000000000000000000000000000001';
export const NEXT_SERIAL = 'PUB_KEY_ID_0000000000000002';
const PLATFORM_KEYS: Readonly<Record<string, string>> = {
  [PLATFORM_SERIAL]: 'platform-public',
  [NEXT_SERIAL]: 'next-platform-public',
};

type Headers = Record<string, string>;

/** The merchant's side of a simulated WeChat Pay, with a clock the test moves. It begins at ten in the morning, Beijing. */
export async function startMerchant() {
  let now = new Date('2030-01-01T02:00:00Z');
  const received: { headers: Headers; body: string }[] = [];
  let status = 200;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.push({ headers: request.headers as Headers, body: Buffer.concat(chunks).toString() });
      response.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const notifyUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/callbacks`;
  const sim = await startWechatpaySim({
    port: 0,
    mchId: MCH_ID,
    appId: APP_ID,
    apiV3Key: API_V3_KEY,
    merchantSerial: MERCHANT_SERIAL,
    merchantPublicKey: createPublicKey(read('merchant-public')),
    otherMerchants: [LIFE],
    keys: [
      { serial: PLATFORM_SERIAL, privateKey: createPrivateKey(read('platform')) },
      { serial: NEXT_SERIAL, privateKey: createPrivateKey(read('next-platform')) },
    ],
    timeScale: 1e-6,
    now: () => now,
  });

  const authorisation = (method: string, path: string, body: string, change: Headers): string => {
    const parts: Headers = {
      mchid: MCH_ID,
      nonce_str: randomUUID(),
      timestamp: String(now.getTime() / 1000),
      serial_no: MERCHANT_SERIAL,
      ...change,
    };
    const text = [method, path, parts['timestamp'], parts['nonce_str'], body].map((line) => `${line ?? ''}\n`).join('');
    const key = parts['mchid'] === LIFE.mchId ? lifeKeys.privateKey : createPrivateKey(read('merchant'));
    const signature = createSign('RSA-SHA256').update(text).sign(key, 'base64');
    const listed = Object.entries({ signature, ...parts }).map(([name, value]) => `${name}="${value}"`);
    return `WECHATPAY2-SHA256-RSA2048 ${listed.join(',')}`;
  };
  /** A file, as it came: it carries no signature. */
  const download = async (path: string, change: Headers = {}): Promise<string> => {
    const headers = {
      accept: 'application/json',
      'user-agent': 'test',
      authorization: authorisation('GET', path, '', change),
    };
    return (await fetch(`${sim.url}${path}`, { headers })).text();
  };
  const call = async (
    method: 'GET' | 'POST',
    path: string,
    content?: object,
    change: Headers = {},
    more: Headers = {},
  ) => {
    const body = content === undefined ? '' : JSON.stringify(content);
    const response = await fetch(`${sim.url}${path}`, {
      method,
      headers: {
        accept: 'application/json',
        'user-agent': 'test',
        authorization: authorisation(method, path, body, change),
        ...more,
      },
      ...(content === undefined ? {} : { body }),
    });
    const text = await response.text();
    const headers = Object.fromEntries<string>(response.headers);
    const answer = text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
    return { status: response.status, body: answer, signedWith: signerOf(headers, text) };
  };

  return {
    call,
    download,
    received,
    control: (method: string, path: string, body?: unknown) => callJson(method, `${sim.url}/control${path}`, body),
    refuseCallbacks() {
      status = 500;
    },
    hasReceived: (count: number) =>
      vi.waitFor(() => {
        if (received.length < count) throw new Error(`${received.length} of ${count} notifications arrived`);
      }),
    moveTo(moment: string) {
      now = new Date(moment);
    },
    order: (content: object = {}, change?: Headers, more?: Headers) =>
      call('POST', '/v3/pay/transactions/native', { ...order, notify_url: notifyUrl, ...content }, change, more),
    query: () => call('GET', `/v3/pay/transactions/out-trade-no/${order.out_trade_no}?mchid=${MCH_ID}`),
    close: () => call('POST', `/v3/pay/transactions/out-trade-no/${order.out_trade_no}/close`, { mchid: MCH_ID }),
    refund: (outRefundNo: string, refund: number, total = order.amount.total) =>
      call('POST', '/v3/refund/domestic/refunds', {
        out_trade_no: order.out_trade_no,
        out_refund_no: outRefundNo,
        notify_url: notifyUrl,
        amount: { refund, total, currency: 'CNY' },
      }),
    pay: () => callJson('POST', `${sim.url}/control/orders/${order.out_trade_no}/pay`),
    combine: (content: object = {}, change?: Headers, way = 'native') =>
      call('POST', `/v3/combine-transactions/${way}`, { ...combined, notify_url: notifyUrl, ...content }, change),
    queryCombined: (change?: Headers) =>
      call('GET', `/v3/combine-transactions/out-trade-no/${combined.combine_out_trade_no}`, undefined, change),
    closeCombined: (children: readonly object[] = childrenNamed, change?: Headers) =>
      call(
        'POST',
        `/v3/combine-transactions/out-trade-no/${combined.combine_out_trade_no}/close`,
        { combine_appid: APP_ID, sub_orders: children },
        change,
      ),
    payChild: (body: object = {}) => callJson('POST', `${sim.url}/control/orders/${ownChild.out_trade_no}/pay`, body),
    refundChild: (child: typeof ownChild, refund: object, change?: Headers) =>
      call(
        'POST',
        '/v3/refund/domestic/refunds',
        {
          out_trade_no: child.out_trade_no,
          out_refund_no: `${child.out_trade_no}R1`,
          notify_url: notifyUrl,
          amount: { refund: 100_00, total: child.amount.total_amount, currency: 'CNY', ...refund },
        },
        change,
      ),
    childView: async (child: typeof ownChild) =>
      (await callJson('GET', `${sim.url}/control/orders/${child.out_trade_no}`)).body,
    async stop() {
      await sim.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
export type TestMerchant = Awaited<ReturnType<typeof startMerchant>>;

export const order = {
  appid: APP_ID,
  mchid: MCH_ID,
  description: '机动车商业保险',
  out_trade_no: 'P2030010100000001C1',
  time_expire: '2030-01-01T10:30:00+08:00',
  amount: { total: 1_280_00, currency: 'CNY' },
};

export const ownChild = {
  mchid: MCH_ID,
  out_trade_no: 'K2026112500000001K1I01',
  attach: 'P2026112500000001',
  description: '机动车商业保险',
  amount: { total_amount: 1_280_00, currency: 'CNY' },
};
export const lifeChild: typeof ownChild = {
  mchid: LIFE.mchId,
  out_trade_no: 'K2026112500000001K1I02',
  attach: 'P2026112500000002',
  description: '驾乘人员意外险',
  amount: { total_amount: 320_00, currency: 'CNY' },
};
export const combined = {
  combine_appid: APP_ID,
  combine_mchid: MCH_ID,
  combine_out_trade_no: 'K2026112500000001K1',
  sub_orders: [ownChild, lifeChild],
  time_expire: '2030-01-01T10:30:00+08:00',
};
/** As the request that closes it names them. */
export const childrenNamed = combined.sub_orders.map(({ mchid, out_trade_no }) => ({ mchid, out_trade_no }));

/** The serial of the platform's key that signed this, null when none of them did. */
export function signerOf(headers: Headers, body: string): string | null {
  const serial = headers['wechatpay-serial'] ?? '';
  const name = PLATFORM_KEYS[serial];
  if (name === undefined) return null;
  const text = `${headers['wechatpay-timestamp'] ?? ''}\n${headers['wechatpay-nonce'] ?? ''}\n${body}\n`;
  const verify = createVerify('RSA-SHA256').update(text);
  return verify.verify(createPublicKey(read(name)), headers['wechatpay-signature'] ?? '', 'base64') ? serial : null;
}

/** What a notification holds, opened by node:crypto alone. */
export function opened(body: string, apiV3Key = API_V3_KEY): { event: string; content: Record<string, unknown> } {
  const { event_type: event, resource } = JSON.parse(body) as {
    event_type: string;
    resource: { ciphertext: string; nonce: string; associated_data: string };
  };
  const bytes = Buffer.from(resource.ciphertext, 'base64');
  const decipher = createDecipheriv('aes-256-gcm', Buffer.from(apiV3Key), Buffer.from(resource.nonce));
  decipher.setAAD(Buffer.from(resource.associated_data));
  decipher.setAuthTag(bytes.subarray(-16));
  const text = Buffer.concat([decipher.update(bytes.subarray(0, -16)), decipher.final()]).toString();
  return { event, content: JSON.parse(text) as Record<string, unknown> };
}
