import iconv from 'iconv-lite';
import { startAlipaySim } from '../../../sim/alipay/startAlipaySim.js';
import { alipayChannel } from '../../../src/channels/alipay/adapter.js';
import { fen } from '../../../src/domain/money.js';
import { callbackReceiver } from '../callbackReceiver.js';
import { describeChannelContract } from '../contract.js';
import type { ChannelHarness, PortCall } from '../contract.js';
import { controlOf } from '../controlOf.js';
import { unzipped } from '../unzipped.js';
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

  const { control, fault } = controlOf(sim);

  return {
    channel,
    product: 'qr',
    untouched: 'absent',
    afterRefund: { part: 'paid', full: 'returned' },
    refundAnswers: 'refunded',
    amountMaxFen: fen(100_000_000_00),
    async scan(outTradeNo) {
      await control('POST', `/orders/${outTradeNo}/scan`);
    },
    async pay(outTradeNo, how = {}) {
      await control('POST', `/orders/${outTradeNo}/pay`, how);
    },
    nextCallback: (outTradeNo) => receiver.next(({ body }) => body.includes(outTradeNo)),
    async trouble(outTradeNo, call, trouble) {
      // The connection breaks well after our own deadline, so that it is the deadline that is tested.
      const delay = trouble.startsWith('timeout') ? { delayMs: 10 * timeoutMs } : {};
      await fault(outTradeNo, { fault: trouble, method: methods[call], ...delay });
    },
    async answerWith(outTradeNo, call, code) {
      const how = code === '40005' ? { fault: 'rateLimited' } : { fault: 'businessError', subCode: code };
      await fault(outTradeNo, { ...how, method: methods[call] });
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
    unpack: (bytes) => iconv.decode(Buffer.concat(unzipped(bytes).map((file) => file.bytes)), 'gbk'),
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

describeChannelContract(
  'alipay',
  alipayHarness,
  [
    ['open', 'ACQ.INVALID_PARAMETER', 'refused'],
    ['open', 'ACQ.ACCESS_FORBIDDEN', 'refused'],
    ['open', 'ACQ.EXIST_FORBIDDEN_WORD', 'refused'],
    ['open', 'ACQ.PARTNER_ERROR', 'refused'],
    ['open', 'ACQ.TOTAL_FEE_EXCEED', 'refused'],
    ['open', 'ACQ.SELLER_BEEN_BLOCKED', 'refused'],
    ['open', 'ACQ.TRADE_HAS_CLOSE', 'refused'],
    ['open', 'ACQ.TRADE_HAS_SUCCESS', 'unknown'],
    ['open', 'ACQ.CONTEXT_INCONSISTENT', 'unknown'],
    ['open', 'ACQ.SYSTEM_ERROR', 'unknown'],
    ['open', '40005', 'unknown'],
    ['query', 'ACQ.TRADE_NOT_EXIST', 'absent'],
    ['query', 'ACQ.SYSTEM_ERROR', 'unknown'],
    ['query', 'ACQ.INVALID_PARAMETER', 'unknown'],
    ['query', '40005', 'unknown'],
    ['close', 'ACQ.TRADE_NOT_EXIST', 'absent'],
    ['close', 'ACQ.REASON_TRADE_STATUS_INVALID', 'notClosable'],
    ['close', 'ACQ.REASON_ILLEGAL_STATUS', 'notClosable'],
    ['close', 'ACQ.TRADE_STATUS_ERROR', 'notClosable'],
    ['close', 'ACQ.SYSTEM_ERROR', 'unknown'],
    ['close', '40005', 'unknown'],
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
    ['refund', '40005', 'notExecuted'],
    ['queryRefund', 'ACQ.SYSTEM_ERROR', 'unknown'],
    ['queryRefund', 'ACQ.TRADE_NOT_EXIST', 'unknown'],
    ['queryRefund', '40005', 'unknown'],
  ],
  { opens: 'byCall', closes: 'onRequest', callbacks: 'nameTheApplication' },
);
