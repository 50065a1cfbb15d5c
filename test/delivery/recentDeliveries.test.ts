import { expect, it } from 'vitest';
import { RecentDeliveries } from '../../src/delivery/recentDeliveries.js';

it('remembers what was delivered, the last ones only, so that no flood fills the memory', () => {
  const recent = new RecentDeliveries();
  for (let index = 0; index < 25_000; index += 1) recent.add(`evidence-${index}`);
  expect(recent.has('evidence-4999')).toBe(false);
  expect(recent.has('evidence-5000')).toBe(true);
  expect(recent.has('evidence-24999')).toBe(true);
  expect(recent.has('evidence-25000')).toBe(false);
});
