import iconv from 'iconv-lite';
import { startUnionpaySim } from '../../../sim/unionpay/startUnionpaySim.js';
import { unionpayChannel } from '../../../src/channels/unionpay/adapter.js';
import type { UnionpaySettings } from '../../../src/channels/unionpay/settings.js';
import type { Cashier } from '../../../src/domain/cashier.js';
import { fen } from '../../../src/domain/money.js';
import { callbackReceiver } from '../callbackReceiver.js';
import { describeChannelContract } from '../contract.js';
import type { ChannelHarness, DocumentedCode } from '../contract.js';
import { controlOf } from '../controlOf.js';
import { unzipped } from '../unzipped.js';
import { certificate, certificatePem, merId, posMerId, privateKey, unionpaySettings } from './support.js';

/** Long enough for a loaded machine to answer within, short enough to wait out. */
const timeoutMs = 1_500;

async function harness(
  kind: Pick<ChannelHarness, 'product' | 'untouched'>,
  settings: Pick<UnionpaySettings, 'merId' | 'products'>,
): Promise<ChannelHarness> {
  const sim = await startUnionpaySim({
    port: 0,
    merId,
    posMerId,
    merchantCertificate: certificate('merchant'),
    certificatePem: certificatePem('gateway'),
    privateKey: privateKey('gateway'),
  });
  const receiver = await callbackReceiver(() => channel.acknowledgement('received'));
  const places = {
    gatewayUrl: `${sim.url}/gateway/api/`,
    fileUrl: `${sim.url}/filedownload/`,
    notifyUrl: `${receiver.url}/v1/callbacks/unionpay`,
  };
  const channel = unionpayChannel(
    // What can be undone depends on the time of day, so here everything is refunded; undoing has its own tests.
    unionpaySettings({ ...places, ...settings, timeoutMs, undoUntil: '00:00' }),
    { now: () => new Date() },
  );
  const { control, fault } = controlOf(sim);

  return {
    channel,
    ...kind,
    afterRefund: { part: 'paid', full: 'paid' },
    refundAnswers: 'pending',
    amountMaxFen: fen(9_999_999_999_99),
    async browse(cashier: Cashier) {
      if (cashier.kind !== 'form') return;
      const body = new URLSearchParams(cashier.fields);
      const response = await fetch(cashier.action, { method: 'POST', body });
      if (!response.ok) throw new Error(`the cashier turned the browser away: ${await response.text()}`);
    },
    async scan(outTradeNo) {
      await control('POST', `/orders/${outTradeNo}/scan`);
    },
    async pay(outTradeNo, how = {}) {
      await control('POST', `/orders/${outTradeNo}/pay`, how);
      // A terminal's sale can be refunded once its batch is settled.
      await control('POST', `/orders/${outTradeNo}/settle`);
    },
    nextCallback: (outTradeNo) =>
      receiver.next(({ body }) => new URLSearchParams(body.toString()).toString().includes(outTradeNo)),
    async trouble(outTradeNo, call, trouble) {
      // The connection breaks well after our own deadline, so that it is the deadline that is tested.
      const delay = trouble.startsWith('timeout') ? { delayMs: 10 * timeoutMs } : {};
      await fault(outTradeNo, { fault: trouble, method: call, ...delay });
    },
    async answerWith(outTradeNo, call, code) {
      await fault(outTradeNo, { fault: 'businessError', method: call, code });
    },
    payDuringClose: () => Promise.reject(new Error('nothing is closed here')),
    async refuseRefund(outTradeNo, how) {
      await fault(outTradeNo, { fault: 'refundRefused', code: how === 'forEver' ? '38' : '64' });
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

const documented: readonly DocumentedCode[] = [
  ['query', '34', 'absent'],
  ['query', '03', 'unknown'],
  ['query', '04', 'unknown'],
  ['query', '05', 'unknown'],
  ['query', '06', 'unknown'],
  ['query', '10', 'unknown'],
  ['query', '11', 'unknown'],
  ['query', '12', 'unknown'],
  ['query', '13', 'unknown'],
  ['query', '31', 'unknown'],
  ['query', '32', 'unknown'],
  ['query', '37', 'unknown'],
  ['query', '98', 'unknown'],
  ['refund', '03', 'unknown'],
  ['refund', '04', 'unknown'],
  ['refund', '05', 'pending'],
  ['refund', '06', 'unknown'],
  ['refund', '10', 'refused'],
  ['refund', '11', 'notExecuted'],
  ['refund', '12', 'unknown'],
  ['refund', '13', 'refused'],
  ['refund', '31', 'notExecuted'],
  ['refund', '32', 'notExecuted'],
  ['refund', '33', 'refused'],
  ['refund', '34', 'refused'],
  ['refund', '35', 'refused'],
  ['refund', '36', 'refused'],
  ['refund', '37', 'unknown'],
  ['refund', '38', 'refused'],
  ['refund', '39', 'notExecuted'],
  ['refund', '40', 'refused'],
  ['refund', '61', 'refused'],
  ['refund', '62', 'refused'],
  ['refund', '64', 'notExecuted'],
  ['refund', '79', 'refused'],
  ['refund', '99', 'unknown'],
  ['queryRefund', '34', 'notExecuted'],
  ['queryRefund', '03', 'unknown'],
  ['queryRefund', '06', 'unknown'],
  ['queryRefund', '10', 'unknown'],
  ['queryRefund', '11', 'unknown'],
  ['queryRefund', '37', 'unknown'],
];

describeChannelContract(
  'unionpay',
  () => harness({ product: 'page', untouched: 'absent' }, { merId, products: ['page', 'wap'] }),
  documented,
  { opens: 'inTheBrowser', closes: 'never', callbacks: 'nameTheMerchant' },
);

describeChannelContract(
  'unionpay pos',
  () => harness({ product: 'pos', untouched: 'waiting' }, { merId: posMerId, products: ['pos'] }),
  [
    ...documented,
    ['open', '03', 'unknown'],
    ['open', '04', 'unknown'],
    ['open', '05', 'unknown'],
    ['open', '06', 'unknown'],
    ['open', '10', 'refused'],
    ['open', '11', 'refused'],
    ['open', '12', 'unknown'],
    ['open', '13', 'refused'],
    ['open', '31', 'refused'],
    ['open', '32', 'refused'],
    ['open', '33', 'refused'],
    ['open', '36', 'refused'],
    ['open', '37', 'unknown'],
    ['open', '38', 'refused'],
    ['open', '39', 'refused'],
    ['open', '40', 'refused'],
    ['open', '60', 'refused'],
    ['open', '61', 'refused'],
    ['open', '79', 'refused'],
    ['open', '99', 'unknown'],
  ],
  { opens: 'byCall', closes: 'never', callbacks: 'nameTheMerchant' },
);
