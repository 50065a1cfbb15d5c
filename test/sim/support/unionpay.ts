import { createHash, createPrivateKey, createSign, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { startUnionpaySim } from '../../../sim/unionpay/startUnionpaySim.js';
import { callJson } from './http.js';
import { startReceiver } from './receiver.js';

const read = (name: string): string =>
  readFileSync(new URL(`../../channels/unionpay/keys/${name}-test-only.pem`, import.meta.url), 'utf8');

export const MER_ID = '777290058110048';
export const POS_MER_ID = '777290058110097';
const CERT_ID = '68759663129';

export type Fields = Record<string, string>;

/** The merchant's side of a simulated UnionPay, with a clock the test moves. It begins at ten in the morning, Beijing. */
export async function startMerchant() {
  let now = new Date('2030-01-01T02:00:00Z');
  const receiver = await startReceiver();
  const sim = await startUnionpaySim({
    port: 0,
    merId: MER_ID,
    posMerId: POS_MER_ID,
    merchantCertificate: new X509Certificate(read('merchant-certificate')),
    certificatePem: read('gateway-certificate'),
    privateKey: createPrivateKey(read('gateway')),
    timeScale: 1e-6,
    now: () => now,
  });

  const signed = (fields: Fields): Fields => {
    const whole: Fields = {
      version: '5.1.0',
      encoding: 'UTF-8',
      signMethod: '01',
      certId: CERT_ID,
      accessType: '0',
      ...fields,
    };
    const base = Object.keys(whole)
      .sort()
      .map((name) => `${name}=${whole[name] ?? ''}`)
      .join('&');
    const hex = createHash('sha256').update(base).digest('hex');
    return {
      ...whole,
      signature: createSign('RSA-SHA256')
        .update(hex)
        .sign(createPrivateKey(read('merchant')), 'base64'),
    };
  };
  const post = async (path: string, fields: Fields): Promise<Fields> => {
    const response = await fetch(`${sim.url}${path}`, { method: 'POST', body: new URLSearchParams(fields) });
    const pairs = (await response.text()).split('&').map((pair) => {
      const split = pair.indexOf('=');
      return [pair.slice(0, split), pair.slice(split + 1)];
    });
    return Object.fromEntries(pairs) as Fields;
  };
  const call = (path: string, fields: Fields) => post(path, signed(fields));
  const backUrl = receiver.url;

  return {
    receiver,
    signed,
    post,
    moveTo(moment: string) {
      now = new Date(moment);
    },
    control: (method: string, path: string, body?: unknown) => callJson(method, `${sim.url}/control${path}`, body),
    /** The payer's browser brings the order. */
    arrive: (fields: Fields = {}) =>
      fetch(`${sim.url}/gateway/api/frontTransReq.do`, {
        method: 'POST',
        redirect: 'manual',
        body: new URLSearchParams(
          signed({
            ...sale,
            merId: MER_ID,
            bizType: '000201',
            channelType: '07',
            backUrl,
            frontUrl: 'https://a.example',
            ...fields,
          }),
        ),
      }),
    sell: (fields: Fields = {}) =>
      call('/gateway/api/backTransReq.do', {
        ...sale,
        merId: POS_MER_ID,
        bizType: '000000',
        channelType: '08',
        termId: 'T0000001',
        backUrl,
        ...fields,
      }),
    query: (merId: string, fields: Fields = {}) =>
      call('/gateway/api/queryTrans.do', {
        txnType: '00',
        txnSubType: '00',
        bizType: '000000',
        merId,
        orderId: sale.orderId,
        txnTime: sale.txnTime,
        ...fields,
      }),
    giveBack: (kind: 'refund' | 'undo', merId: string, fields: Fields) =>
      call('/gateway/api/backTransReq.do', {
        txnType: kind === 'refund' ? '04' : '31',
        txnSubType: '00',
        bizType: merId === POS_MER_ID ? '000000' : '000201',
        channelType: '07',
        merId,
        txnTime: '20300101110000',
        currencyCode: '156',
        txnAmt: sale.txnAmt,
        backUrl,
        ...fields,
      }),
    file: (merId: string, settleDate: string) =>
      call('/filedownload/', {
        txnType: '76',
        txnSubType: '01',
        bizType: '000000',
        merId,
        settleDate,
        txnTime: '20300101110000',
        fileType: '00',
      }),
    async stop() {
      await sim.close();
      await receiver.close();
    },
  };
}
export type TestMerchant = Awaited<ReturnType<typeof startMerchant>>;

export const sale = {
  txnType: '01',
  txnSubType: '01',
  orderId: 'P2030010100000001C1',
  txnTime: '20300101100000',
  txnAmt: '128000',
  currencyCode: '156',
  payTimeout: '20300101103000',
};
