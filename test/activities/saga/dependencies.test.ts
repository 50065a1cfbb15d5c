import { describe, expect, it } from 'vitest';
import { channelOf, happenedNow } from '../../../src/activities/saga/dependencies.js';
import { ourMerchant, ScriptedChannel } from '../../support/scriptedChannel.js';
import { TestClock } from '../../support/testClock.js';

const now = new Date('2026-11-22T06:00:30.000Z');
const channel = new ScriptedChannel(new TestClock({ currentTimeMs: () => Promise.resolve(now.getTime()) }));
const channels = new Map([['alipay', channel]]);

describe('the channel of a charge', () => {
  it('is the one configured under its name for its merchant', () => {
    expect(channelOf({ channels }, { name: 'alipay', merchantId: ourMerchant })).toBe(channel);
  });

  it('is waited for while configuration does not have it', () => {
    expect(() => channelOf({ channels }, { name: 'wechat', merchantId: ourMerchant })).toThrow('no channel "wechat"');
  });

  it('is waited for while another merchant stands under its name, whose silence would prove nothing', () => {
    expect(() => channelOf({ channels }, { name: 'alipay', merchantId: '2088999999999999' })).toThrow(
      'another merchant',
    );
  });
});

describe('a step that was taken', () => {
  it('says when its last event really happened, and leaves the earlier ones as they were', () => {
    const at = '2026-11-22T06:00:00.000Z';
    const step = {
      paymentId: 'P2026112200000001',
      writer: 'payment' as const,
      version: 1,
      events: [
        { type: 'CancelRequested' as const, at, detail: 'not wanted' },
        { type: 'ChargeOpened' as const, at, detail: 'alipay qr' },
      ],
    };
    expect(happenedNow(step, { now: () => now }).events.map((event) => event.at)).toEqual([at, now.toISOString()]);
    expect(happenedNow({ ...step, events: [] }, { now: () => now }).events).toEqual([]);
  });
});
