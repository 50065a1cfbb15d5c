import { describe, expect, it } from 'vitest';
import { fromBeijingTime, toBeijingTime } from '../../../sim/alipay/beijingTime.js';
import { fenToYuan, yuanToFen } from '../../../sim/alipay/yuan.js';

describe('yuan and fen', () => {
  it.each([
    ['0.01', 1],
    ['0.1', 10],
    ['1', 100],
    ['1280.00', 1280_00],
    ['4.35', 435],
    ['100000000.00', 100_000_000_00],
  ])('%s yuan are %d fen', (yuan, fen) => {
    expect(yuanToFen(yuan)).toBe(fen);
  });

  it.each(['', '.5', '1.', '1.001', '1e3', '+1', ' 1', '01', '1,280.00', 'NaN'])('"%s" is no amount', (yuan) => {
    expect(yuanToFen(yuan)).toBeUndefined();
  });

  it.each([
    [1, '0.01'],
    [1280_00, '1280.00'],
    [1280_05, '1280.05'],
  ])('%d fen are written as %s', (fen, yuan) => {
    expect(fenToYuan(fen)).toBe(yuan);
  });
});

describe('Beijing time', () => {
  it('is eight hours ahead of UTC, across midnight too', () => {
    expect(toBeijingTime(new Date('2029-12-31T16:00:00Z'))).toBe('2030-01-01 00:00:00');
    expect(fromBeijingTime('2030-01-01 00:00:00')).toEqual(new Date('2029-12-31T16:00:00Z'));
  });

  it.each(['2030-02-30 10:00:00', '2030-01-01 24:00:00', '2030-01-01T10:00:00', '2030-01-01 10:00'])(
    '"%s" is no moment',
    (text) => {
      expect(fromBeijingTime(text)).toBeUndefined();
    },
  );
});
