import { exampleCalendar } from '../../stack/channels/calendar.js';
import type { AtChannel } from '../atChannel.js';
import { dueDay } from '../dueDay.js';
import { endAndSource, endWithPolicy, issuedOnce, partsOf } from '../facts.js';
import { inTwoParts } from '../inParts.js';
import { besides, mainOf, type Method } from '../methods.js';
import type { Scenario } from '../scenario.js';
import { products } from '../settings.js';
import type { Story } from '../story.js';
import { until } from '../until.js';

const at =
  (...channels: Method['channel'][]) =>
  ({ channel }: Method): boolean =>
    channels.includes(channel);

/** One premium collected in parts: at several channels, for several companies, all of it or nothing. */
export const splitting: readonly Scenario[] = [
  {
    name: 'in two parts, one for another company',
    expected: 'issued once, 128000 fen in 2 parts; due 80000 fen at T, 48000 for life at T+2',
    async play(payment) {
      const [auto, life] = await openInParts(payment, {
        auto: { settlement: 'T' },
        life: { settlement: 'T+2', payee: 'life' },
      });
      await Promise.all([auto.pay(), life.pay()]);
      const end = await issuedOnce(payment);
      const paid = (await payment.seen()).timeline.find(({ type }) => type === 'PartPaid');
      const due = await Promise.all([dueOf(payment, 1, 0), dueOf(payment, 2, 2)]);
      return `${end}, ${paid?.detail ?? 'not paid'}; due ${due.join(' fen at T, ')} for life at T+2`;
    },
  },
  {
    name: 'one of two parts never paid',
    fits: at('alipay', 'unionpay'),
    expected: 'refunded, no policy; parts refunded, closed',
    async play(payment) {
      const [auto] = await openInParts(payment, { by: runsOut(payment), productCode: products.soonOver });
      await auto.pay();
      return `${await endWithPolicy(payment)}; parts ${partsOf(await payment.seen())}`;
    },
  },
  {
    name: 'one of two parts paid after all was closed',
    fits: at('alipay', 'wechatpay'),
    expected: 'refunded, then 48000 fen late; refunded, no policy; parts refunded, refunded',
    async play(payment) {
      const [auto, life] = await openInParts(payment);
      await Promise.all([auto.pay(), life.scan()]);
      await payment.reaches('partlyPaid');
      await payment.cancel();
      const { status, paidFen } = await payment.ended();
      await life.pay({ force: true });
      const late = await payment.refundReaches('late-S021', 'refunded');
      const end = await endWithPolicy(payment);
      return `${status}, then ${late.paidFen - paidFen} fen late; ${end}; parts ${partsOf(await payment.seen())}`;
    },
  },
  {
    name: 'a part the channel says nothing about',
    fits: at('alipay', 'wechatpay'),
    expected: 'partlyPaid after 3 unanswered queries → issued once; part issued, by query',
    async play(payment) {
      const channel = { channel: besides(payment.method).channel, partNo: 2 };
      await payment.channelWill('callbackLost', {}, channel);
      await payment.channelWill('errorBeforeEffect', { method: 'query', times: 3 }, channel);
      const [auto, life] = await openInParts(payment);
      await Promise.all([auto.pay(), life.pay()]);
      await queriedTimes(payment, life, 3);
      const meanwhile = await payment.reaches('partlyPaid');
      await queriedTimes(payment, life, 4);
      const end = await issuedOnce(payment);
      const part = (await payment.seen()).parts?.[1] ?? { status: 'missing', timeline: [] };
      return `${meanwhile.status} after 3 unanswered queries → ${end}; part ${endAndSource(part)}`;
    },
  },
  {
    name: 'a part paid twice, at two channels',
    fits: at('alipay', 'wechatpay'),
    expected: 'issued once, 80000 of 208000 fen back',
    async play(payment) {
      const [auto, life] = await openInParts(payment);
      await payment.switchPart('auto', besides(payment.method));
      const second = await payment.part('auto', 2);
      await Promise.all([second.pay(), life.pay()]);
      await payment.reaches('issued');
      await auto.pay({ force: true });
      const { paidFen, refundedFen } = await payment.refundReaches('late-S011', 'refunded');
      return `${await issuedOnce(payment)}, ${refundedFen} of ${paidFen} fen back`;
    },
  },
  {
    name: 'cancelled while one of two parts is paid',
    expected: 'answered 202; refunded, no policy; parts refunded, closed',
    async play(payment) {
      const [auto, life] = await openInParts(payment);
      await Promise.all([auto.pay(), life.scan()]);
      await payment.reaches('partlyPaid');
      const { status } = await payment.cancel();
      return `answered ${status}; ${await endWithPolicy(payment)}; parts ${partsOf(await payment.seen())}`;
    },
  },
  {
    name: 'the core refuses, all parts paid',
    expected: 'refunded, no policy; parts refunded, refunded',
    async play(payment) {
      await payment.coreWill('refuse');
      const [auto, life] = await openInParts(payment);
      await Promise.all([auto.pay(), life.pay()]);
      return `${await endWithPolicy(payment)}; parts ${partsOf(await payment.seen())}`;
    },
  },
  {
    name: 'the core refuses, the channel refuses to refund a part',
    fits: at('alipay', 'wechatpay'),
    expected: 'needsAttention refundRefused of auto → refunded, no policy',
    async play(payment) {
      await payment.coreWill('refuse');
      await payment.channelWill('refundRefused', payment.method.refundRefusal, { partNo: 1 });
      const [auto, life] = await openInParts(payment);
      await Promise.all([auto.pay(), life.pay()]);
      const { reason, refundId = '', partId = 'nothing' } = await payment.needsAttention();
      await payment.decide('retryRefund', { refundId, partId });
      return `needsAttention ${reason} of ${partId} → ${await endWithPolicy(payment)}`;
    },
  },
  {
    name: 'refund of a part stuck at the channel, then done',
    expected: 'issued; 30000 fen back, of auto',
    async play(payment) {
      await payment.channelWill('refundStuck', { times: 2 }, { partNo: 1 });
      const [auto, life] = await openInParts(payment);
      await Promise.all([auto.pay(), life.pay()]);
      await payment.ended();
      if (payment.method.undoes) await auto.dayCloses();
      await payment.refund('E1', 300_00, { partId: 'auto' });
      const { status, parts = [] } = await payment.refundReaches('E1', 'refunded');
      const back = parts.filter(({ refundedFen }) => refundedFen > 0);
      return `${status}; ${back.map(({ partId, refundedFen }) => `${refundedFen} fen back, of ${partId}`).join('; ')}`;
    },
  },
  {
    name: 'a part missing, an operator opens it again',
    fits: at('alipay', 'unionpay'),
    expected: 'needsAttention partsMissing → issued once',
    async play(payment) {
      const { reason } = await heldWithoutLife(payment);
      await payment.decide('reopen');
      await (await payment.part('life', 2)).pay();
      await payment.reaches('issued');
      return `needsAttention ${reason} → ${await issuedOnce(payment)}`;
    },
  },
  {
    name: 'a part missing, an operator refunds',
    fits: at('alipay', 'unionpay'),
    expected: 'needsAttention partsMissing → refunded, no policy; parts refunded, closed',
    async play(payment) {
      const { reason } = await heldWithoutLife(payment);
      await payment.decide('refund');
      await payment.reaches('refunded');
      return `needsAttention ${reason} → ${await endWithPolicy(payment)}; parts ${partsOf(await payment.seen())}`;
    },
  },
  {
    name: 'in slices, one after the other',
    expected: '128000, 78000, 28000, 0 fen left; issued once; slices 50000 + 50000 + 28000',
    async play(payment) {
      await payment.open({ slice: { maxFen: 500_00 } });
      const left: number[] = [];
      for (const slice of ['slice1', 'slice2', 'slice3']) {
        const charge = await payment.part(slice);
        left.push((await payment.seen()).leftFen);
        await charge.pay();
      }
      const end = await issuedOnce(payment);
      const { leftFen, parts = [] } = await payment.seen();
      const slices = parts.map(({ paidFen }) => paidFen).join(' + ');
      return `${[...left, leftFen].join(', ')} fen left; ${end}; slices ${slices}`;
    },
  },
  {
    name: 'the channel refuses the second slice',
    fits: ({ opensByCall }) => opensByCall,
    expected: 'refunded, no policy; parts refunded, closed, closed',
    async play(payment) {
      await payment.channelWill('businessError', { method: 'open', ...payment.method.refusal }, { partNo: 2 });
      await payment.open({ slice: { maxFen: 500_00 } });
      await (await payment.part('slice1')).pay();
      return `${await endWithPolicy(payment)}; parts ${partsOf(await payment.seen())}`;
    },
  },
];

/** In two parts that can both be paid. */
async function openInParts(
  payment: Story,
  { auto, life, by, ...more }: Parameters<typeof inTwoParts>[1] & { productCode?: string; rule?: string } = {},
): Promise<[AtChannel, AtChannel]> {
  const said = { ...(auto && { auto }), ...(life && { life }), ...(by && { by }) };
  await payment.open({ ...inTwoParts(payment, said), ...more });
  return Promise.all([payment.part('auto'), payment.part('life')]);
}

/** A method whose unpaid orders may live for less than a minute. */
function runsOut({ method }: Story): Method {
  return mainOf(method.channel === 'alipay' ? 'unionpay' : 'alipay');
}

async function heldWithoutLife(payment: Story) {
  const asked = { by: runsOut(payment), productCode: products.soonOver, rule: 'allOrHold' };
  const [auto] = await openInParts(payment, asked);
  await auto.pay();
  return payment.needsAttention();
}

/** An operator asks until the channel has been asked that often. */
async function queriedTimes(payment: Story, charge: AtChannel, times: number): Promise<void> {
  await until({ what: `${times} queries`, withinMs: 30_000 }, async () => {
    const { verbs } = await charge.order();
    if (verbs.query >= times) return verbs;
    await payment.queryNow();
    return undefined;
  });
}

/** What of one part is due so many working days after it was paid, fen. */
async function dueOf(payment: Story, partNo: number, workingDays: number): Promise<number> {
  const charge = (await payment.seen()).charges.find(({ outTradeNo }) => outTradeNo.endsWith(`S0${partNo}1`));
  const paidAt = charge?.paidAt ?? null;
  if (charge === undefined || paidAt === null) throw new Error(`part ${partNo} is not paid`);
  return payment.dueOn(dueDay(paidAt, workingDays, await exampleCalendar()), charge.channel);
}
