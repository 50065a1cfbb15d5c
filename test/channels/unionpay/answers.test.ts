import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RefundOrder } from '../../../src/channels/channel.js';
import type { UnionpaySettings } from '../../../src/channels/unionpay/settings.js';
import { fen } from '../../../src/domain/money.js';
import {
  answer,
  certificate,
  charge,
  found,
  merId,
  noon,
  order,
  orderName,
  ownerName,
  paidFields,
  plain,
  posMerId,
  refundFields,
  refundOrder,
  root,
  scriptedGateway,
  signed,
  unionpay,
} from './support.js';
import type { ScriptedGateway } from './support.js';

const says = (respCode: string, fields: Readonly<Record<string, string>> = orderName): string =>
  answer({ ...fields, respCode, respMsg: '应答[0000000]' });
const isPaid = answer(found('00'));

describe('what each answer of UnionPay is taken for', () => {
  let gateway: ScriptedGateway;
  beforeAll(async () => {
    gateway = await scriptedGateway();
  });
  afterAll(() => gateway.close());

  const channel = (overrides: Partial<UnionpaySettings> = {}, now?: Date) =>
    unionpay({ gatewayUrl: gateway.url, fileUrl: gateway.url, ...overrides }, now);
  const pos = () => channel({ products: ['pos'], merId: posMerId });
  const calls = {
    open: () => pos().open(order({ product: 'pos' })),
    query: async () => (await channel().query(charge)).outcome,
    refund: () => channel().refund(refundOrder()),
    queryRefund: () => channel().queryRefund(refundOrder()),
  };
  type Call = keyof typeof calls;
  const everyCall = Object.keys(calls) as Call[];

  describe.each(everyCall)('%s', (call) => {
    const success: Record<Call, Readonly<Record<string, string>>> = {
      open: { ...orderName, merId: posMerId, respCode: '00', respMsg: '成功' },
      query: found('00'),
      refund: { ...refundFields, respCode: '00', respMsg: '成功' },
      queryRefund: found('00', refundFields),
    };

    it('a success or a refusal without a signature proves nothing', async () => {
      for (const fields of [success[call], { ...orderName, respCode: '34', respMsg: '查无此交易' }]) {
        gateway.answerWith(plain(fields));
        expect(await calls[call]()).toMatchObject({ kind: 'unknown', code: 'UNSIGNED_ANSWER' });
      }
    });

    it('one that was changed after it was signed proves nothing', async () => {
      gateway.answerWith(plain({ ...signed(success[call]), respMsg: '成功[0000001]' }));
      expect(await calls[call]()).toMatchObject({ kind: 'unknown', code: 'BAD_ANSWER_SIGNATURE' });
    });

    it.each([
      ['of an owner who is not UnionPay', 'stranger'],
      ['of another authority of the same name', 'impostor'],
      ['that has expired', 'expired'],
      ['issued by a certificate that may issue none', 'below-merchant'],
    ])('one with a certificate %s proves nothing', async (_why, who) => {
      gateway.answerWith(answer(success[call], who));
      expect(await calls[call]()).toMatchObject({ kind: 'unknown', code: 'BAD_ANSWER_SIGNATURE' });
    });

    it('one of another version or another way to sign proves nothing', async () => {
      for (const weaker of [{ version: '5.0.0' }, { signMethod: '02' }]) {
        gateway.answerWith(answer({ ...success[call], ...weaker }));
        expect(await calls[call]()).toMatchObject({ kind: 'unknown', code: 'BAD_ANSWER_SIGNATURE' });
      }
    });

    it('a page of a proxy, a redirect, nonsense, a field twice, and silence prove nothing', async () => {
      gateway.answerWith({ status: 502, body: '<html>Bad Gateway</html>' });
      expect(await calls[call]()).toMatchObject({ kind: 'unknown', code: 'HTTP_502' });
      gateway.answerWith({ status: 500, body: answer(success[call]) });
      expect(await calls[call]()).toMatchObject({ kind: 'unknown', code: 'HTTP_500' });
      gateway.answerWith('respMsg={half');
      expect(await calls[call]()).toMatchObject({ kind: 'unknown', code: 'MALFORMED_ANSWER' });
      gateway.answerWith(`${answer(success[call])}&respCode=00`);
      expect(await calls[call]()).toMatchObject({ kind: 'unknown', code: 'MALFORMED_ANSWER' });
      gateway.answerWith();
      expect(await calls[call]()).toMatchObject({ kind: 'unknown', code: 'TIMEOUT' });
    });
  });

  it('a certificate is traced through an intermediate, and not without it', async () => {
    gateway.answerWith(answer(found('00'), 'gateway-below'));
    expect(await calls.query()).toMatchObject({ kind: 'paid' });
    const trust = { roots: [root('root')], intermediates: [], ownerName };
    expect((await channel({ trust }).query(charge)).outcome).toMatchObject({ kind: 'unknown' });
  });

  it('a root is believed in its time only', async () => {
    gateway.answerWith(isPaid);
    const with1 = (validity: Parameters<typeof root>[1]) =>
      channel({ trust: { roots: [root('root', validity)], intermediates: [], ownerName } });
    expect((await with1({ validUntil: '2026-11-22T06:00:01Z' }).query(charge)).outcome.kind).toBe('paid');
    expect((await with1({ validUntil: '2026-11-22T06:00:00Z' }).query(charge)).outcome.kind).toBe('unknown');
    expect((await with1({ validFrom: '2026-11-22T06:00:01Z' }).query(charge)).outcome.kind).toBe('unknown');
    const other = channel({
      trust: { roots: [root('other-root')], intermediates: [certificate('intermediate')], ownerName },
    });
    expect((await other.query(charge)).outcome.kind).toBe('unknown');
  });

  describe('a transaction that is found', () => {
    it.each([
      ['00', 'paid'],
      ['A6', 'paid'],
      ['42', 'paid'],
      ['05', 'waiting'],
      ['03', 'unknown'],
      ['04', 'unknown'],
      ['06', 'unknown'],
      ['98', 'unknown'],
    ])('in state %s is %s, before its time is over and after it', async (code, kind) => {
      gateway.answerWith(answer(found(code)));
      expect(await calls.query()).toMatchObject({ kind });
      const later = channel({}, new Date('2026-11-22T07:00:00Z'));
      expect((await later.query(charge)).outcome).toMatchObject({ kind });
    });

    it.each(['10', '33', '36', '38', '61', '64', '79'])(
      'and failed with %s may be paid otherwise until its time is over, and is closed then',
      async (code) => {
        gateway.answerWith(answer(found(code)));
        expect(await calls.query()).toEqual({ kind: 'waiting' });
        const margin = new Date('2026-11-22T06:32:00Z'); // Half past two and the two minutes of margin.
        expect((await channel({}, margin).query(charge)).outcome).toEqual({ kind: 'waiting' });
        const over = new Date('2026-11-22T06:32:02Z');
        expect((await channel({}, over).query(charge)).outcome).toEqual({ kind: 'closed' });
      },
    );

    it('and paid must say how much, in which currency, when and under which number', async () => {
      for (const missing of ['txnAmt', 'currencyCode', 'queryId', 'traceTime']) {
        gateway.answerWith(answer(found('00', { ...paidFields, [missing]: '' })));
        expect(await calls.query()).toEqual({ kind: 'unknown', code: 'MALFORMED_ANSWER' });
      }
      gateway.answerWith(answer(found('00', { ...paidFields, currencyCode: '840' })));
      expect(await calls.query()).toEqual({ kind: 'unknown', code: 'MALFORMED_ANSWER' });
      gateway.answerWith(answer(found('00', { ...paidFields, traceTime: '1132140509' })));
      expect(await calls.query()).toEqual({ kind: 'unknown', code: 'MALFORMED_ANSWER' });
    });

    it.each([{ orderId: 'P2026112200000002C1' }, { txnTime: '20261122140001' }, { merId: posMerId }])(
      'and is not the one asked about proves nothing: %j',
      async (change) => {
        gateway.answerWith(answer(found('00', { ...paidFields, ...change })));
        expect(await calls.query()).toEqual({ kind: 'unknown', code: 'ANSWER_ABOUT_ANOTHER_ORDER' });
      },
    );

    it('around New Year has the year of its own time', async () => {
      const newYear = { ...charge, orderedAt: '2026-12-31T15:59:00Z', expiresAt: '2026-12-31T16:29:00Z' };
      gateway.answerWith(answer(found('00', { ...paidFields, txnTime: '20261231235900', traceTime: '0101000030' })));
      expect((await channel().query(newYear)).outcome).toMatchObject({ paidAt: '2026-12-31T16:00:30.000Z' });
    });
  });

  it('no such transaction is no end before its time is over, and is the end after it', async () => {
    gateway.answerWith(says('34'));
    expect(await calls.query()).toEqual({ kind: 'absent' });
    expect((await channel({}, new Date('2026-11-22T06:32:02Z')).query(charge)).outcome).toEqual({ kind: 'closed' });
  });

  it('nothing is closed, and nobody is called for it', async () => {
    const before = gateway.calls.length;
    expect(await channel().close(charge)).toEqual({ kind: 'notOffered' });
    expect(gateway.calls.length).toBe(before);
  });

  describe('an order for a terminal whose number is in use', () => {
    it.each([
      ['05', 'opened'],
      ['00', 'opened'],
      ['61', 'opened'],
      ['04', 'unknown'],
    ])('is what stands under it: in state %s %s', async (code, kind) => {
      gateway.answerWith(says('12'), answer(found(code, { ...paidFields, merId: posMerId })));
      expect(await calls.open()).toMatchObject({ kind });
    });

    it('is unknown while the query does not find it', async () => {
      gateway.answerWith(says('12'), says('34'));
      expect(await calls.open()).toEqual({ kind: 'unknown', code: '12' });
    });
  });

  it('only a terminal needs to be named, and a product of the other kind is refused', async () => {
    expect(pos().needs('pos')).toEqual(['method.terminalId']);
    expect(channel().needs('page')).toEqual([]);
    expect(await channel().open(order({ product: 'pos' }))).toMatchObject({ kind: 'refused' });
    expect(await pos().open(order({ product: 'page' }))).toMatchObject({ kind: 'refused' });
  });

  describe('giving back', () => {
    const part = refundOrder();
    const whole = (overrides: Partial<RefundOrder> = {}) => refundOrder({ refundFen: fen(1_280_00), ...overrides });
    const wholeFields = { ...refundFields, txnAmt: '128000' };
    const undoFields = { ...wholeFields, orderId: 'P2026112200000001C1R1V', txnType: '31' };
    const neither = says('34');
    /** Types and numbers of the calls that would move money, of all since the gateway was told what to say. */
    const sentSince = (start: number) =>
      gateway.calls
        .slice(start)
        .filter(({ fields }) => fields.get('txnType') !== '00')
        .map(({ fields }) => `${fields.get('txnType') ?? ''} ${fields.get('orderId') ?? ''}`);

    it('a part is a refund, accepted before it is done', async () => {
      const start = gateway.calls.length;
      gateway.answerWith(says('00', refundFields));
      expect(await channel().refund(part)).toMatchObject({ kind: 'pending' });
      expect(sentSince(start)).toEqual(['04 P2026112200000001C1R1']);
      expect(gateway.calls.at(-1)?.fields.get('txnTime')).toBe('20261122150000');
    });

    it.each([
      ['the next day', { requestedAt: '2026-11-22T16:00:00Z' }],
      ['in the evening', { requestedAt: '2026-11-22T14:30:00Z' }],
    ])('everything is a refund %s', async (_when, asked) => {
      const start = gateway.calls.length;
      gateway.answerWith(says('00', wholeFields));
      await channel().refund(whole(asked));
      expect(sentSince(start)).toEqual(['04 P2026112200000001C1R1']);
    });

    it('everything is undone on the day of payment, once both numbers are known to be free', async () => {
      const start = gateway.calls.length;
      gateway.answerWith(neither, neither, says('00', undoFields));
      expect(await channel().refund(whole({ requestedAt: '2026-11-22T14:29:59Z' }))).toMatchObject({ kind: 'pending' });
      expect(sentSince(start)).toEqual(['31 P2026112200000001C1R1V']);
    });

    it('what cannot be undone any more is refunded, at the same call', async () => {
      const start = gateway.calls.length;
      gateway.answerWith(neither, neither, says('35', undoFields), says('00', wholeFields));
      expect(await channel().refund(whole())).toMatchObject({ kind: 'pending' });
      expect(sentSince(start)).toEqual(['31 P2026112200000001C1R1V', '04 P2026112200000001C1R1']);
    });

    it.each([
      ['silence', undefined, 'TIMEOUT'],
      ['an unclear state', says('04', undoFields), '04'],
    ])('an undo answered by %s is never followed by a refund', async (_what, given, code) => {
      const start = gateway.calls.length;
      if (given === undefined) gateway.answerWith(neither, neither, { status: 502, body: '' });
      else gateway.answerWith(neither, neither, given);
      const expected = given === undefined ? 'HTTP_502' : code;
      expect(await channel().refund(whole())).toMatchObject({ kind: 'unknown', code: expected });
      expect(sentSince(start)).toEqual(['31 P2026112200000001C1R1V']);
    });

    it('nothing is sent while it is not known what became of an earlier undo or refund', async () => {
      for (const answers of [
        [answer(found('05', wholeFields))],
        [answer(found('04', wholeFields))],
        [neither, answer(found('05', undoFields))],
        [neither, answer(found('06', undoFields))],
        [neither, { status: 503, body: '' }],
        [{ status: 503, body: '' }],
      ]) {
        const start = gateway.calls.length;
        gateway.answerWith(...answers);
        expect(['pending', 'unknown']).toContain((await channel().refund(whole())).kind);
        expect(sentSince(start)).toEqual([]);
      }
    });

    it('an undo that was made is the refund', async () => {
      const start = gateway.calls.length;
      gateway.answerWith(neither, answer(found('00', undoFields)));
      const made = { kind: 'refunded', refundedAt: '2026-11-22T07:00:01.000Z' };
      expect(await channel().refund(whole())).toMatchObject(made);
      expect(sentSince(start)).toEqual([]);
      gateway.answerWith(neither, answer(found('00', undoFields)));
      expect(await channel().queryRefund(whole())).toMatchObject(made);
    });

    it('an undo that failed is followed by the refund, and is itself no refusal', async () => {
      const start = gateway.calls.length;
      gateway.answerWith(neither, answer(found('61', undoFields)), says('00', wholeFields));
      expect(await channel().refund(whole())).toMatchObject({ kind: 'pending' });
      expect(sentSince(start)).toEqual(['04 P2026112200000001C1R1']);
      gateway.answerWith(neither, answer(found('61', undoFields)));
      expect(await channel().queryRefund(whole())).toMatchObject({ kind: 'notExecuted' });
    });

    it('a refund refused because an undo was heard late after all is that undo', async () => {
      gateway.answerWith(
        ...[neither, neither, says('35', undoFields), says('35', wholeFields)],
        ...[neither, answer(found('00', undoFields))],
      );
      expect(await channel().refund(whole())).toMatchObject({ kind: 'refunded' });
    });

    it('a refusal counts once neither number is known', async () => {
      gateway.answerWith(says('36', refundFields), neither);
      expect(await channel().refund(part)).toMatchObject({ kind: 'refused', code: '36' });
      gateway.answerWith(says('36', refundFields), answer(found('00', refundFields)));
      expect(await channel().refund(part)).toMatchObject({ kind: 'refunded' });
      gateway.answerWith(says('36', refundFields), { status: 503, body: '' });
      expect(await channel().refund(part)).toMatchObject({ kind: 'unknown' });
    });

    it('a number in use is what stands under it', async () => {
      gateway.answerWith(says('12', refundFields), answer(found('05', refundFields)));
      expect(await channel().refund(part)).toMatchObject({ kind: 'pending' });
      gateway.answerWith(says('12', refundFields), neither);
      expect(await channel().refund(part)).toMatchObject({ kind: 'unknown', code: '12' });
    });

    it.each([
      ['00', 'refunded'],
      ['A6', 'refunded'],
      ['05', 'pending'],
      ['03', 'unknown'],
      ['04', 'unknown'],
      ['61', 'refused'],
      ['39', 'refused'],
      ['98', 'unknown'],
    ])('a refund in state %s is %s', async (code, kind) => {
      gateway.answerWith(answer(found(code, refundFields)));
      expect(await channel().queryRefund(part)).toMatchObject({ kind });
    });

    it.each([
      { orderId: 'P2026112200000001C1R2' },
      { txnTime: '20261122150001' },
      { txnAmt: '30001' },
      { merId: posMerId },
    ])('a refund that is not the one asked about proves nothing: %j', async (change) => {
      gateway.answerWith(answer(found('00', { ...refundFields, ...change })));
      expect(await channel().queryRefund(part)).toMatchObject({ kind: 'unknown', code: 'ANSWER_ABOUT_ANOTHER_ORDER' });
    });
  });

  describe('the statement of a day', () => {
    const file = async () => {
      const { deflateSync } = await import('node:zlib');
      return {
        respCode: '00',
        respMsg: '成功',
        merId,
        fileName: 'INN26112288_777290058110048.zip',
        fileContent: deflateSync(Buffer.from('PK')).toString('base64'),
      };
    };

    it('is unpacked from the signed answer', async () => {
      gateway.answerWith(answer(await file()));
      expect(await channel().statements?.fetchStatement('2026-11-22')).toEqual({
        kind: 'ready',
        file: { name: 'INN26112288_777290058110048.zip', bytes: Buffer.from('PK') },
      });
      const fields = gateway.calls.at(-1)?.fields;
      expect(fields?.get('settleDate')).toBe('1122');
      expect(fields?.get('txnTime')).toBe('20261122140000');
    });

    it.each([
      ['another merchant’s', { merId: posMerId }],
      ['with a name that leads elsewhere', { fileName: '../keys.zip' }],
      ['that cannot be unpacked', { fileContent: 'AAAA' }],
    ])('%s is not taken', async (_why, change) => {
      gateway.answerWith(answer({ ...(await file()), ...change }));
      expect(await channel().statements?.fetchStatement('2026-11-22')).toMatchObject({ kind: 'unknown' });
    });

    it.each([
      ['98', 'notReady'],
      ['99', 'unknown'],
      ['10', 'unknown'],
    ])('%s is %s', async (code, kind) => {
      gateway.answerWith(says(code));
      expect(await channel().statements?.fetchStatement('2026-11-22')).toMatchObject({ kind, code });
    });
  });

  it('an order is paid to one merchant: neither browsers nor terminals combine any', () => {
    expect(channel().combining).toBeNull();
    expect(pos().combining).toBeNull();
  });

  it('requests are made at the time of the order, not of the call', async () => {
    gateway.answerWith(says('34'));
    await channel({}, new Date(noon.getTime() + 3_600_000)).query(charge);
    expect(gateway.calls.at(-1)?.fields.get('txnTime')).toBe('20261122140000');
  });
});
