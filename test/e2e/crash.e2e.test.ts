import { execFile } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { settledAudit } from '../../demo/audit.js';
import { methods } from '../../demo/methods.js';
import { Story } from '../../demo/story.js';
import { startStack, type Stack } from '../../stack/startStack.js';
import { chanceFrom, type Chance } from './chance.js';
import { fates, shortLived, soonOver, type Fate } from './fates.js';
import { patienceMs, persistently } from './persistently.js';

/** The seed of a run that failed makes the same choices again; how they meet the crashes still depends on timing. */
const seed = Number(process.env['CRASH_SEED'] ?? Date.now() % 1_000_000);
const paymentsCount = 120;
const mainMethods = methods.filter(({ main }) => main);

let stack: Stack;

beforeAll(async () => {
  stack = await startStack({
    ports: 'free',
    channels: {
      every: { queryGaps: ['6s', '10s', '20s', '30s'], refundGaps: ['1s', '3s', '10s'], closeMargin: '2s' },
      policies: { products: { [shortLived]: { paymentTtl: '75s' }, [soonOver]: { paymentTtl: '150s' } } },
    },
    env: { RATE_LIMIT_PER_MINUTE: '1000000', LOG_LEVEL: 'warn' },
  });
});

afterAll(async () => {
  await stack.stop();
});

describe('given worker and API are killed again and again', () => {
  it(`when ${paymentsCount} payments are in flight, then each ends right and all money is where it belongs (seed ${seed})`, async () => {
    const chance = chanceFrom(seed);
    const opening = openAll(chance);
    await crash(chance, 2);
    const payments = await opening;
    expect(payments).toHaveLength(paymentsCount);

    const ending = Promise.all(payments.map((payment) => finish(payment)));
    await crash(chance, 4);
    const ends = await ending;

    expect(ends.filter(({ end, fate }) => end !== fate.end).map(({ fate, end }) => `${fate.name}: ${end}`)).toEqual([]);
    const audit = await settledAudit(stack, { withinMs: 120_000 });
    expect(audit.checks.flatMap(({ check, problems }) => problems.map((problem) => `${check}: ${problem}`))).toEqual(
      [],
    );
    expect(await bookVerified()).toMatch(/journals, \d+ payments compared: the book is right\n$/);
  });
});

/** What the program for it says; raises when it finds anything wrong. */
async function bookVerified(): Promise<string> {
  const env = { ...process.env, MONGODB_URI: stack.mongoUri, MONGODB_DATABASE: stack.mongoDatabase };
  const { stdout } = await promisify(execFile)(process.execPath, ['dist/src/commands/ledger.js', 'verify'], { env });
  return stdout;
}

interface InFlight {
  readonly story: Story;
  readonly fate: Fate;
  readonly payAfterMs: number;
}

/** Opens every payment, so that all of them are in flight together before the first is paid, but for those in a hurry. */
function openAll(chance: Chance): Promise<InFlight[]> {
  const run = `X${Date.now()}`;
  return Promise.all(
    Array.from({ length: paymentsCount }, async (_none, index): Promise<InFlight> => {
      // Every fate meets every channel: a fate is shared by neighbours, a channel by every other payment.
      const method = mainMethods[index % mainMethods.length];
      if (method === undefined) throw new Error('no method for a payment');
      const story = new Story(stack, { paymentId: `${run}N${index}`, amountFen: 1_000_00 + index, method });
      const fate = fates[Math.floor(index / mainMethods.length) % fates.length];
      if (fate === undefined) throw new Error('no fate for a payment');
      const [openAfterMs, payAfterMs] = [chance.between(0, 6_000), chance.between(0, 20_000)];
      await fate.trouble?.(story);
      await pause(openAfterMs);
      await persistently(patienceMs, async () => openAs(fate, story));
      if (fate.hurries) await payAs(fate, story);
      return { story, fate, payAfterMs };
    }),
  );
}

function openAs({ open, asked, productCode = 'AUTO-CI' }: Fate, story: Story): Promise<unknown> {
  return open === undefined ? story.open({ productCode, ...asked?.(story) }) : open(story);
}

async function payAs({ payer }: Fate, story: Story): Promise<void> {
  if (payer === 'pays') await story.pay();
  else if (payer !== 'neverPays') await payer(story);
}

async function finish({ story, fate, payAfterMs }: InFlight): Promise<{ fate: Fate; end: string }> {
  await pause(payAfterMs);
  if (!fate.hurries) await payAs(fate, story);
  await persistently(patienceMs, async () => fate.afterwards?.(story));
  const ended = fate.ended ?? (async () => (await story.ended()).status);
  return { fate, end: await persistently(patienceMs, () => ended(story)) };
}

/** Kills worker, API or both without warning, leaves them dead for a while, and starts them again. */
async function crash(chance: Chance, times: number): Promise<void> {
  const { worker, api } = stack.processes;
  for (let crashes = 0; crashes < times; crashes += 1) {
    await pause(chance.between(1_500, 5_000));
    const victims = chance.oneOf([[worker], [api], [worker, api]]);
    await Promise.all(victims.map((victim) => victim.kill('SIGKILL')));
    await pause(chance.between(500, 3_000));
    await Promise.all(victims.map((victim) => victim.start()));
  }
}
