import type { Stack } from '../stack/startStack.js';
import { books } from './audit/books.js';
import { channelMoney } from './audit/channelMoney.js';
import { type Check } from './audit/check.js';
import { evidenceRows } from './audit/evidenceRows.js';
import { gather, type Audited } from './audit/gather.js';
import { premiums } from './audit/premiums.js';
import { settled } from './audit/settled.js';
import { wholes } from './audit/wholes.js';
import { workflows } from './audit/workflows.js';
import { until } from './until.js';

export interface Audit {
  readonly ok: boolean;
  readonly checks: readonly Check[];
}

/** What must hold of all payments together, whatever happened to them. */
const rules: readonly ((audited: Audited) => Check[])[] = [
  settled,
  premiums,
  wholes,
  channelMoney,
  books,
  evidenceRows,
  workflows,
];

export function checksOf(audited: Audited): Check[] {
  return rules.flatMap((rule) => rule(audited));
}

/** Looks at everything there is: database, channel, core and Temporal. Reads only. */
async function audit(stack: Stack): Promise<Audit> {
  const checks = checksOf(await gather(stack));
  return { ok: checks.every(({ ok }) => ok), checks };
}

/** The audit once nothing is under way any more: repeated until it finds nothing wrong or the time is up. */
export async function settledAudit(stack: Stack, { withinMs }: { withinMs: number }): Promise<Audit> {
  let last = await audit(stack);
  if (last.ok) return last;
  try {
    return await until({ what: 'clean audit', withinMs }, async () => {
      last = await audit(stack);
      return last.ok ? last : undefined;
    });
  } catch {
    return last; // With what is still wrong.
  }
}
