import { startAlipaySim } from '../../../sim/alipay/startAlipaySim.js';
import { alipayChannel } from '../../../src/channels/alipay/adapter.js';
import { fen } from '../../../src/domain/money.js';
import { callbackReceiver } from '../callbackReceiver.js';
import { describeChannelContract } from '../contract.js';
import type { ChannelHarness, PortCall } from '../contract.js';
import { alipayConfig, appId, keys, sellerId, trusted } from './support.js';

const methods: Record<PortCall, string> = {
  open: 'alipay.trade.precreate',
  query: 'alipay.trade.query',
  close: 'alipay.trade.close',
  refund: 'alipay.trade.refund',
  queryRefund: 'alipay.trade.fastpay.refund.query',
};

/** Long enough for a loaded machine to answer within, short enough to wait out. */
const timeoutMs = 1_500;

async function alipayHarness(): Promise<ChannelHarness> {
  const sim = await startAlipaySim({
    port: 0,
    appId,
    sellerId,
    signingKey: keys.privateKey('channel'),
    appPublicKey: keys.publicKey('app'),
  });
  const receiver = await callbackReceiver(() => channel.acknowledgement('received'));
  const channel = alipayChannel(
    alipayConfig({
      gatewayUrl: `${sim.url}/gateway.do`,
      timeoutMs,
      notifyUrl: `${receiver.url}/v1/callbacks/alipay`,
      // A rotation is under way: the channel still signs with the older key.
      channelPublicKeys: [trusted('next-channel'), trusted('channel')],
    }),
    { now: () => new Date() },
  );

  const control = async (method: 'GET' | 'POST' | 'DELETE', path: string, body?: object): Promise<unknown> => {
    const response = await fetch(`${sim.url}/control${path}`, {
      method,
      ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} was answered ${response.status}: ${text}`);
    return text === '' ? null : JSON.parse(text);
  };
  const fault = (outTradeNo: string, what: object) => control('POST', '/faults', { outTradeNo, ...what });

  return {
    channel,
    product: 'qr',
    untouched: 'absent',
    amountMaxFen: fen(100_000_000_00),
    async scan(outTradeNo) {
      await control('POST', `/orders/${outTradeNo}/scan`);
    },
    async pay(outTradeNo, how = {}) {
      await control('POST', `/orders/${outTradeNo}/pay`, how);
    },
    nextCallback: (outTradeNo) => receiver.next(outTradeNo),
    async trouble(outTradeNo, call, trouble) {
      // The connection breaks well after our own deadline, so that it is the deadline that is tested.
      const delay = trouble.startsWith('timeout') ? { delayMs: 10 * timeoutMs } : {};
      await fault(outTradeNo, { fault: trouble, method: methods[call], ...delay });
    },
    async payDuringClose(outTradeNo) {
      await fault(outTradeNo, { fault: 'payDuringClose' });
    },
    async refuseRefund(outTradeNo, how) {
      const subCode = how === 'forEver' ? 'ACQ.TRADE_NOT_ALLOW_REFUND' : 'ACQ.SELLER_BALANCE_NOT_ENOUGH';
      await fault(outTradeNo, { fault: 'refundRefused', subCode });
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
      const asked = 'merchantId' in how ? { sellerId: how.merchantId } : how;
      await control('POST', `/orders/${outTradeNo}/notify`, { tradeStatus: 'TRADE_SUCCESS', ...asked });
    },
    async refundedFen(outTradeNo) {
      const order = (await control('GET', `/orders/${outTradeNo}`)) as { refundedFen: number };
      return order.refundedFen;
    },
    async close() {
      await sim.close();
      await receiver.close();
    },
  };
}

describeChannelContract('alipay', alipayHarness);
