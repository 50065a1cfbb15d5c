import { describe, expect, it } from 'vitest';
import type { Channel, ChannelCodes } from '../../src/channels/channel.js';
import { numberedChannel } from '../../src/channels/numberedChannel.js';
import { observedChannel } from '../../src/channels/observedChannel.js';
import { pacedChannel } from '../../src/channels/pacedChannel.js';
import { withCalls } from '../../src/channels/withCalls.js';
import { fen } from '../../src/domain/money.js';
import { TestChannel } from '../api/testChannel.js';

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

const codes: ChannelCodes = {
  open: { LIMIT: 'unknown', BUSY: 'unknown' },
  query: { LIMIT: 'unknown', BUSY: 'unknown' },
  close: {},
  refund: { LIMIT: 'unknown' },
  queryRefund: {},
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
  const channel: Channel = {
    ...withCalls(test, {
      open: () => says('open', { kind: 'unknown', code } as const),
      query: async (asked) => ({
        ...(await test.query(asked)),
        outcome: await says('query', { kind: 'unknown', code } as const),
      }),
      close: () => says('close', { kind: 'unknown', code } as const),
      refund: () => says('refund', { kind: 'unknown', code, raw } as const),
      queryRefund: () => says('queryRefund', { kind: 'unknown', code, raw } as const),
    }),
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

  it('is told from one it takes', async () => {
    const { channel, reached } = answering('BUSY');
    const guarded = numberedChannel(channel);
    await guarded.open(order);
    await guarded.query(charge);
    await guarded.close(charge);
    await guarded.refund(refund);
    await guarded.queryRefund(refund);
    expect(reached).toEqual(['open', 'query', 'close', 'refund', 'queryRefund']);
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
    expect(reached).toHaveLength(5);
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
    return { called, unlisted };
  }

  it('is every call, with its result and how long it took', async () => {
    expect(await observed('BUSY')).toEqual({ called: ['open unknown 0.25', 'query unknown 0.25'], unlisted: [] });
  });

  it('is every code that no table lists, fit for a log', async () => {
    expect((await observed('NEW\nCODE')).unlisted).toEqual(['open NEW?CODE', 'query NEW?CODE']);
  });

  it.each(['TIMEOUT', 'HTTP_500', 'BAD_ANSWER_SIGNATURE', 'SLOWED_DOWN'])('is no code of our own: %s', async (code) => {
    expect((await observed(code)).unlisted).toEqual([]);
  });
});
