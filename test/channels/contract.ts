import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { conclusionOf } from '../../src/channels/channel.js';
import type { Channel, ChargeOrder, Collecting, RawNotification, RefundOrder } from '../../src/channels/channel.js';
import type { Cashier } from '../../src/domain/cashier.js';
import { fen } from '../../src/domain/money.js';
import type { Fen } from '../../src/domain/money.js';

/** What a simulated channel can be told to do to the next call about an order. */
type Trouble =
  | 'timeoutBeforeEffect'
  | 'timeoutAfterEffect'
  | 'errorBeforeEffect'
  | 'errorAfterEffect'
  | 'systemError'
  | 'unsignedError'
  | 'rateLimited'
  | 'badAnswerSignature';
export type PortCall = keyof Collecting;

/** A code the channel documents for a call, and what the port makes of it: literal, never read from the adapter. */
export type DocumentedCode = readonly [call: PortCall, code: string, kind: string];

/** One channel, its simulator, and whoever stands at both ends of it. */
export interface ChannelHarness {
  channel: Channel;
  /** A product that the simulated payer can pay. */
  product: string;
  /** What a query says of an order no payer has looked at yet. */
  untouched: 'absent' | 'waiting';
  amountMaxFen: Fen;
  /** What a query says of a charge once a part, and once all of it, was given back. */
  afterRefund: { part: 'paid' | 'returned'; full: 'paid' | 'returned' };
  /** What a refund that works is answered with; a query of it then says `refunded`. */
  refundAnswers: 'refunded' | 'pending';
  /** The payer's browser opens what it was given, where the channel learns of the order only from it. */
  browse?(cashier: Cashier): Promise<void>;
  /** The payer looks at the order, and does not pay yet. */
  scan(outTradeNo: string): Promise<void>;
  pay(outTradeNo: string, how?: { amountFen?: number }): Promise<void>;
  /** The next callback about this order that was not yet taken, as received and acknowledged. */
  nextCallback(outTradeNo: string): Promise<RawNotification>;
  trouble(outTradeNo: string, call: PortCall, trouble: Trouble): Promise<void>;
  /** The next such call about this order is answered with this code, rightly signed and without effect. */
  answerWith(outTradeNo: string, call: PortCall, code: string): Promise<void>;
  /** The payer pays while the close of this order is on its way. */
  payDuringClose(outTradeNo: string): Promise<void>;
  /** The next refund of this order is refused, for ever or for want of money. */
  refuseRefund(outTradeNo: string, how: 'forEver' | 'noBalance'): Promise<void>;
  /** Refunds of this order are accepted and do not move until `release` is called. */
  holdRefunds(outTradeNo: string): Promise<{ release(): Promise<void> }>;
  /** Sends a callback about this order that is wrong in one way; it is then to be taken by `nextCallback`. */
  forge(
    outTradeNo: string,
    how: { badSignature: true } | { merchantId: string } | { appId: string } | { amountFen: number },
  ): Promise<void>;
  /** The next callback about this order arrives twice at the same moment. */
  repeatCallback(outTradeNo: string): Promise<void>;
  /** The text of a statement, however the channel packs it. */
  unpack(bytes: Buffer): string;
  /** The channel's statements are still being made. */
  statementsAreBeingMade(): Promise<void>;
  /** What the channel's own books say was given back under this order. */
  refundedFen(outTradeNo: string): Promise<number>;
  close(): Promise<void>;
}

/** What a channel has and another has not; the tests of what it lacks are replaced or left out. */
export interface ChannelTraits {
  opens: 'byCall' | 'inTheBrowser';
  closes: 'onRequest' | 'never';
  callbacks: 'nameTheApplication' | 'nameTheMerchant';
}

/** An order with what the channel says of its payment, and one moment for all repeats of a refund. */
type PaidOrder = ChargeOrder & { tradeNo: string; paidAt: string; refundAt: string };

/** What every channel must do, shown against its simulator over the real wire. */
export function describeChannelContract(
  name: string,
  makeHarness: () => Promise<ChannelHarness>,
  documented: readonly DocumentedCode[],
  traits: ChannelTraits,
): void {
  describe(`the ${name} channel`, () => {
    let harness: ChannelHarness;
    let channel: Channel;
    beforeAll(async () => {
      harness = await makeHarness();
      channel = harness.channel;
    });
    afterAll(() => harness.close());

    /** Unlike any order of this run or of a run before. */
    const newOrder = (overrides: Partial<ChargeOrder> = {}): ChargeOrder => ({
      outTradeNo: `P${Date.now()}${randomInt(1_000, 9_999)}C1`,
      orderedAt: new Date().toISOString(),
      product: harness.product,
      amountFen: fen(1_280_00),
      subject: '机动车商业保险',
      expiresAt: new Date(Date.now() + 30 * 60_000).toISOString(),
      terminalId: 'T0000001',
      payer: { openid: 'oUpF8uMuAJO0M2pxb1Q9zNjWeS6o', clientIp: '203.0.113.7' },
      ...overrides,
    });
    const opened = async (overrides: Partial<ChargeOrder> = {}): Promise<ChargeOrder> => {
      const order = newOrder(overrides);
      const result = await channel.open(order);
      if (result.kind !== 'opened') throw new Error(`${order.outTradeNo} was not opened: ${result.code}`);
      await harness.browse?.(result.cashier);
      return order;
    };
    const paid = async (overrides: Partial<ChargeOrder> = {}): Promise<PaidOrder> => {
      const order = await opened(overrides);
      await harness.pay(order.outTradeNo);
      const { outcome } = await channel.query(order);
      if (outcome.kind !== 'paid') throw new Error(`${order.outTradeNo} was paid and reads ${outcome.kind}`);
      return { ...order, tradeNo: outcome.tradeNo, paidAt: outcome.paidAt, refundAt: new Date().toISOString() };
    };
    const refundOf = (order: PaidOrder, overrides: Partial<RefundOrder> = {}): RefundOrder => ({
      charge: order,
      chargedFen: order.amountFen,
      tradeNo: order.tradeNo,
      paidAt: order.paidAt,
      requestedAt: order.refundAt,
      refundNo: `${order.outTradeNo}R1`,
      refundFen: order.amountFen,
      reason: 'the core refused the policy',
      ...overrides,
    });
    const outcomeOf = async (order: ChargeOrder) => (await channel.query(order)).outcome;

    describe('a payment', () => {
      it('is proven by the callback and by the query, which say the same', async () => {
        const order = await paid();
        const told = channel.readNotification(await harness.nextCallback(order.outTradeNo));
        const asked = await channel.query(order);
        expect(told).toMatchObject({
          kind: 'charge',
          outTradeNo: order.outTradeNo,
          merchantId: channel.merchantId,
          outcome: { kind: 'paid', paidFen: order.amountFen },
        });
        expect(told).toMatchObject({ outcome: asked.outcome });
        expect(asked.raw.signature).toBe('valid');
        expect(asked.raw.body.length).toBeGreaterThan(0);
      });

      it('that nobody has looked at is not a failure', async () => {
        const order = newOrder();
        expect(await channel.open(order)).toMatchObject({ kind: 'opened' });
        expect(await outcomeOf(order)).toEqual({ kind: harness.untouched });
      });

      it('that the payer looks at is waiting', async () => {
        const order = await opened();
        await harness.scan(order.outTradeNo);
        expect(await outcomeOf(order)).toEqual({ kind: 'waiting' });
      });

      it('opened twice under one number is one charge', async () => {
        const order = await opened();
        expect(await channel.open(order)).toMatchObject({ kind: 'opened' });
        await harness.pay(order.outTradeNo);
        expect(await outcomeOf(order)).toMatchObject({ kind: 'paid', paidFen: order.amountFen });
      });

      it('for a product the channel does not offer is refused', async () => {
        expect(await channel.open(newOrder({ product: 'barter' }))).toMatchObject({ kind: 'refused' });
      });

      it.each(['least', 'most'])('of the %s amount arrives to the fen', async (which) => {
        const amountFen = which === 'least' ? fen(1) : harness.amountMaxFen;
        const order = await paid({ amountFen });
        expect(await outcomeOf(order)).toMatchObject({ kind: 'paid', paidFen: amountFen });
        const told = channel.readNotification(await harness.nextCallback(order.outTradeNo));
        expect(told).toMatchObject({ outcome: { kind: 'paid', paidFen: amountFen } });
      });

      it('with the longest numbers is paid and refunded', async () => {
        const stem = `P${Date.now()}${randomInt(10 ** 9, 10 ** 10)}`.padEnd(24, 'Z');
        const order = await paid({ outTradeNo: `${stem}C9` });
        const refund = refundOf(order, { refundNo: `${order.outTradeNo}R99T9` });
        expect(await channel.refund(refund)).toMatchObject({ kind: harness.refundAnswers });
        expect(await channel.queryRefund(refund)).toMatchObject({ kind: 'refunded' });
      });

      it('of another amount is reported as it is: what to make of it is not the channel’s to decide', async () => {
        const order = await opened();
        await harness.pay(order.outTradeNo, { amountFen: 1 });
        expect(await outcomeOf(order)).toMatchObject({ kind: 'paid', paidFen: 1 });
      });
    });

    if (traits.closes === 'never')
      describe('closing', () => {
        it('is not offered, and the order stays payable', async () => {
          const order = await opened();
          expect(await channel.close(order)).toEqual({ kind: 'notOffered' });
          await harness.pay(order.outTradeNo);
          expect(await outcomeOf(order)).toMatchObject({ kind: 'paid', paidFen: order.amountFen });
        });
      });

    if (traits.closes === 'onRequest')
      describe('closing', () => {
        it('ends an unpaid order', async () => {
          const order = await opened();
          await harness.scan(order.outTradeNo);
          expect(await channel.close(order)).toEqual({ kind: 'closed' });
          expect(await outcomeOf(order)).toEqual({ kind: 'closed' });
        });

        it('of a paid order changes nothing and says so', async () => {
          const order = await paid();
          expect(await channel.close(order)).toMatchObject({ kind: 'notClosable' });
          expect(await outcomeOf(order)).toMatchObject({ kind: 'paid' });
        });

        it('that loses the race against the payer does not hide the money', async () => {
          const order = await opened();
          await harness.scan(order.outTradeNo);
          await harness.payDuringClose(order.outTradeNo);
          expect(await channel.close(order)).toMatchObject({ kind: 'notClosable' });
          expect(await outcomeOf(order)).toMatchObject({ kind: 'paid', paidFen: order.amountFen });
        });
      });

    describe('a refund', () => {
      it('of everything gives everything back', async () => {
        const order = await paid();
        expect(await channel.refund(refundOf(order))).toMatchObject({ kind: harness.refundAnswers });
        expect(await channel.queryRefund(refundOf(order))).toMatchObject({ kind: 'refunded' });
        expect(await harness.refundedFen(order.outTradeNo)).toBe(order.amountFen);
        expect(await outcomeOf(order)).toMatchObject({ kind: harness.afterRefund.full, paidFen: order.amountFen });
      });

      it('of parts leaves what was paid whole', async () => {
        const order = await paid();
        for (const [refundNo, refundFen] of [
          [`${order.outTradeNo}R1`, fen(10_01)],
          [`${order.outTradeNo}R2`, fen(99)],
        ] as const) {
          const part = refundOf(order, { refundNo, refundFen });
          expect(await channel.refund(part)).toMatchObject({ kind: harness.refundAnswers });
          expect(await channel.queryRefund(part)).toMatchObject({ kind: 'refunded' });
        }
        expect(await harness.refundedFen(order.outTradeNo)).toBe(11_00);
        expect(await outcomeOf(order)).toMatchObject({ kind: harness.afterRefund.part, paidFen: order.amountFen });
      });

      it('is announced as a refund and never as a payment', async () => {
        const order = await paid();
        await harness.nextCallback(order.outTradeNo);
        const part = refundOf(order, { refundFen: fen(10_00) });
        await channel.refund(part);
        expect(channel.readNotification(await harness.nextCallback(order.outTradeNo))).toMatchObject({
          kind: 'refund',
          outTradeNo: order.outTradeNo,
          refundNo: part.refundNo,
        });
      });

      it('repeated under its number pays back once', async () => {
        const order = await paid();
        const part = refundOf(order, { refundFen: fen(10_00) });
        await channel.refund(part);
        expect(['pending', 'refunded']).toContain((await channel.refund(part)).kind);
        expect(await channel.queryRefund(part)).toMatchObject({ kind: 'refunded' });
        expect(await harness.refundedFen(order.outTradeNo)).toBe(10_00);
      });

      it('repeated under its number with another amount proves nothing and moves nothing', async () => {
        const order = await paid();
        await channel.refund(refundOf(order, { refundFen: fen(10_00) }));
        const other = refundOf(order, { refundFen: fen(20_00) });
        expect(await channel.refund(other)).toMatchObject({ kind: 'unknown' });
        expect(await channel.queryRefund(other)).toMatchObject({ kind: 'unknown' });
        expect(await harness.refundedFen(order.outTradeNo)).toBe(10_00);
      });

      it('of more than was paid is refused', async () => {
        const order = await paid();
        const tooMuch = refundOf(order, { refundFen: fen(order.amountFen + 1) });
        expect(await channel.refund(tooMuch)).toMatchObject({ kind: 'refused' });
        expect(await harness.refundedFen(order.outTradeNo)).toBe(0);
      });

      it('that the channel refuses for ever is refused', async () => {
        const order = await paid();
        await harness.refuseRefund(order.outTradeNo, 'forEver');
        expect(await channel.refund(refundOf(order))).toMatchObject({ kind: 'refused' });
      });

      it('for which the merchant lacks money is sent again under the same number', async () => {
        const order = await paid();
        await harness.refuseRefund(order.outTradeNo, 'noBalance');
        expect(await channel.refund(refundOf(order))).toMatchObject({ kind: 'notExecuted' });
        expect(await channel.refund(refundOf(order))).toMatchObject({ kind: harness.refundAnswers });
      });

      it('that was never sent is not there', async () => {
        const order = await paid();
        expect(await channel.queryRefund(refundOf(order))).toMatchObject({ kind: 'notExecuted' });
      });

      it('that is stuck is neither done nor refused, until it is done', async () => {
        const order = await paid();
        const hold = await harness.holdRefunds(order.outTradeNo);
        expect(await channel.refund(refundOf(order))).toMatchObject({ kind: 'pending' });
        expect(['pending', 'notExecuted']).toContain((await channel.queryRefund(refundOf(order))).kind);
        expect(await harness.refundedFen(order.outTradeNo)).toBe(0);
        await hold.release();
        expect(await channel.queryRefund(refundOf(order))).toMatchObject({ kind: 'refunded' });
        expect(await harness.refundedFen(order.outTradeNo)).toBe(order.amountFen);
      });
    });

    describe('silence and doubt are unknown, and asking settles them', () => {
      const before = ['timeoutBeforeEffect', 'errorBeforeEffect', 'systemError'] as const;
      const after = ['timeoutAfterEffect', 'errorAfterEffect', 'badAnswerSignature'] as const;

      if (traits.opens === 'byCall')
        it.each([...before, ...after])('opening: %s', async (trouble) => {
          const order = newOrder();
          await harness.trouble(order.outTradeNo, 'open', trouble);
          expect(await channel.open(order)).toMatchObject({ kind: 'unknown' });
          expect(await channel.open(order)).toMatchObject({ kind: 'opened' });
        });

      it.each([...before, ...after])('asking about a paid order: %s', async (trouble) => {
        const order = await paid();
        await harness.trouble(order.outTradeNo, 'query', trouble);
        expect(await outcomeOf(order)).toMatchObject({ kind: 'unknown' });
        expect(await outcomeOf(order)).toMatchObject({ kind: 'paid' });
      });

      it('an error without a signature proves nothing, and what it was about stands', async () => {
        const order = await paid();
        await harness.trouble(order.outTradeNo, 'query', 'unsignedError');
        expect(await outcomeOf(order)).toMatchObject({ kind: 'unknown' });
        expect(await outcomeOf(order)).toMatchObject({ kind: 'paid' });
        await harness.trouble(order.outTradeNo, 'refund', 'unsignedError');
        expect(await channel.refund(refundOf(order))).toMatchObject({ kind: 'unknown' });
        await channel.refund(refundOf(order));
        await harness.trouble(order.outTradeNo, 'queryRefund', 'unsignedError');
        expect(await channel.queryRefund(refundOf(order))).toMatchObject({ kind: 'unknown' });
        expect(await channel.queryRefund(refundOf(order))).toMatchObject({ kind: 'refunded' });
      });

      it('a limit of the channel proves nothing, and asks us to slow down', async () => {
        const order = await paid();
        await harness.trouble(order.outTradeNo, 'query', 'rateLimited');
        const outcome = await outcomeOf(order);
        if (outcome.kind !== 'unknown') throw new Error(`limited, and reads ${outcome.kind}`);
        expect(channel.codes.slowDown).toContain(outcome.code);
        expect(await outcomeOf(order)).toMatchObject({ kind: 'paid' });
      });

      it('an answer with a bad signature is kept, marked as such', async () => {
        const order = await paid();
        await harness.trouble(order.outTradeNo, 'query', 'badAnswerSignature');
        const { raw } = await channel.query(order);
        expect(raw.signature).toBe('invalid');
        expect(raw.body.toString()).toContain(order.outTradeNo);
      });

      if (traits.closes === 'onRequest')
        it.each(before)('closing: %s', async (trouble) => {
          const order = await opened();
          await harness.scan(order.outTradeNo);
          await harness.trouble(order.outTradeNo, 'close', trouble);
          expect(await channel.close(order)).toMatchObject({ kind: 'unknown' });
          expect(await outcomeOf(order)).toEqual({ kind: 'waiting' });
        });

      if (traits.closes === 'onRequest')
        it.each(after)('closing: %s', async (trouble) => {
          const order = await opened();
          await harness.scan(order.outTradeNo);
          await harness.trouble(order.outTradeNo, 'close', trouble);
          expect(await channel.close(order)).toMatchObject({ kind: 'unknown' });
          expect(await outcomeOf(order)).toEqual({ kind: 'closed' });
        });

      it.each(before)('refunding: %s', async (trouble) => {
        const order = await paid();
        await harness.trouble(order.outTradeNo, 'refund', trouble);
        expect(await channel.refund(refundOf(order))).toMatchObject({ kind: 'unknown' });
        expect(await channel.queryRefund(refundOf(order))).toMatchObject({ kind: 'notExecuted' });
        expect(await channel.refund(refundOf(order))).toMatchObject({ kind: harness.refundAnswers });
        expect(await harness.refundedFen(order.outTradeNo)).toBe(order.amountFen);
      });

      it.each(after)('refunding: %s', async (trouble) => {
        const order = await paid();
        await harness.trouble(order.outTradeNo, 'refund', trouble);
        expect(await channel.refund(refundOf(order))).toMatchObject({ kind: 'unknown' });
        expect(await channel.queryRefund(refundOf(order))).toMatchObject({ kind: 'refunded' });
        expect(await harness.refundedFen(order.outTradeNo)).toBe(order.amountFen);
      });

      it.each([...before, ...after])('asking about a refund: %s', async (trouble) => {
        const order = await paid();
        await channel.refund(refundOf(order));
        await harness.trouble(order.outTradeNo, 'queryRefund', trouble);
        expect(await channel.queryRefund(refundOf(order))).toMatchObject({ kind: 'unknown' });
        expect(await channel.queryRefund(refundOf(order))).toMatchObject({ kind: 'refunded' });
      });
    });

    describe('a documented code', () => {
      it.each(documented)('%s answered with %s is %s', async (call, code, kind) => {
        const order = call === 'refund' || call === 'queryRefund' ? await paid() : await orderFor(call);
        await harness.answerWith(order.outTradeNo, call, code);
        const refund = refundOf({ tradeNo: '', paidAt: '', refundAt: '', ...order });
        const answers = {
          open: () => channel.open(order),
          query: () => outcomeOf(order),
          close: () => channel.close(order),
          refund: () => channel.refund(refund),
          queryRefund: () => channel.queryRefund(refund),
        };
        expect(await answers[call]()).toMatchObject({ kind });
      });

      it.each(['open', 'query', 'close', 'refund', 'queryRefund', 'fetchStatement'] as const)(
        'that nobody lists proves nothing: %s',
        (call) => {
          expect(conclusionOf<string>(channel.codes[call], 'A_CODE_NOBODY_LISTS')).toBeNull();
        },
      );

      it('of a limit asks us to slow down and refuses nothing', () => {
        expect(channel.codes.slowDown.length).toBeGreaterThan(0);
        for (const code of channel.codes.slowDown) {
          expect(conclusionOf<string>(channel.codes.open, code)).toBe('unknown');
          expect(['unknown', 'notExecuted']).toContain(conclusionOf<string>(channel.codes.refund, code));
        }
      });

      /** An order the call can be about: for opening one that does not stand yet. */
      const orderFor = (call: PortCall): Promise<ChargeOrder> =>
        call === 'open' ? Promise.resolve(newOrder()) : opened();
    });

    describe('numbers', () => {
      it('of ours, the shortest and the longest, fit the channel', () => {
        const { charge, refund } = channel.numbers;
        for (const stem of ['P0000001', 'P'.padEnd(24, 'Z')]) {
          expect(`${stem}C9`).toMatch(charge.pattern);
          expect(`${stem}C9R99T9`).toMatch(refund.pattern);
        }
      });

      it('the channel would not take are not taken for ours', () => {
        const { charge, refund } = channel.numbers;
        for (const wrong of ['', 'P'.padEnd(65, 'Z'), 'P0000001 C1', 'P0000001C1&amount=1', '保单0000001']) {
          expect(wrong).not.toMatch(charge.pattern);
          expect(wrong).not.toMatch(refund.pattern);
        }
      });
    });

    describe('what was kept', () => {
      it('of a callback and of an answer verifies again with the same key, and not once a byte is changed', async () => {
        const order = await paid();
        const callback = await harness.nextCallback(order.outTradeNo);
        const { raw } = await channel.query(order);
        const receivedAt = new Date().toISOString();
        const kept = [
          { message: { kind: 'callback' as const, ...callback }, keyId: channel.readNotification(callback).keyId },
          { message: { kind: 'answer' as const, ...raw, receivedAt }, keyId: raw.keyId },
        ];
        for (const { message, keyId } of kept) {
          expect(keyId).not.toBeNull();
          expect(channel.verify(message)).toEqual({ signature: 'valid', keyId });
          const body = Buffer.from(message.body);
          const digit = body.findIndex((byte) => byte >= 0x30 && byte < 0x39);
          body[digit] = (body[digit] ?? 0) + 1;
          expect(channel.verify({ ...message, body })).toEqual({ signature: 'invalid', keyId: null });
        }
      });
    });

    describe('the statement of a day', () => {
      const dayInBeijing = (): string => new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);

      it('names what was paid and what was given back', async () => {
        const days = new Set([dayInBeijing()]);
        const order = await paid();
        days.add(dayInBeijing());
        const part = refundOf(order, { refundFen: fen(10_01) });
        await channel.refund(part);
        await channel.queryRefund(part);
        days.add(dayInBeijing());
        // Midnight may have passed in between: each day's statement names what is its own.
        let statements = '';
        for (const day of days) {
          const fetched = await channel.statements?.fetchStatement(day);
          if (fetched?.kind !== 'ready') continue;
          statements += harness.unpack(fetched.file.bytes);
          expect(fetched.file.name).toMatch(/^[\w.-]+$/);
        }
        for (const number of [order.outTradeNo, order.tradeNo, part.refundNo]) expect(statements).toContain(number);
      });

      it('that is still being made is asked for later', async () => {
        const day = dayInBeijing();
        await paid();
        await harness.statementsAreBeingMade();
        expect(await channel.statements?.fetchStatement(day)).toMatchObject({ kind: 'notReady' });
        const later = await channel.statements?.fetchStatement(day);
        // Paid after midnight, the day may have nothing to name.
        expect(later?.kind).not.toBe('notReady');
        if (dayInBeijing() === day) expect(later).toMatchObject({ kind: 'ready' });
      });
    });

    describe('a callback', () => {
      it('repeated is the same notification', async () => {
        const order = await opened();
        await harness.repeatCallback(order.outTradeNo);
        await harness.pay(order.outTradeNo);
        const first = channel.readNotification(await harness.nextCallback(order.outTradeNo));
        expect(first).toMatchObject({ kind: 'charge', outcome: { kind: 'paid' } });
        expect(channel.readNotification(await harness.nextCallback(order.outTradeNo))).toEqual(first);
      });

      it('with a bad signature is rejected', async () => {
        const order = await paid();
        await harness.nextCallback(order.outTradeNo);
        await harness.forge(order.outTradeNo, { badSignature: true });
        expect(channel.readNotification(await harness.nextCallback(order.outTradeNo))).toMatchObject({
          kind: 'rejected',
          reason: 'badSignature',
          signature: 'invalid',
        });
      });

      it('changed on its way by a single digit is rejected', async () => {
        const order = await paid();
        const { body, ...rest } = await harness.nextCallback(order.outTradeNo);
        const oneMore = (digit: string): string => String((Number(digit) + 1) % 10);
        const changed = Buffer.from(body.toString('latin1').replace(/\d/, oneMore), 'latin1');
        expect(changed.equals(body)).toBe(false);
        expect(channel.readNotification({ ...rest, body: changed })).toMatchObject({ kind: 'rejected' });
      });

      it('about another merchant is rejected', async () => {
        const order = await paid();
        await harness.nextCallback(order.outTradeNo);
        await harness.forge(order.outTradeNo, { merchantId: '2088999999999999' });
        expect(channel.readNotification(await harness.nextCallback(order.outTradeNo))).toMatchObject({
          kind: 'rejected',
          reason: 'wrongMerchant',
          outTradeNo: order.outTradeNo,
        });
      });

      if (traits.callbacks === 'nameTheApplication')
        it('about another application is rejected', async () => {
          const order = await paid();
          await harness.nextCallback(order.outTradeNo);
          await harness.forge(order.outTradeNo, { appId: '2021999999999999' });
          expect(channel.readNotification(await harness.nextCallback(order.outTradeNo))).toMatchObject({
            kind: 'rejected',
            reason: 'wrongApp',
            outTradeNo: order.outTradeNo,
          });
        });

      it('that is genuine and names another amount is read as it is', async () => {
        const order = await paid();
        await harness.nextCallback(order.outTradeNo);
        await harness.forge(order.outTradeNo, { amountFen: 1 });
        expect(channel.readNotification(await harness.nextCallback(order.outTradeNo))).toMatchObject({
          kind: 'charge',
          outcome: { kind: 'paid', paidFen: 1 },
        });
      });
    });
  });
}
