import { createDecipheriv } from 'node:crypto';
import { startWechatpaySim } from '../../../sim/wechatpay/startWechatpaySim.js';
import type { RawNotification } from '../../../src/channels/channel.js';
import { wechatpayChannel } from '../../../src/channels/wechatpay/adapter.js';
import { fen } from '../../../src/domain/money.js';
import { callbackReceiver } from '../callbackReceiver.js';
import { describeChannelContract } from '../contract.js';
import type { ChannelHarness } from '../contract.js';
import { controlOf } from '../controlOf.js';
import {
  apiV3Key,
  appId,
  keys,
  mchId,
  merchantSerial,
  nextSerial,
  platformSerial,
  wechatpaySettings,
} from './support.js';

/** Long enough for a loaded machine to answer within, short enough to wait out. */
const timeoutMs = 1_500;

async function wechatpayHarness(): Promise<ChannelHarness> {
  const sim = await startWechatpaySim({
    port: 0,
    mchId,
    appId,
    apiV3Key,
    merchantSerial,
    merchantPublicKey: keys.publicKey('merchant'),
    keys: [
      { serial: platformSerial, privateKey: keys.privateKey('platform') },
      { serial: nextSerial, privateKey: keys.privateKey('next-platform') },
    ],
  });
  const receiver = await callbackReceiver(() => channel.acknowledgement('received'));
  const notifyUrl = `${receiver.url}/v1/callbacks/wechatpay`;
  const channel = wechatpayChannel(wechatpaySettings({ gatewayUrl: sim.url, timeoutMs, notifyUrl }), {
    now: () => new Date(),
  });
  const { control, fault } = controlOf(sim);

  return {
    channel,
    product: 'qr',
    untouched: 'waiting',
    afterRefund: { part: 'returned', full: 'returned' },
    refundAnswers: 'pending',
    amountMaxFen: fen(100_000_000_00),
    async scan(outTradeNo) {
      await control('POST', `/orders/${outTradeNo}/scan`);
    },
    async pay(outTradeNo, how = {}) {
      await control('POST', `/orders/${outTradeNo}/pay`, how);
    },
    nextCallback: (outTradeNo) => receiver.next((notification) => contentOf(notification).includes(outTradeNo)),
    async trouble(outTradeNo, call, trouble) {
      // The connection breaks well after our own deadline, so that it is the deadline that is tested.
      const delay = trouble.startsWith('timeout') ? { delayMs: 10 * timeoutMs } : {};
      await fault(outTradeNo, { fault: trouble, method: call, ...delay });
    },
    async answerWith(outTradeNo, call, answer) {
      const [status, code] = answer.split(' ');
      await fault(outTradeNo, { fault: 'businessError', method: call, status: Number(status), code });
    },
    async payDuringClose(outTradeNo) {
      await fault(outTradeNo, { fault: 'payDuringClose' });
    },
    async refuseRefund(outTradeNo, how) {
      const code = how === 'forEver' ? 'USER_ACCOUNT_ABNORMAL' : 'NOT_ENOUGH';
      await fault(outTradeNo, { fault: 'refundRefused', code, status: 403 });
    },
    async holdRefunds(outTradeNo) {
      const { id } = (await fault(outTradeNo, { fault: 'refundStuck', times: 0 })) as { id: string };
      return {
        async release() {
          await control('DELETE', `/faults/${id}`);
        },
      };
    },
    async forge(outTradeNo, how) {
      await control('POST', `/orders/${outTradeNo}/notify`, how);
    },
    async refundedFen(outTradeNo) {
      const order = (await control('GET', `/orders/${outTradeNo}`)) as { refundedFen: number };
      return order.refundedFen;
    },
    unpack: (bytes) => bytes.toString('utf8'),
    async statementsAreBeingMade() {
      await control('POST', '/faults', { fault: 'statementCreating' });
    },
    async repeatCallback(outTradeNo) {
      await fault(outTradeNo, { fault: 'callbackRepeated', repeat: 2 });
    },
    async close() {
      await sim.close();
      await receiver.close();
    },
  };
}

/** What a notification is about, opened by node:crypto alone. */
function contentOf({ body }: RawNotification): string {
  const { resource } = JSON.parse(body.toString()) as {
    resource: { ciphertext: string; nonce: string; associated_data: string };
  };
  const bytes = Buffer.from(resource.ciphertext, 'base64');
  const decipher = createDecipheriv('aes-256-gcm', Buffer.from(apiV3Key), Buffer.from(resource.nonce));
  decipher.setAAD(Buffer.from(resource.associated_data));
  decipher.setAuthTag(bytes.subarray(-16));
  return Buffer.concat([decipher.update(bytes.subarray(0, -16)), decipher.final()]).toString();
}

describeChannelContract(
  'wechatpay',
  wechatpayHarness,
  [
    ['open', '400 PARAM_ERROR', 'refused'],
    ['open', '401 SIGN_ERROR', 'refused'],
    ['open', '403 NO_AUTH', 'refused'],
    ['open', '403 NOAUTH', 'refused'],
    ['open', '400 APPID_MCHID_NOT_MATCH', 'refused'],
    ['open', '400 MCH_NOT_EXISTS', 'refused'],
    ['open', '400 ORDER_CLOSED', 'refused'],
    ['open', '403 RULE_LIMIT', 'refused'],
    ['open', '403 RULELIMIT', 'refused'],
    ['open', '403 TRADE_ERROR', 'refused'],
    ['open', '403 ACCOUNT_ERROR', 'refused'],
    ['open', '403 ACCOUNTERROR', 'refused'],
    ['open', '400 INVALID_REQUEST', 'unknown'],
    ['open', '400 ORDER_PAID', 'unknown'],
    ['open', '403 OUT_TRADE_NO_USED', 'unknown'],
    ['open', '429 FREQUENCY_LIMITED', 'unknown'],
    ['open', '429 RATELIMIT_EXCEEDED', 'unknown'],
    ['open', '500 SYSTEM_ERROR', 'unknown'],
    ['open', '500 SYSTEMERROR', 'unknown'],
    ['open', '502 BANK_ERROR', 'unknown'],
    ['open', '500 PARAM_ERROR', 'unknown'],
    ['open', '400 NEVER_HEARD_OF', 'unknown'],
    ['query', '404 ORDER_NOT_EXIST', 'absent'],
    ['query', '404 NOT_FOUND', 'absent'],
    ['query', '404 RESOURCE_NOT_EXISTS', 'absent'],
    ['query', '400 PARAM_ERROR', 'unknown'],
    ['query', '401 SIGN_ERROR', 'unknown'],
    ['query', '429 FREQUENCY_LIMITED', 'unknown'],
    ['query', '500 SYSTEM_ERROR', 'unknown'],
    ['query', '500 ORDER_NOT_EXIST', 'unknown'],
    ['close', '404 ORDER_NOT_EXIST', 'absent'],
    ['close', '400 INVALID_REQUEST', 'notClosable'],
    ['close', '400 ORDER_PAID', 'notClosable'],
    ['close', '403 TRADE_ERROR', 'notClosable'],
    ['close', '400 ORDER_CLOSED', 'notClosable'],
    ['close', '429 FREQUENCY_LIMITED', 'unknown'],
    ['close', '500 SYSTEM_ERROR', 'unknown'],
    ['refund', '403 NOT_ENOUGH', 'notExecuted'],
    ['refund', '401 SIGN_ERROR', 'notExecuted'],
    ['refund', '403 NO_AUTH', 'notExecuted'],
    ['refund', '403 USER_ACCOUNT_ABNORMAL', 'refused'],
    ['refund', '404 RESOURCE_NOT_EXISTS', 'refused'],
    ['refund', '400 INVALID_REQUEST', 'refused'],
    ['refund', '400 PARAM_ERROR', 'refused'],
    ['refund', '403 RULE_LIMIT', 'refused'],
    ['refund', '429 FREQUENCY_LIMITED', 'unknown'],
    ['refund', '500 SYSTEM_ERROR', 'unknown'],
    ['refund', '502 BANK_ERROR', 'unknown'],
    ['queryRefund', '404 RESOURCE_NOT_EXISTS', 'notExecuted'],
    ['queryRefund', '404 NOT_FOUND', 'notExecuted'],
    ['queryRefund', '400 PARAM_ERROR', 'unknown'],
    ['queryRefund', '429 FREQUENCY_LIMITED', 'unknown'],
    ['queryRefund', '500 SYSTEM_ERROR', 'unknown'],
  ],
  { opens: 'byCall', closes: 'onRequest', callbacks: 'nameTheApplication' },
);
