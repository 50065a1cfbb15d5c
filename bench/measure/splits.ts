import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { median } from '../figures.js';
import { sizeOf } from '../history.js';
import { withInFlight } from '../load.js';
import type { Orders, RunSizes } from '../orders.js';
import { paymentIds, type Payments } from '../payments.js';

const partCounts = [2, 10, 50] as const;
export const sliceCount = 50;
export const itemCount = 10;
const cartsPerRun = 12;
const cartsInFlight = 4;
const runs = 3;
/** Visibility is behind the histories for a moment. */
const visibleAfterMs = 2_000;

export interface Splits {
  /** Events of the order itself, by its number of parts. */
  readonly parts: readonly { readonly count: number; readonly events: number }[];
  /** What each further part costs, between few and many. */
  readonly eventsPerPart: { readonly first: number; readonly last: number };
  readonly slices: RunSizes;
  readonly cart: {
    readonly events: number;
    readonly tenSingleEvents: number;
    /** Items a second, in turn, of every run. */
    readonly cartItemsPerSecond: readonly number[];
    readonly singlesPerSecond: readonly number[];
    readonly ratio: number;
  };
}

/** How orders of payments grow with their parts, and what a cart saves beside single payments. */
export async function measureSplits(
  { orders, payments }: { orders: Orders; payments: Payments },
  say: (line: string) => void,
): Promise<Splits> {
  const parts: { count: number; events: number }[] = [];
  for (const count of partCounts) {
    say(`a payment in ${count} parts`);
    const [paymentId = ''] = paymentIds(1);
    await orders.inParts(paymentId, count);
    parts.push({ count, events: sizeOf(await payments.workflow(paymentId).fetchHistory()).events });
  }
  say(`a payment in ${sliceCount} slices`);
  const [slicedId = ''] = paymentIds(1);
  await orders.inSlices(slicedId, sliceCount);
  await sleep(visibleAfterMs);
  const slices = await orders.sizeOf(`payment/${slicedId}`);

  say(`a cart of ${itemCount} items, and as many single payments`);
  const [cartId = ''] = paymentIds(1);
  await orders.inCart(cartId, itemCount);
  await sleep(visibleAfterMs);
  const { events } = await orders.sizeOf(`cart/${cartId}`);
  const singles = paymentIds(itemCount);
  for (const paymentId of singles) await paidAndIssued(payments, paymentId);
  const sizes = await Promise.all(singles.map(async (id) => sizeOf(await payments.workflow(id).fetchHistory()).events));
  const tenSingleEvents = sizes.reduce((sum, size) => sum + size, 0);

  const cartItemsPerSecond: number[] = [];
  const singlesPerSecond: number[] = [];
  for (let run = 1; run <= runs; run += 1) {
    say(`throughput, carts and single payments in turn, run ${run} of ${runs}`);
    const cartIds = paymentIds(cartsPerRun);
    cartItemsPerSecond.push(
      await perSecond(cartsPerRun * itemCount, () =>
        withInFlight(cartsInFlight, cartIds, (id) => orders.inCart(id, itemCount)),
      ),
    );
    const ids = paymentIds(cartsPerRun * itemCount);
    singlesPerSecond.push(
      await perSecond(ids.length, () =>
        withInFlight(cartsInFlight * itemCount, ids, (id) => paidAndIssued(payments, id)),
      ),
    );
  }
  const [few, some, many] = parts;
  const slope = (one: typeof few, other: typeof few): number =>
    one === undefined || other === undefined ? 0 : (other.events - one.events) / (other.count - one.count);
  return {
    parts,
    eventsPerPart: { first: slope(few, some), last: slope(some, many) },
    slices,
    cart: {
      events,
      tenSingleEvents,
      cartItemsPerSecond,
      singlesPerSecond,
      ratio: median(cartItemsPerSecond) / median(singlesPerSecond),
    },
  };
}

async function paidAndIssued(payments: Payments, paymentId: string): Promise<void> {
  await payments.open(paymentId);
  await payments.pay(paymentId);
  await payments.issued(paymentId);
}

async function perSecond(count: number, work: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  await work();
  return (count * 1_000) / (performance.now() - startedMs);
}
