import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromBeijingTime, toBeijingTime } from '../../../src/channels/alipay/beijingTime.js';
import { signedObject } from '../../../src/channels/alipay/signature.js';
import { subjectFor } from '../../../src/channels/alipay/wire.js';
import { fen, fromYuan, toYuan } from '../../../src/domain/money.js';

describe('amounts on the wire', () => {
  it('every amount Alipay takes goes to yuan and back without losing a fen', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100_000_000_00 }), (amount) => {
        const text = toYuan(fen(amount));
        expect(text).toMatch(/^(0|[1-9]\d*)\.\d{2}$/);
        expect(fromYuan(text)).toBe(amount);
      }),
    );
  });

  it.each([
    ['100.1', 100_10],
    ['0.01', 1],
    ['1.13', 1_13], // 1.13 * 100 is 112.99999999999999
    ['100000000.00', 100_000_000_00],
  ])('%s yuan', (text, amountFen) => {
    expect(fromYuan(text)).toBe(amountFen);
  });
});

describe('times on the wire', () => {
  it('a moment goes to Beijing time and back', () => {
    const years = { min: new Date('2000-01-01T00:00:00Z'), max: new Date('2099-12-31T00:00:00Z'), noInvalidDate: true };
    fc.assert(
      fc.property(fc.date(years), (date) => {
        date.setUTCMilliseconds(0);
        expect(fromBeijingTime(toBeijingTime(date.toISOString()))).toBe(date.toISOString());
      }),
    );
  });

  it('the Beijing day begins eight hours before the UTC day', () => {
    expect(toBeijingTime('2026-12-31T16:00:00Z')).toBe('2027-01-01 00:00:00');
  });

  it.each(['2026-06-31 00:00:00', '2026-11-22T14:00:00', '2026-11-22 24:00:00', '2026-11-22 14:00', ''])(
    '"%s" is no moment',
    (text) => {
      expect(fromBeijingTime(text)).toBeNull();
    },
  );
});

describe('the characters an answer’s signature covers', () => {
  const inner = '{ "code":"10000","note":"} \\"sign\\" {[","qr_code":"https:\\/\\/x", "list":[{"a":{}}]}';
  it.each([
    ['sign last', `{"k_response":${inner},"sign":"abc"}`],
    ['sign first', `{"sign":"abc","k_response":${inner}}`],
    ['spaces between', `{ "k_response" : ${inner} , "sign" : "abc" }`],
    ['an inner key of the same name', `{"other":{"k_response":{"x":1}},"k_response":${inner},"sign":"abc"}`],
  ])('are those between the braces as sent: %s', (_what, json) => {
    expect(signedObject(json, 'k_response')).toBe(inner);
  });

  it.each([
    ['twice', `{"k_response":${inner},"k_response":{}}`],
    ['as text', '{"k_response":"{}","sign":"abc"}'],
    ['as a list', '{"k_response":[{}],"sign":"abc"}'],
    ['only inside', `{"other":{"k_response":${inner}}}`],
  ])('are not there when the answer comes %s', (_what, json) => {
    expect(signedObject(json, 'k_response')).toBeNull();
  });
});

describe('a subject', () => {
  it('keeps its meaning without the characters Alipay refuses', () => {
    expect(subjectFor('A/B=C&D 100%')).toBe('A／B＝C＆D 100%');
  });
  it('is cut at 256 characters, never through one', () => {
    expect(subjectFor('😀'.repeat(300))).toBe('😀'.repeat(256));
  });
});
