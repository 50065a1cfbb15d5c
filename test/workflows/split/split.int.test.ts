import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { refundWorkflowId } from '../../../src/domain/ids.js';
import { fen } from '../../../src/domain/money.js';
import { searchAttributes } from '../../../src/workflows/saga/messages.js';
import { day, hour, minute, SagaWorld } from '../../support/sagaWorld.js';
import { silentQuery } from '../../support/scriptedChannel.js';
import { unheard } from '../../support/twists.js';

/*
 | step     | fault                                             | must be undone            | ends                               |
 |----------|---------------------------------------------------|---------------------------|------------------------------------|
 | open     | one part is refused                               | the others are closed     | closed, or refunded                |
 | collect  | one part is never paid                            | the paid ones             | refunded                           |
 | collect  | nobody pays                                       | nothing                   | closed                             |
 | collect  | one part is paid after the end                    | its late money            | refunded                           |
 | collect  | one part is paid while a person is waited for     | nothing                   | issued                             |
 | collect  | nobody can tell about one part for hours          | nothing until it is known | issued                             |
 | collect  | one part is paid twice                            | the later money           | issued                             |
 | collect  | one part is paid with another amount              | nothing until settled     | needsAttention, then issued        |
 | collect  | the payment is cancelled half-way                 | the paid ones             | refunded                           |
 | collect  | it is cancelled when all is paid                  | nothing                   | issued                             |
 | wait     | a paid part turns doubtful                        | nothing until settled     | needsAttention, then issued        |
 | issue    | the core refuses                                  | all parts                 | refunded                           |
 | issue    | the core is silent past the deadline              | as a person decides       | issued or refunded                 |
 | refund   | one part's refund is stuck for a day              | nothing                   | refunded, the others at once       |
 | refund   | one part's refund is refused for good             | as a person decides       | refunded                           |
 | any      | every workflow is replayed from its history       | nothing                   | issued                             |
*/

let world: SagaWorld;
beforeAll(async () => {
  world = await SagaWorld.start();
});
beforeEach(() => world.calm());
afterAll(() => world.close());

const premiumFen = 1_280_00;

describe('a payment in parts', () => {
  it('is issued once when every part is paid, and shows before how much is', async () => {
    const payment = await world.openedInParts();
    await payment.paysPartAndCallsBack(1);
    await payment.until('partlyPaid');
    expect(payment.coreCalls).toEqual([]);
    await payment.paysPartAndCallsBack(2);
    await payment.endsAs('issued');
    expect(payment.coreCalls).toEqual(['issue']);
    expect(await payment.statuses()).toEqual(['issued', 'issued']);
    expect(world.core.inForce(payment.paymentId)?.request).toMatchObject({
      amountFen: premiumFen,
      outTradeNo: `${payment.paymentId}S021`,
      channel: 'wechatpay',
    });
  });

  it('is issued when no callback ever comes, each part known by its own query', async () => {
    const payment = await world.openedInParts({ partsFen: [1, 2, 127_997] });
    for (const no of [1, 2, 3]) await payment.paysPart(no);
    await payment.endsAs('issued');
  });

  it('opens all parts at once, each with its own number, and answers when all are payable', async () => {
    const payment = await world.askedInParts();
    const { status, parts = [] } = await payment.untilOpen();
    expect(status).toBe('awaitingPayment');
    expect(parts.map(({ charge }) => charge?.outTradeNo)).toEqual(
      ['S011', 'S021'].map((mark) => payment.paymentId + mark),
    );
    expect(parts.every(({ charge }) => charge?.cashier?.kind === 'qr')).toBe(true);
    await payment.cancels();
    await payment.endsAs('closed');
  });

  it('gives back what is paid when one part is never paid, and only once that is known', async () => {
    const payment = await world.openedInParts({ product: 'page' });
    await payment.paysPartAndCallsBack(1);
    await payment.endsAs('refunded');
    expect(await payment.statuses()).toEqual(['refunded', 'closed']);
    expect(payment.coreCalls).toEqual([]);
    expect(world.otherChannel.callsFor(payment.paymentId).slice(-3)).toEqual([
      'query S021',
      'close S021',
      'query S021',
    ]);
  });

  it('closes with nothing in the book when nobody pays', async () => {
    const payment = await world.openedInParts();
    await payment.endsAs('closed');
    expect(await payment.statuses()).toEqual(['closed', 'closed']);
    expect(await payment.bookFen()).toEqual({});
  });

  it('closes the others when one part is refused, and says why', async () => {
    world.otherChannel.onOpen.next(() => ({ kind: 'refused', code: 'RULE_LIMIT', message: 'too much' }));
    const payment = await world.askedInParts({ product: 'page' });
    const opened = await payment.untilOpen();
    expect(opened.refusal).toEqual({ code: 'RULE_LIMIT', message: 'too much' });
    await payment.endsAs('closed');
    expect(payment.channelCalls).toContain('close S011');
  });

  it('waits, however long, while nobody can tell about one part, and is issued when it turns out paid', async () => {
    const payment = await world.openedInParts();
    const silentUntil = (await world.nowMs()) + 6 * hour;
    world.otherChannel.onQuery.until(silentUntil, silentQuery);
    world.otherChannel.onClose.until(silentUntil, unheard);
    await payment.paysPartAndCallsBack(1);
    await payment.paysPart(2);
    await world.pass(5 * hour);
    expect((await payment.record()).status).toBe('partlyPaid');
    expect(payment.channelCalls.filter((call) => call.startsWith('refund'))).toEqual([]);
    await payment.endsAs('issued');
  });

  it('sends money back by itself that comes for a part after the end', async () => {
    const payment = await world.openedInParts({ product: 'page' });
    await payment.paysPartAndCallsBack(1);
    await payment.ends();
    await payment.paysPartAndCallsBack(2, { anyway: true });
    await payment.ends();
    await payment.expectMoneyRight();
    expect(await payment.statuses()).toEqual(['refunded', 'refunded']);
  });

  it('is issued, and gives the later money back, when one part is paid twice', async () => {
    const payment = await world.openedInParts({ product: 'page' });
    const part = await payment.part(1);
    await part.switchesTo('qr');
    await part.paysAndCallsBack({ attempt: 2 });
    await payment.until('partlyPaid');
    await part.paysAndCallsBack({ attempt: 1, anyway: true });
    await payment.paysPartAndCallsBack(2);
    await payment.endsAs('issued');
    expect(payment.channelCalls.filter((call) => call.startsWith('refund '))).toHaveLength(1);
  });

  it('is not issued while one part holds another amount, and the others are known all the same', async () => {
    const payment = await world.openedInParts();
    const part = await payment.part(1);
    await part.callback({ outcome: part.moneyOf(1, `2026${part.outTradeNo()}1`) });
    await part.untilAttention(minute, 200);
    await payment.paysPartAndCallsBack(2);
    await payment.untilParts('needsAttention', 'paid');
    expect((await payment.record()).status).toBe('needsAttention');
    await part.pays();
    await part.resolve('recheck');
    await payment.endsAs('issued');
  });

  it('is not issued while the money of one part is heard of and cannot be booked', async () => {
    const payment = await world.openedInParts();
    await payment.paysPartAndCallsBack(1);
    await payment.until('partlyPaid');
    world.paymentsAway = (step) => step.paymentId === payment.partIds[1] && step.status === 'paid';
    await payment.paysPartAndCallsBack(2);
    await world.pass(minute);
    expect(payment.coreCalls).toEqual([]);
    world.paymentsAway = null;
    await payment.endsAs('issued');
    expect((await (await payment.part(2)).record()).paidFen).toBe(480_00);
  });

  it('is held while a part that was paid turns doubtful, though every part was', async () => {
    const payment = await world.openedInParts();
    await payment.paysPartAndCallsBack(1);
    await payment.until('partlyPaid');
    const part = await payment.part(1);
    await part.callback({ outcome: { kind: 'refused', code: 'TRADE_HAS_FAILED' } });
    await part.untilAttention(minute, 200);
    await payment.paysPartAndCallsBack(2);
    await world.pass(minute);
    expect(payment.coreCalls).toEqual([]);
    await part.resolve('recheck');
    await payment.endsAs('issued');
  });

  it('is given back when a person sends back the doubtful money of one part, and the others with it', async () => {
    const payment = await world.openedInParts({ product: 'page' });
    await payment.paysPartAndCallsBack(1);
    await payment.until('partlyPaid');
    const part = await payment.part(1);
    await part.callback({ outcome: { kind: 'refused', code: 'TRADE_HAS_FAILED' } });
    await part.untilAttention(minute, 200);
    await part.resolve('refund');
    await payment.endsAs('refunded');
    expect(await payment.statuses()).toEqual(['refunded', 'closed']);
    expect(payment.coreCalls).toEqual([]);
  });

  it('gives back what is paid when it is cancelled half-way, and closes the rest', async () => {
    const payment = await world.openedInParts({ product: 'page', partsFen: [500, 300, 200] });
    await payment.paysPartAndCallsBack(1);
    await payment.until('partlyPaid');
    await payment.cancels();
    await payment.endsAs('refunded');
    expect(await payment.statuses()).toEqual(['refunded', 'closed', 'closed']);
  });

  it('is issued when every part was paid before the cancelling was heard', async () => {
    const payment = await world.openedInParts();
    await payment.paysPart(1);
    await payment.paysPart(2);
    await payment.cancels();
    await payment.endsAs('issued');
  });

  it('is ended by its own rules when an engineer cancels it in Temporal', async () => {
    const payment = await world.openedInParts({ product: 'page' });
    await payment.paysPartAndCallsBack(1);
    await payment.until('partlyPaid');
    await payment.workflow.cancel();
    await payment.endsAs('refunded');
  });

  it('gives every part back when the core refuses, after looking for a policy', async () => {
    const payment = await world.openedInParts();
    world.core.refusesToIssue();
    await payment.paysPartAndCallsBack(1);
    await payment.paysPartAndCallsBack(2);
    await payment.endsAs('refunded');
    expect(payment.coreCalls).toEqual(['issue', 'query']);
    expect(await payment.statuses()).toEqual(['refunded', 'refunded']);
  });

  it.each([['retryIssue', 'issued'] as const, ['refund', 'refunded'] as const])(
    'whose core is silent past the deadline goes on as a person decides: %s',
    async (decision, end) => {
      const payment = await world.openedInParts({ terms: { issueDeadlineMs: hour } });
      world.core.downUntil((await world.nowMs()) + 90 * minute);
      await payment.paysPartAndCallsBack(1);
      await payment.paysPartAndCallsBack(2);
      expect((await payment.untilAttention(3 * hour)).reason).toBe('issueOverdue');
      await payment.resolve(decision);
      await payment.endsAs(end);
    },
  );

  it('gives the other parts back at once while the refund of one is stuck for a day', async () => {
    const payment = await world.openedInParts();
    world.core.refusesToIssue();
    world.otherChannel.executesRefundsAt((await world.nowMs()) + day);
    await payment.paysPartAndCallsBack(1);
    await payment.paysPartAndCallsBack(2);
    await world.pass(hour);
    expect(await payment.statuses()).toEqual(['refunded', 'refunding']);
    expect((await payment.record()).status).toBe('refunding');
    await payment.endsAs('refunded');
  });

  it('is on record as refunded though the last part was so while something else was being recorded', async () => {
    const payment = await world.openedInParts({ product: 'page' });
    await payment.paysPartAndCallsBack(1);
    await payment.until('partlyPaid');
    world.paymentsAway = (step) => step.paymentId === payment.paymentId && step.status === 'refunding';
    await payment.cancels();
    await payment.untilParts('refunded', 'closed');
    world.paymentsAway = null;
    await payment.endsAs('refunded');
  });

  it('waits for a person when the refund of one part is refused for good', async () => {
    const payment = await world.openedInParts();
    world.core.refusesToIssue();
    world.otherChannel.onRefund.next(world.otherChannel.refusing('USER_ACCOUNT_ABNORMAL'));
    await payment.paysPartAndCallsBack(1);
    await payment.paysPartAndCallsBack(2);
    const part = await payment.part(2);
    expect((await part.untilAttention(hour)).reason).toBe('refundRefused');
    await payment.until('needsAttention');
    await part.resolve('retryRefund');
    await payment.endsAs('refunded');
  });

  it('can be found in Temporal by where it stands', async () => {
    const payment = await world.openedInParts();
    await payment.paysPartAndCallsBack(1);
    await payment.until('partlyPaid');
    const { typedSearchAttributes } = await payment.workflow.describe();
    expect(typedSearchAttributes.get(searchAttributes.paymentStatus)).toBe('partlyPaid');
    expect((await payment.state()).parts?.map(({ paidFen }) => paidFen)).toEqual([800_00, 0]);
    await payment.paysPartAndCallsBack(2);
    await payment.endsAs('issued');
  });
});

describe('a shared policy paid in parts', () => {
  const coinsurance = {
    lead: { insurer: 'LEAD', shareBp: 3_334 },
    followers: [
      { insurer: 'F1', shareBp: 3_333 },
      { insurer: 'F2', shareBp: 3_333 },
    ],
    leadFeeBp: 500,
  };

  it('leaves nothing with any insurer when all parts went back, each in pieces', async () => {
    const payment = await world.openedInParts({ coinsurance, partsFen: [700_01, 579_99] });
    await payment.paysPartAndCallsBack(1);
    await payment.paysPartAndCallsBack(2);
    await payment.endsAs('issued');
    for (const [no, pieces] of [
      [1, [1, 333_33, 366_67]],
      [2, [579_98, 1]],
    ] as const) {
      const part = await payment.part(no);
      for (const [index, amountFen] of pieces.entries()) {
        const refundId = `E${no}${index}`;
        await part.refunds({ refundId, amountFen });
        await world.client.workflow.getHandle(refundWorkflowId({ paymentId: part.paymentId, refundId })).result();
      }
    }
    await payment.ends();
    const book: Record<string, number> = {};
    for (const id of [payment.paymentId, ...payment.partIds]) {
      for (const { lines } of await world.ledger.ofPayment(id))
        for (const { account, amountFen } of lines) book[account] = (book[account] ?? 0) + amountFen;
    }
    expect(Object.entries(book).filter(([, amountFen]) => amountFen !== 0)).toEqual([]);
  });
});

describe('whatever happens to the parts of a payment', { timeout: 300_000 }, () => {
  const fates = ['pays', 'paysUnheard', 'never', 'refused', 'late', 'twice'] as const;
  type Fate = (typeof fates)[number];

  it('its money ends as the premium of a policy in force, or with the payer', async () => {
    const anyOrder = fc.record({
      parts: fc.array(
        fc.record({ fate: fc.constantFrom<Fate>(...fates), amountFen: fc.integer({ min: 1, max: 9_999 }) }),
        {
          minLength: 1,
          maxLength: 4,
        },
      ),
      serial: fc.boolean(),
      coreRefuses: fc.boolean(),
      cancels: fc.option(fc.integer({ min: 0, max: 3 })),
    });
    await fc.assert(
      fc.asyncProperty(anyOrder, async ({ parts, serial, coreRefuses, cancels }) => {
        await world.calm();
        if (coreRefuses) world.core.refusesToIssue();
        const partsFen = parts.map(({ amountFen }) => fen(amountFen));
        const payment = await world.askedInParts({ partsFen, serial, product: 'page' });
        await payment.untilOpen();
        for (const [index, { fate }] of parts.entries()) {
          const no = index + 1;
          if (cancels === index) await payment.cancels().catch(() => 'it has ended before');
          const isOpen = payment
            .channelOf(no)
            .callsFor(payment.paymentId)
            .some((call) => call === `open S0${no}1`);
          if (isOpen) await play(payment, no, fate);
          await world.pass(1_000);
        }
        await payment.ends();
        for (const [index, { fate }] of parts.entries()) {
          const no = index + 1;
          const wasOpened = payment
            .channelOf(no)
            .callsFor(payment.paymentId)
            .some((call) => call === `open S0${no}1`);
          if (fate === 'late' && wasOpened) await payment.paysPartAndCallsBack(no, { anyway: true });
        }
        await payment.ends();
        await payment.expectMoneyRight();
      }),
      { numRuns: 12 },
    );
  });

  async function play(payment: Awaited<ReturnType<SagaWorld['openedInParts']>>, no: number, fate: Fate): Promise<void> {
    switch (fate) {
      case 'pays':
        return payment.paysPartAndCallsBack(no, { anyway: true });
      case 'paysUnheard':
        // Money after a close that nobody tells us of is found by reconciliation alone.
        await payment.paysPart(no).catch(() => 'it cannot be paid any more');
        return;
      case 'twice':
        await (await payment.part(no)).switchesTo('qr', { channel: payment.channelOf(no) }).catch(() => 'it has ended');
        if (payment.channelOf(no).callsFor(payment.paymentId).includes(`open S0${no}2`))
          await payment.paysPartAndCallsBack(no, { attempt: 2, anyway: true });
        return payment.paysPartAndCallsBack(no, { anyway: true });
      case 'refused':
        await (
          await payment.part(no)
        ).callback({
          channel: payment.channelOf(no),
          outcome: { kind: 'refused', code: 'TRADE_HAS_FAILED' },
        });
        return;
      case 'never':
      case 'late':
        return;
    }
  }
});
