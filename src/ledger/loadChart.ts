import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { z } from 'zod';
import { accountKinds } from '../domain/book/account.js';
import { defaultChart, type Chart } from '../domain/book/chart.js';

const line = z.strictObject({
  code: z
    .string({ error: 'must be text; put it in quotes' })
    .regex(/^[0-9A-Za-z.-]{1,32}$/, 'must be 1 to 32 of 0-9 A-Z a-z . -'),
  chinese: z.string().min(1).max(64).optional(),
  english: z.string().min(1).max(64).optional(),
});
const chartFile = z.strictObject({ accounts: z.partialRecord(z.enum(accountKinds), line) });

/**
 * The chart of accounts: the default with the codes and names of the file, where one is named. Raises Error, one sentence
 * per line, for a file that is not right or gives one code to two accounts.
 */
export async function loadChart(path: string | undefined): Promise<Chart> {
  if (path === undefined) return defaultChart;
  const read = chartFile.safeParse(parse(await readFile(path, 'utf8')));
  if (!read.success) {
    const problems = read.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`);
    throw new Error([`The chart of accounts ${path} cannot be used:`, ...problems].join('\n  '));
  }
  const chart = defaultChart.map((account) => {
    const { code, chinese, english } = { ...account, ...given(read.data.accounts[account.account] ?? {}) };
    return { ...account, code, chinese, english };
  });
  const twice = chart.find(({ code }, index) => chart.findIndex((other) => other.code === code) !== index);
  if (twice !== undefined) throw new Error(`The chart of accounts ${path} gives code ${twice.code} to two accounts.`);
  return chart;
}

const given = (line: object): object =>
  Object.fromEntries(Object.entries(line).filter(([, value]) => value !== undefined));
