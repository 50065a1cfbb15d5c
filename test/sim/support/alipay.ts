import { startAlipaySim } from '../../../sim/alipay/startAlipaySim.js';
import { isSignedText, requestBaseString, signText } from '../../../sim/alipay/signature.js';
import { toBeijingTime } from '../../../sim/alipay/beijingTime.js';
import { callJson } from './http.js';
import {
  channelKey,
  channelPublicKey,
  merchantKey,
  merchantPublicKey,
  otherMerchantKey,
  otherMerchantPublicKey,
} from './keys.js';
import { startReceiver } from './receiver.js';

export const APP_ID = '2021000000000001';
export const SELLER_ID = '2088000000000000';
/** Another application at the same channel, with a key and a seller of its own. */
export const LIFE = { appId: '2021000000000009', sellerId: '2088000000000009', appPublicKey: otherMerchantPublicKey };
export const BY_LIFE = { app_id: LIFE.appId };
const START = new Date('2030-01-01T02:00:00Z');

export type Fields = Record<string, unknown>;

/** The merchant's side of a simulated Alipay, with a clock the test moves and a URL that receives notifications. */
export async function startMerchant({ notifiesClosing = false } = {}) {
  let now = START;
  const receiver = await startReceiver();
  const sim = await startAlipaySim({
    port: 0,
    appId: APP_ID,
    sellerId: SELLER_ID,
    signingKey: channelKey,
    appPublicKey: merchantPublicKey,
    otherMerchants: [LIFE],
    timeScale: 1e-6,
    notifiesClosing,
    now: () => now,
  });

  const parameters = (method: string, content: Fields, overwrite: Record<string, string> = {}) => {
    const unsigned = {
      app_id: APP_ID,
      method,
      format: 'JSON',
      charset: 'utf-8',
      sign_type: 'RSA2',
      timestamp: toBeijingTime(now),
      version: '1.0',
      notify_url: receiver.url,
      biz_content: JSON.stringify(content),
      ...overwrite,
    };
    const key = unsigned.app_id === LIFE.appId ? otherMerchantKey : merchantKey;
    return { sign: signText(requestBaseString(unsigned), key), ...unsigned };
  };
  const post = (form: Record<string, string>, signal?: AbortSignal) =>
    fetch(`${sim.url}/gateway.do`, { method: 'POST', body: new URLSearchParams(form), ...(signal && { signal }) });
  const call = async (method: string, content: Fields, overwrite?: Record<string, string>) =>
    readAnswer(await (await post(parameters(method, content, overwrite))).text());
  const control = (method: string, path: string, body?: unknown) => callJson(method, `${sim.url}/control${path}`, body);

  return {
    url: sim.url,
    receiver,
    parameters,
    post,
    call,
    control,
    precreate: (content: Fields = {}) => call('alipay.trade.precreate', { ...order, ...content }),
    query: (outTradeNo = order.out_trade_no) => call('alipay.trade.query', { out_trade_no: outTradeNo }),
    close: () => call('alipay.trade.close', { out_trade_no: order.out_trade_no }),
    refund: (outRequestNo: string, yuan: string) =>
      call('alipay.trade.refund', {
        out_trade_no: order.out_trade_no,
        refund_amount: yuan,
        out_request_no: outRequestNo,
      }),
    refundQuery: (outRequestNo: string) =>
      call('alipay.trade.fastpay.refund.query', { out_trade_no: order.out_trade_no, out_request_no: outRequestNo }),
    merge: (content: Fields = {}, overwrite?: Record<string, string>) =>
      call('alipay.trade.merge.precreate', { ...merged, ...content }, overwrite),
    /** The payer's browser opens the page that was merged. */
    openMerged: async (preOrderNo: unknown, overwrite?: Record<string, string>) => {
      const form = parameters('alipay.trade.wap.merge.pay', { pre_order_no: preOrderNo }, overwrite);
      return (await fetch(`${sim.url}/gateway.do?${new URLSearchParams(form).toString()}`)).text();
    },
    ofChild: (verb: 'query' | 'close', child: typeof ownChild, overwrite?: Record<string, string>) =>
      call(`alipay.trade.${verb}`, { out_trade_no: child.out_trade_no }, overwrite),
    refundChild: (child: typeof ownChild, yuan: string, overwrite?: Record<string, string>) =>
      call(
        'alipay.trade.refund',
        { out_trade_no: child.out_trade_no, refund_amount: yuan, out_request_no: `${child.out_trade_no}R1` },
        overwrite,
      ),
    payChild: (child: typeof ownChild, body: Fields = {}) => control('POST', `/orders/${child.out_trade_no}/pay`, body),
    childView: async (child: typeof ownChild) => (await control('GET', `/orders/${child.out_trade_no}`)).body,
    payer: (act: 'scan' | 'pay', body?: unknown) => control('POST', `/orders/${order.out_trade_no}/${act}`, body),
    fault: (rule: Fields) => control('POST', '/faults', rule),
    orderView: async () => (await control('GET', `/orders/${order.out_trade_no}`)).body,
    passMinutes: (minutes: number) => {
      now = new Date(now.getTime() + minutes * 60_000);
    },
    stop: async () => {
      await sim.close();
      await receiver.close();
    },
  };
}

export type TestMerchant = Awaited<ReturnType<typeof startMerchant>>;

export const order = { out_trade_no: 'P2030010100000001C1', total_amount: '1280.00', subject: '机动车商业保险' };

export const ownChild = {
  app_id: APP_ID,
  out_trade_no: 'K2026112500000001K1I01',
  seller_id: SELLER_ID,
  product_code: 'QUICK_WAP_WAY',
  total_amount: '1280.00',
  subject: '机动车商业保险',
};
export const lifeChild: typeof ownChild = {
  app_id: LIFE.appId,
  out_trade_no: 'K2026112500000001K1I02',
  seller_id: LIFE.sellerId,
  product_code: 'QUICK_WAP_WAY',
  total_amount: '320.00',
  subject: '驾乘人员意外险',
};
export const merged = {
  out_merge_no: 'K2026112500000001K1',
  order_details: [ownChild, lifeChild],
  time_expire: '2030-01-01 10:30:00',
};

export type GatewayAnswer = { readonly raw: string; readonly isGenuine: boolean } & Fields;

/** Reads the inner object and checks its signature over exactly the characters that came. */
function readAnswer(raw: string): GatewayAnswer {
  const match = /^\{"\w+_response":(\{.*\}),"sign":"([^"]+)"\}$/s.exec(raw);
  const [, inner = '', sign = ''] = match ?? [];
  const parsed = JSON.parse(raw) as Record<string, unknown>;
  const answer = Object.values(parsed)[0] as Fields;
  return { ...answer, raw, isGenuine: match !== null && isSignedText(inner, sign, channelPublicKey) };
}
