import { describe, expect, it } from 'vitest';
import { aPaymentBody } from '../testApi.js';
import { apiWithoutTemporal } from '../hosted.js';

const { api } = apiWithoutTemporal();

/** A premium that a lead with 6000 basis points shares with one follower. */
const shared = ({ follower = 'ONE', followerBp = 4_000, leadFeeBp = 500 }) => ({
  coinsurance: {
    lead: { insurer: 'LEAD', shareBp: 6_000 },
    followers: [{ insurer: follower, shareBp: followerBp }],
    leadFeeBp,
  },
});

describe('a body that is not what it should be', () => {
  const post = (body: unknown, headers: Record<string, string> = {}) =>
    api.call('POST', '/v1/payments', { as: 'core', body, headers });

  const wrong: [string, object, { pointer: string; detail: string }][] = [
    [
      'shares that are not the whole',
      shared({ followerBp: 3_999 }),
      { pointer: '/coinsurance/followers', detail: 'and the lead must share 10000, not 9999' },
    ],
    [
      'an insurer named twice',
      shared({ follower: 'LEAD' }),
      { pointer: '/coinsurance/followers/0/insurer', detail: 'is named before' },
    ],
    [
      'a fee that is all of a share',
      shared({ leadFeeBp: 10_000 }),
      { pointer: '/coinsurance/leadFeeBp', detail: 'must be at most 9999' },
    ],
    ['an unknown field', { coupon: 'X' }, { pointer: '/coupon', detail: 'is not known here' }],
    [
      'an unknown field inside',
      { method: { channel: 'testpay', product: 'qr', 'a/b': 1 } },
      { pointer: '/method/a~1b', detail: 'is not known here' },
    ],
    ['a fraction of a fen', { amountFen: 0.5 }, { pointer: '/amountFen', detail: 'must be a whole number of fen' }],
    ['an amount as text', { amountFen: '128000' }, { pointer: '/amountFen', detail: 'must be a whole number of fen' }],
    ['nothing to collect', { amountFen: 0 }, { pointer: '/amountFen', detail: 'must be at least 1 fen' }],
    ['too much', { amountFen: 10_000_000_001 }, { pointer: '/amountFen', detail: 'must be at most 10000000000 fen' }],
    ['no amount', { amountFen: undefined }, { pointer: '/amountFen', detail: 'is missing' }],
    [
      'a payment id with a hyphen',
      { paymentId: 'P-000000001' },
      { pointer: '/paymentId', detail: 'must be 8 to 24 letters and digits' },
    ],
    [
      'a subject that breaks the line',
      { subject: 'a\nb' },
      { pointer: '/subject', detail: 'must not contain control characters' },
    ],
    [
      'a subject that is too long',
      { subject: 'x'.repeat(128) },
      { pointer: '/subject', detail: 'must be at most 127 characters' },
    ],
    [
      'a time without an offset',
      { expiresAt: '2026-11-22T06:30:00' },
      { pointer: '/expiresAt', detail: 'must be an ISO-8601 time with an offset, such as 2026-11-22T06:30:00Z' },
    ],
    [
      'an expiry in the past',
      { expiresAt: '2020-01-01T00:00:00Z' },
      { pointer: '/expiresAt', detail: 'must be at least a minute from now' },
    ],
    [
      'an expiry beyond the policy',
      { expiresAt: '2099-01-01T00:00:00Z' },
      { pointer: '/expiresAt', detail: 'must be at most 10080 minutes from now' },
    ],
    [
      'an unknown channel',
      { method: { channel: 'cash', product: 'qr' } },
      { pointer: '/method/channel', detail: 'is not a channel on offer' },
    ],
    [
      'a product the channel has not',
      { method: { channel: 'testpay', product: 'pos' } },
      { pointer: '/method/product', detail: 'must be one of qr, page, counter' },
    ],
  ];
  for (const [what, change, error] of wrong) {
    it(`is refused for ${what}, saying where`, async () => {
      const answer = await post(aPaymentBody('Pwrong0001', change));
      expect(answer.status).toBe(422);
      expect(answer.body).toMatchObject({ type: '/problems/validation', errors: [{ ...error, in: 'body' }] });
      expect(await api.records.payments.find('Pwrong0001')).toBeNull();
    });
  }

  it('is refused when it is not JSON', async () => {
    expect(await post('{"paymentId":')).toMatchObject({ status: 400, body: { type: '/problems/malformed-json' } });
    expect(await post('[]')).toMatchObject({ status: 422, body: { type: '/problems/validation' } });
    expect(await post('"text"')).toMatchObject({ status: 400, body: { type: '/problems/malformed-json' } });
  });

  it('is refused when it is declared as something else, compressed, or too large', async () => {
    const form = await post('a=b', { 'content-type': 'application/x-www-form-urlencoded' });
    expect(form).toMatchObject({ status: 415, body: { type: '/problems/unsupported-media-type' } });
    const zipped = await post('{}', { 'content-encoding': 'gzip' });
    expect(zipped).toMatchObject({ status: 415, body: { type: '/problems/unsupported-media-type' } });
    const large = await post(aPaymentBody('Plarge0001', { subject: 'x'.repeat(70_000) }));
    expect(large).toMatchObject({ status: 413, body: { type: '/problems/body-too-large' } });
  });

  it('does not let a list be asked for wrongly', async () => {
    for (const [query, pointer] of [
      ['limit=0', '/limit'],
      ['limit=201', '/limit'],
      ['status=lost', '/status'],
      ['status=paid&status=issued', '/status'],
      ['colour=red', '/colour'],
      ['cursor=nonsense', '/cursor'],
    ]) {
      const answer = await api.call('GET', `/v1/payments?${query ?? ''}`, { as: 'ops' });
      expect(answer.status).toBe(422);
      expect(answer.body).toMatchObject({ errors: [{ pointer, in: 'query' }] });
    }
  });
});
