import { describe, expect, it } from 'vitest';
import { aPaymentBody, severalChannels } from '../testApi.js';
import { apiWithoutTemporal } from '../hosted.js';

const channels = severalChannels();
const { api } = apiWithoutTemporal(channels.change);

const qr = { channel: 'testpay', product: 'qr' };
const counter = { channel: 'testpay', product: 'counter' };
const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString();
const soon = (seconds: number) => new Date(Date.now() + seconds * 1_000).toISOString();

/** 1280 yuan in two parts, the second one another company's; `change` is made to the second. */
const inParts = (change: object = {}, body: object = {}) => ({
  method: undefined,
  parts: [
    { partId: 'property', amountFen: 800_00, method: qr },
    { partId: 'life', amountFen: 480_00, payee: 'life', method: qr, ...change },
  ],
  ...body,
});
/** Two thirds and a third in basis points; the first has what rounding leaves. */
const shared = (first: object, second: object) => ({
  method: undefined,
  parts: [
    { partId: 'one', amountFen: 853_38, method: qr, share: 6_667, ...first },
    { partId: 'two', amountFen: 426_62, method: qr, share: 3_333, ...second },
  ],
});

describe('a payment in parts that is not what it should be', () => {
  const wrong: [string, object, { pointer: string; detail: string }[]][] = [
    [
      'parts that are less than the whole',
      inParts({ amountFen: 479_99 }),
      [{ pointer: '/parts', detail: 'must come to 128000 fen, not to 127999' }],
    ],
    [
      'two parts of one name',
      inParts({ partId: 'property' }),
      [{ pointer: '/parts/1/partId', detail: 'is named before' }],
    ],
    [
      'a name that breaks links',
      inParts({ partId: 'a/b' }),
      [{ pointer: '/parts/1/partId', detail: 'must be 1 to 32 letters and digits' }],
    ],
    [
      'one part',
      { method: undefined, parts: [{ partId: 'one', amountFen: 1_280_00, method: qr }] },
      [{ pointer: '/parts', detail: 'must be at least two' }],
    ],
    [
      'too many parts',
      {
        method: undefined,
        amountFen: 51,
        parts: Array.from({ length: 51 }, (_, index) => ({ partId: `p${index}`, amountFen: 1, method: qr })),
      },
      [{ pointer: '/parts', detail: 'must be at most 50' }],
    ],
    [
      'shares that are not the whole',
      shared({}, { share: 3_332 }),
      [{ pointer: '/parts', detail: 'must share 10000 basis points, not 9999' }],
    ],
    [
      'a share that one part lacks',
      shared({}, { share: undefined }),
      [{ pointer: '/parts/1/share', detail: 'is needed, since others have one' }],
    ],
    [
      'amounts that are not their shares',
      shared({ amountFen: 853_37 }, { amountFen: 426_63 }),
      [
        { pointer: '/parts/0/amountFen', detail: 'must be 85338 fen for its share' },
        { pointer: '/parts/1/amountFen', detail: 'must be 42662 fen for its share' },
      ],
    ],
    [
      'no share at all',
      inParts({ share: 0 }),
      [
        { pointer: '/parts/1/share', detail: 'must be at least 1' },
        { pointer: '/parts/0/share', detail: 'is needed, since others have one' },
      ],
    ],
    [
      'an amount that is no money',
      inParts({ amountFen: 0 }),
      [
        { pointer: '/parts/1/amountFen', detail: 'must be at least 1 fen' },
        { pointer: '/parts', detail: 'must come to 128000 fen, not to 80000' },
      ],
    ],
    [
      'a settlement nobody makes',
      inParts({ settlement: 'T+9' }),
      [{ pointer: '/parts/1/settlement', detail: 'Invalid option: expected one of "T"|"T+2"' }],
    ],
    [
      'an unknown payee',
      inParts({ payee: 'nobody' }),
      [{ pointer: '/parts/1/payee', detail: 'has no account at testpay' }],
    ],
    [
      'a payee without an account at the channel',
      inParts({ method: { channel: 'plainpay', product: 'qr' } }),
      [{ pointer: '/parts/1/payee', detail: 'has no account at plainpay' }],
    ],
    [
      'an unknown channel of a part',
      inParts({ method: { channel: 'cash', product: 'qr' } }),
      [{ pointer: '/parts/1/method/channel', detail: 'is not a channel on offer' }],
    ],
    [
      'a product the channel of a part has not',
      inParts({ method: { channel: 'testpay', product: 'pos' } }),
      [{ pointer: '/parts/1/method/product', detail: 'must be one of qr, page, counter' }],
    ],
    [
      'what a part’s product needs',
      inParts({ method: counter }),
      [
        { pointer: '/parts/1/method/terminalId', detail: 'is needed for testpay-life counter' },
        { pointer: '/payer/openid', detail: 'is needed for testpay-life counter' },
      ],
    ],
    [
      'a method beside its parts',
      inParts({}, { method: qr }),
      [{ pointer: '/method', detail: 'is said by each part' }],
    ],
    [
      'slices beside its parts',
      inParts({}, { slice: { maxFen: 1_00 } }),
      [{ pointer: '/slice', detail: 'is for payments without parts' }],
    ],
    ['neither method nor parts', { method: undefined }, [{ pointer: '/method', detail: 'is needed' }]],
    [
      'a rule without parts',
      { rule: 'allOrHold' },
      [{ pointer: '/rule', detail: 'is for payments in parts or slices' }],
    ],
    [
      'an unknown rule',
      inParts({}, { rule: 'some' }),
      [{ pointer: '/rule', detail: 'Invalid option: expected one of "allOrRefund"|"allOrHold"' }],
    ],
    [
      'too many slices',
      { slice: { maxFen: 25_09 } },
      [{ pointer: '/slice/maxFen', detail: 'would make 52 slices; at most 50 are possible' }],
    ],
    [
      'slices for an unknown payee',
      { slice: { maxFen: 500_00, payee: 'nobody' } },
      [{ pointer: '/slice/payee', detail: 'has no account at testpay' }],
    ],
    [
      'slices without a method',
      { method: undefined, slice: { maxFen: 500_00 } },
      [{ pointer: '/method', detail: 'is needed' }],
    ],
    [
      'what the product of its slices needs',
      { method: counter, slice: { maxFen: 500_00 } },
      [
        { pointer: '/method/terminalId', detail: 'is needed for testpay counter' },
        { pointer: '/payer/openid', detail: 'is needed for testpay counter' },
      ],
    ],
    [
      'a part that ends after the payment',
      inParts({ expiresAt: soon(3_600) }, { expiresAt: soon(1_800) }),
      [{ pointer: '/parts/1/expiresAt', detail: 'must not be after that of the payment' }],
    ],
    [
      'a part that ends after the payment does unless it says so',
      inParts({ expiresAt: inAnHour() }),
      [{ pointer: '/parts/1/expiresAt', detail: 'must not be after that of the payment' }],
    ],
    [
      'a part that ends before anybody could pay it',
      inParts({ expiresAt: soon(50) }),
      [{ pointer: '/parts/1/expiresAt', detail: 'must be at least a minute from now' }],
    ],
    [
      'a field that parts do not have',
      inParts({ productCode: 'LIFE' }),
      [{ pointer: '/parts/1/productCode', detail: 'is not known here' }],
    ],
  ];
  for (const [what, change, errors] of wrong) {
    it(`is refused for ${what}, saying where`, async () => {
      const answer = await api.call('POST', '/v1/payments', { as: 'core', body: aPaymentBody('Pwrong0001', change) });
      expect(answer.body['errors']).toEqual(errors.map((error) => ({ ...error, in: 'body' })));
      expect(answer).toMatchObject({ status: 422, body: { type: '/problems/validation' } });
      expect(await api.records.payments.find('Pwrong0001')).toBeNull();
    });
  }
});

describe('a payment in parts posted while Temporal is away', () => {
  const post = (paymentId: string, change: object) =>
    api.call('POST', '/v1/payments', { as: 'core', body: aPaymentBody(paymentId, change) });

  it('is registered with what is planned of each part, the account of its payee and its own end', async () => {
    const expiresAt = soon(900);
    const answer = await post('Pplanned01', inParts({ settlement: 'T+2', expiresAt }, { rule: 'allOrHold' }));
    expect(answer).toMatchObject({
      status: 202,
      body: {
        status: 'opening',
        paidFen: 0,
        charge: null,
        parts: [
          { partId: 'property', status: 'planned', amountFen: 800_00, paidFen: 0, charge: null },
          { partId: 'life', status: 'planned', amountFen: 480_00, paidFen: 0, charge: null },
        ],
      },
    });
    const stored = await api.records.payments.find('Pplanned01');
    expect(stored?.shape).toMatchObject({
      kind: 'split',
      rule: 'allOrHold',
      serial: false,
      parts: [
        { partNo: 1, channel: 'testpay', merchantId: 'M0001', payee: null, expiresAt: stored?.expiresAt },
        { partNo: 2, channel: 'testpay-life', merchantId: 'M0002', payee: 'life', settlement: 'T+2', expiresAt },
      ],
    });
  });

  it('is the same payment when it is posted again, and another with another share of a part', async () => {
    await post('Pplanned02', inParts());
    expect((await post('Pplanned02', inParts())).status).toBe(202);
    const other = await post('Pplanned02', inParts({ settlement: 'T' }));
    expect(other).toMatchObject({ status: 409, body: { type: '/problems/payment-conflict' } });
  });

  it('may have shares that come to it with what rounding leaves', async () => {
    const right = shared({}, {});
    expect((await post('Pplanned03', right)).status).toBe(202);
    expect(await api.records.payments.find('Pplanned03')).toMatchObject({
      shape: { parts: [{ share: 6_667 }, { share: 3_333 }] },
    });
  });

  it('is cut into slices, full but for the last, at the account of their payee', async () => {
    const { status } = await post('Pplanned04', { slice: { maxFen: 500_00, payee: 'life' } });
    expect(status).toBe(202);
    expect(await api.records.payments.find('Pplanned04')).toMatchObject({
      method: { channel: 'testpay-life', product: 'qr' },
      shape: {
        serial: true,
        rule: 'allOrRefund',
        parts: [
          { partId: 'slice1', amountFen: 500_00, channel: 'testpay-life' },
          { partId: 'slice2', amountFen: 500_00 },
          { partId: 'slice3', amountFen: 280_00, partNo: 3 },
        ],
      },
    });
  });

  it('waits where the channel of a part takes no new charges, naming what is open to all', async () => {
    api.outOfOffer.add('testpay-life');
    const answer = await post('Pplanned05', inParts());
    api.outOfOffer.clear();
    expect(answer).toMatchObject({ status: 503, body: { type: '/problems/channel-unavailable' } });
    const { alternatives } = answer.body as { alternatives: { channel: string }[] };
    expect(alternatives.map(({ channel }) => channel)).toEqual(['testpay', 'plainpay']);
    expect(await api.records.payments.find('Pplanned05')).toBeNull();
  });

  it('counts its opening under the channel of its first part', async () => {
    await post('Pplanned06', inParts());
    const { body } = await api.call('GET', '/metrics');
    expect(body['text']).toMatch(/payments_opened_total\{channel="testpay",result="opening"\} \d+/);
  });
});
