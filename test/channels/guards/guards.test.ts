import { describe, expect, it } from 'vitest';
import { eachChild, noAnswer } from '../../../src/channels/channel.js';
import type { Channel, ChannelCodes, CombinedOrder, Combining } from '../../../src/channels/channel.js';
import { numberedChannel } from '../../../src/channels/guards/numberedChannel.js';
import { observedChannel } from '../../../src/channels/guards/observedChannel.js';
import { pacedChannel } from '../../../src/channels/guards/pacedChannel.js';
import { fen } from '../../../src/domain/money.js';
import { TestChannel } from '../../api/testChannel.js';

const charge = { outTradeNo: 'P0000001C1', orderedAt: '2026-11-22T06:00:00Z', expiresAt: '2026-11-22T06:30:00Z' };
const order = {
  ...charge,
  product: 'qr',
  amountFen: fen(100),
  subject: 'premium',
  terminalId: null,
  payer: { openid: null, clientIp: null },
};
const refund = {
  charge,
  chargedFen: fen(100),
  tradeNo: 'T1',
  paidAt: '2026-11-22T06:05:00Z',
  refundNo: 'P0000001C1R1',
  requestedAt: '2026-11-22T07:00:00Z',
  refundFen: fen(100),
  reason: '',
};

const child = (outTradeNo: string) => ({
  outTradeNo,
  payee: { merchantId: `M-${outTradeNo}`, appId: 'A1' },
  amountFen: fen(50),
  subject: 'premium',
});
const combined: CombinedOrder = {
  combineNo: 'K0000001',
  orderedAt: charge.orderedAt,
  expiresAt: charge.expiresAt,
  product: 'qr',
  payer: order.payer,
  children: [child('P0000001I1'), child('P0000001I2')],
};

const codes: ChannelCodes = {
  open: { LIMIT: 'unknown', BUSY: 'unknown' },
  query: { LIMIT: 'unknown', BUSY: 'unknown' },
  close: {},
  refund: { LIMIT: 'unknown' },
  queryRefund: {},
  fetchStatement: { BUSY: 'unknown' },
  slowDown: ['LIMIT'],
};

/** A channel that gives one code to everything, and counts what reaches it. */
function answering(code: string) {
  const test = new TestChannel();
  const reached: string[] = [];
  const raw = null;
  const says = <Answer>(call: string, answer: Answer) => {
    reached.push(call);
    return Promise.resolve(answer);
  };
  const unknown = (call: string) => says(call, { kind: 'unknown', code } as const);
  const channel: Channel = {
    ...{ name: test.name, products: test.products, merchantId: test.merchantId, timeoutMs: test.timeoutMs },
    needs: () => [],
    readNotification: (request) => test.readNotification(request),
    acknowledgement: (result) => test.acknowledgement(result),
    verify: (message) => test.verify(message),
    open: () => unknown('open'),
    query: async (asked) => ({ ...(await test.query(asked)), outcome: await unknown('query') }),
    close: () => unknown('close'),
    refund: () => says('refund', { kind: 'unknown', code, raw } as const),
    queryRefund: () => says('queryRefund', { kind: 'unknown', code, raw } as const),
    combining: {
      products: ['qr'],
      childrenMax: 3,
      number: { field: 'combineNo', pattern: /^K\d{7}$/ },
      account: { merchantId: 'M0001', appId: 'A1' },
      open: () => unknown('combined open'),
      together: {
        query: async (asked) => eachChild(asked, { outcome: await unknown('combined query'), raw: noAnswer }),
        close: () => unknown('combined close'),
      },
    },
    statements: { fetchStatement: () => unknown('fetchStatement') },
    codes,
    numbers: { charge: { field: 'no', pattern: /^\w{8,10}$/ }, refund: { field: 'no', pattern: /^\w{8,12}$/ } },
  };
  return { channel, reached };
}

describe('a number the channel would not take', () => {
  const wrongOrder = { ...order, outTradeNo: 'P0000001-C1' };
  const wrongRefund = { ...refund, refundNo: 'P0000001C1R99T9' };
  const code = 'NUMBER_NOT_ACCEPTED';

  it('is never sent: an order and a refund are refused, and nothing is known of them', async () => {
    const { channel, reached } = answering('BUSY');
    const guarded = numberedChannel(channel);
    expect(await guarded.open(wrongOrder)).toMatchObject({ kind: 'refused', code });
    expect(await guarded.query(wrongOrder)).toMatchObject({ outcome: { kind: 'unknown', code }, merchantId: '' });
    expect(await guarded.close(wrongOrder)).toEqual({ kind: 'unknown', code });
    expect(await guarded.refund(wrongRefund)).toMatchObject({ kind: 'refused', code, raw: null });
    expect(await guarded.refund({ ...refund, charge: wrongOrder })).toMatchObject({ kind: 'refused' });
    expect(await guarded.queryRefund(wrongRefund)).toMatchObject({ kind: 'unknown', code });
    expect(reached).toEqual([]);
  });

  it.each([
    ['its own number', { combineNo: 'K-000001' }, code],
    ['the number of a child', { children: [child('P0000001I1'), child('P0000001-I2')] }, code],
    ['no child', { children: [] }, 'CHILDREN_NOT_ACCEPTED'],
    ['too many children', { children: [1, 2, 3, 4].map((no) => child(`P0000001I${no}`)) }, 'CHILDREN_NOT_ACCEPTED'],
    ['one number twice', { children: [child('P0000001I1'), child('P0000001I1')] }, 'CHILDREN_NOT_ACCEPTED'],
  ])('is never sent of a combined order either: %s', async (_what, change, wrong) => {
    const { channel, reached } = answering('BUSY');
    const { combining } = numberedChannel(channel);
    const wrongOne = { ...combined, ...change };
    expect(await combining?.open(wrongOne)).toMatchObject({ kind: 'refused', code: wrong });
    expect(await combining?.together?.query(wrongOne)).toEqual({
      facts: wrongOne.children.map(({ outTradeNo }) => ({
        outTradeNo,
        merchantId: '',
        outcome: { kind: 'unknown', code: wrong },
      })),
      raw: noAnswer,
    });
    expect(await combining?.together?.close(wrongOne)).toEqual({ kind: 'unknown', code: wrong });
    expect(reached).toEqual([]);
  });

  it('is told from one it takes, of a combined order too', async () => {
    const { channel, reached } = answering('BUSY');
    const { combining } = numberedChannel(channel);
    for (const children of [combined.children, [1, 2, 3].map((no) => child(`P0000001I${no}`))]) {
      await combining?.open({ ...combined, children });
      await combining?.together?.query({ ...combined, children });
      await combining?.together?.close({ ...combined, children });
    }
    const calls = ['combined open', 'combined query', 'combined close'];
    expect(reached).toEqual([...calls, ...calls]);
  });

  it('is told from one it takes', async () => {
    const { channel, reached } = answering('BUSY');
    const guarded = numberedChannel(channel);
    await guarded.open(order);
    await guarded.query(charge);
    await guarded.close(charge);
    await guarded.refund(refund);
    await guarded.queryRefund(refund);
    await guarded.statements?.fetchStatement('2026-11-22');
    expect(reached).toEqual(['open', 'query', 'close', 'refund', 'queryRefund', 'fetchStatement']);
  });
});

describe('combined payment behind the guards', () => {
  const clock = { nowMs: () => 0, wait: () => Promise.reject(new Error('nobody waits here')) };
  const observer = { called: () => undefined, unlisted: () => undefined };
  const guards: [string, (channel: Channel) => Channel][] = [
    ['numbered', numberedChannel],
    ['paced', (channel) => pacedChannel(channel, clock, () => undefined)],
    ['observed', (channel) => observedChannel(channel, observer, () => 0)],
  ];

  it.each(guards)('%s: is what it was, but for its calls', (_name, guard) => {
    const { channel } = answering('BUSY');
    const { products, childrenMax, number, account } = channel.combining ?? {};
    expect(guard(channel).combining).toMatchObject({ products, childrenMax, number, account });
    expect(guard(channel).combining?.together).not.toBeNull();
  });

  it.each(guards)('%s: stays away where the channel has none, or does not ask of children together', (_name, guard) => {
    const { channel } = answering('BUSY');
    expect(guard({ ...channel, combining: null }).combining).toBeNull();
    expect(guard({ ...channel, statements: null }).statements).toBeNull();
    const { combining } = channel;
    if (combining === null) throw new Error('this one has');
    expect(guard({ ...channel, combining: { ...combining, together: null } }).combining).toMatchObject({
      products: ['qr'],
      together: null,
    });
  });
});

describe('a channel that limits us', () => {
  const stopped = { nowMs: () => 0, wait: () => Promise.reject(new Error('nobody waits here')) };

  it('is heard as it says it, and left alone afterwards: nothing is sent, and a refund surely not', async () => {
    const { channel, reached } = answering('LIMIT');
    let now = 0;
    const pauses: number[] = [];
    const clock = { ...stopped, nowMs: () => now };
    const paced = pacedChannel(channel, clock, ({ pauseMs }) => pauses.push(pauseMs));
    for (let time = 0; time < 5; time += 1) {
      now += 60_001;
      expect(await paced.open(order)).toEqual({ kind: 'unknown', code: 'LIMIT' });
    }
    expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 16_000]);
    const code = 'SLOWED_DOWN';
    expect(await paced.open(order)).toEqual({ kind: 'unknown', code });
    expect(await paced.query(charge)).toMatchObject({ outcome: { kind: 'unknown', code } });
    expect(await paced.close(charge)).toEqual({ kind: 'unknown', code });
    expect(await paced.refund(refund)).toEqual({ kind: 'notExecuted', code, raw: null });
    expect(await paced.queryRefund(refund)).toEqual({ kind: 'unknown', code, raw: null });
    expect(await paced.statements?.fetchStatement('2026-11-22')).toEqual({ kind: 'unknown', code });
    expect(reached).toHaveLength(5);
  });

  it('is left alone by every other call, whichever it was that it limited', async () => {
    const limits = [
      (paced: Channel) => paced.open(order),
      (paced: Channel) => paced.combining?.open(combined),
      (paced: Channel) => paced.combining?.together?.query(combined),
      (paced: Channel) => paced.combining?.together?.close(combined),
      (paced: Channel) => paced.statements?.fetchStatement('2026-11-22'),
    ];
    const unknown = { kind: 'unknown', code: 'SLOWED_DOWN' };
    for (const limit of limits) {
      const { channel, reached } = answering('LIMIT');
      let now = 0;
      const paced = pacedChannel(channel, { ...stopped, nowMs: () => now }, () => undefined);
      for (let time = 0; time < 5; time += 1) {
        now += 60_001;
        await limit(paced);
      }
      expect(reached).toHaveLength(5);
      expect(await paced.combining?.open(combined)).toEqual(unknown);
      expect(await paced.combining?.together?.close(combined)).toEqual(unknown);
      expect(await paced.combining?.together?.query(combined)).toEqual(
        eachChild(combined, { outcome: { kind: 'unknown', code: 'SLOWED_DOWN' }, raw: noAnswer }),
      );
      expect(await paced.open(order)).toEqual(unknown);
      expect(reached).toHaveLength(5);
    }
  });

  it.each(['TIMEOUT', 'CONNECTION_FAILED', 'HTTP_502', 'BUSY'])('is not one that says %s', async (code) => {
    const { channel, reached } = answering(code);
    const paced = pacedChannel(channel, stopped, () => undefined);
    await paced.open(order);
    await paced.query(charge);
    expect(reached).toEqual(['open', 'query']);
  });

  it('still takes callbacks', async () => {
    const { channel } = answering('LIMIT');
    const paced = pacedChannel(channel, stopped, () => undefined);
    await paced.open(order);
    expect(paced.acknowledgement('received')).toMatchObject({ body: 'RECEIVED' });
    expect(paced.readNotification({ body: Buffer.from('?'), headers: {}, url: '/', receivedAt: '' })).toMatchObject({
      kind: 'rejected',
    });
  });
});

describe('what is observed of a channel', () => {
  async function observed(code: string) {
    const called: string[] = [];
    const unlisted: string[] = [];
    let now = 0;
    const channel = observedChannel(
      answering(code).channel,
      {
        called: ({ call, result, seconds }) => called.push(`${call} ${result} ${seconds}`),
        unlisted: ({ call, code: found }) => unlisted.push(`${call} ${found}`),
      },
      () => (now += 250),
    );
    await channel.open(order);
    await channel.query(charge);
    await channel.statements?.fetchStatement('2026-11-22');
    return { called, unlisted };
  }

  it('is every call, with its result and how long it took', async () => {
    expect(await observed('BUSY')).toEqual({
      called: ['open unknown 0.25', 'query unknown 0.25', 'fetchStatement unknown 0.25'],
      unlisted: [],
    });
  });

  describe('combined', () => {
    async function observedOf(code: string, change: (combining: Combining) => Combining = (same) => same) {
      const seen: string[] = [];
      const { channel } = answering(code);
      if (channel.combining === null) throw new Error('this one has');
      let now = 0;
      const { combining } = observedChannel(
        { ...channel, combining: change(channel.combining) },
        {
          called: ({ call, result, seconds }) => seen.push(`${call} ${result} ${seconds}`),
          unlisted: ({ call, code: found }) => seen.push(`${call} unlisted ${found}`),
        },
        () => (now += 250),
      );
      await combining?.open(combined);
      await combining?.together?.query(combined);
      await combining?.together?.close(combined);
      return seen;
    }

    it('is the same calls, one each, and their codes', async () => {
      expect(await observedOf('NEW')).toEqual([
        'open unknown 0.25',
        'open unlisted NEW',
        'query unknown 0.25',
        'query unlisted NEW',
        'close unknown 0.25',
        'close unlisted NEW',
      ]);
      expect(await observedOf('TIMEOUT')).toEqual(['open unknown 0.25', 'query unknown 0.25', 'close unknown 0.25']);
    });

    it('is unknown where anything is unknown of a child, and what is said of the children else', async () => {
      const telling = (...outcomes: ({ kind: 'waiting' } | { kind: 'unknown'; code: string })[]) =>
        observedOf('TIMEOUT', (combining) => ({
          ...combining,
          together: {
            close: () => Promise.resolve({ kind: 'closed' }),
            query: () =>
              Promise.resolve({
                facts: outcomes.map((outcome, index) => ({ outTradeNo: `P0000001I${index}`, merchantId: '', outcome })),
                raw: noAnswer,
              }),
          },
        }));
      const waiting = { kind: 'waiting' } as const;
      const [, query, unlisted] = await telling(waiting, { kind: 'unknown', code: 'NEW' });
      expect([query, unlisted]).toEqual(['query unknown 0.25', 'query unlisted NEW']);
      expect((await telling(waiting, waiting)).slice(1)).toEqual(['query waiting 0.25', 'close closed 0.25']);
    });
  });

  it('is every code that no table lists, fit for a log', async () => {
    expect((await observed('NEW\nCODE')).unlisted).toEqual([
      'open NEW?CODE',
      'query NEW?CODE',
      'fetchStatement NEW?CODE',
    ]);
  });

  it.each(['TIMEOUT', 'HTTP_500', 'BAD_ANSWER_SIGNATURE', 'SLOWED_DOWN', 'BILL_HASH_DIFFERS'])(
    'is no code of our own: %s',
    async (code) => {
      expect((await observed(code)).unlisted).toEqual([]);
    },
  );
});
