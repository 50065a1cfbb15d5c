import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addFen, fen, fromYuan, subtractFen, toYuan } from '../../src/domain/money.js';

const anyFen = fc.integer({ min: 0, max: 10_000_000_000_00 }).map(fen);

describe('an amount of money', () => {
  it.each([
    [0, '0.00'],
    [1, '0.01'],
    [10, '0.10'],
    [99, '0.99'],
    [1_00, '1.00'],
    [128_10, '128.10'],
    [2 ** 31, '21474836.48'],
    [10_000_000_000, '100000000.00'],
  ])('%d fen is written as %s yuan', (amountFen, yuan) => {
    expect(toYuan(fen(amountFen))).toBe(yuan);
  });

  it('is the same after being written as yuan and read again', () => {
    fc.assert(
      fc.property(anyFen, (amountFen) => {
        expect(fromYuan(toYuan(amountFen))).toBe(amountFen);
      }),
    );
  });

  it('is read as what a channel may leave out: the last zero, or both decimals', () => {
    expect(fromYuan('128.1')).toBe(128_10);
    expect(fromYuan('128')).toBe(128_00);
    expect(fromYuan('0.1')).toBe(10);
  });

  it.each(['', '.5', '1.', '1.001', '-1', '+1', '1e3', '0x10', ' 1', '1 ', '1,000', '１', 'NaN', '99999999999999'])(
    'is not read from "%s"',
    (text) => {
      expect(() => fromYuan(text)).toThrow(RangeError);
    },
  );

  it.each([0.5, -1, NaN, Infinity, 2 ** 53])('is never %d fen', (value) => {
    expect(() => fen(value)).toThrow(RangeError);
  });

  it('taken from a sum leaves the other one', () => {
    fc.assert(
      fc.property(anyFen, anyFen, (one, other) => {
        expect(subtractFen({ haveFen: addFen(one, other), takeFen: other })).toBe(one);
      }),
    );
  });

  it('is never owed by arithmetic', () => {
    fc.assert(
      fc.property(anyFen, fc.integer({ min: 1, max: 1_000 }), (haveFen, more) => {
        expect(() => subtractFen({ haveFen, takeFen: fen(haveFen + more) })).toThrow(RangeError);
      }),
    );
  });

  it('stops being counted before it stops being exact', () => {
    expect(() => addFen(fen(Number.MAX_SAFE_INTEGER), fen(1))).toThrow(RangeError);
  });

  it('is nothing when nothing is added', () => {
    expect(addFen()).toBe(0);
  });
});
