import { afterAll, beforeAll, describe } from 'vitest';
import { days } from './days.mjs';
import { shiftDate } from './shiftDate.mjs';

/** Tests in which a day, a midnight or a year could matter, and that need no server of ours. */
const files = [
  'domain/settlement.test.ts',
  'domain/businessDay.test.ts',
  'domain/journal.test.ts',
  'demo/dueDay.test.ts',
  'sim/unionpay/unionpay.test.ts',
  'channels/unionpay/notification.test.ts',
];

/** The same tests once more as if they ran on each of these days. */
describe.each(Object.entries(days))('on the day "%s"', async (day, moment) => {
  let back: () => void;
  beforeAll(() => {
    back = shiftDate(Date.parse(`${moment}+08:00`) - Date.now());
  });
  afterAll(() => {
    back();
  });
  for (const file of files) await import(/* @vite-ignore */ `../${file}?${day}`);
});
