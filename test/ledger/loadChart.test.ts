import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chartLineOf, defaultChart } from '../../src/domain/book/chart.js';
import { accountKinds } from '../../src/domain/book/account.js';
import { loadChart } from '../../src/ledger/loadChart.js';

describe('the chart of accounts', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'chart-'));
  });
  afterEach(() => rm(folder, { recursive: true }));
  const load = async (text: string) => {
    const path = join(folder, 'chart.yaml');
    await writeFile(path, text);
    return loadChart(path);
  };

  it('has a line for every account a journal may touch, each with a code of its own', async () => {
    expect(await loadChart(undefined)).toEqual(defaultChart);
    expect(defaultChart.map(({ account }) => account).sort()).toEqual([...accountKinds].sort());
    expect(new Set(defaultChart.map(({ code }) => code)).size).toBe(accountKinds.length);
    expect(chartLineOf(defaultChart, 'channelReceivable:alipay')).toMatchObject({ chinese: '应收渠道款' });
    expect(() => chartLineOf(defaultChart, 'pettyCash')).toThrow('pettyCash stands in no chart');
  });

  it('takes finance’s own codes and names, and keeps the rest', async () => {
    const chart = await load("accounts:\n  bank: { code: '1002.01', english: Main account }\n");
    expect(chartLineOf(chart, 'bank')).toMatchObject({ code: '1002.01', chinese: '银行存款', english: 'Main account' });
    expect(chartLineOf(chart, 'premiumIncome')).toMatchObject({ code: '6031' });
  });

  it('is the example in the repository, too', async () => {
    const chart = await loadChart('config/chart-of-accounts.example.yaml');
    expect(chartLineOf(chart, 'channelReceivable:pos').code).toBe('1122.08');
  });

  it.each([
    ['accounts:\n  pettyCash: { code: "1" }\n', /accounts/],
    ['accounts:\n  bank: { code: 1002 }\n', /accounts\.bank\.code must be text; put it in quotes/],
    ['accounts:\n  bank: { code: "a b" }\n', /accounts\.bank\.code must be 1 to 32/],
    ['accounts:\n  bank: { code: "6031" }\n', /gives code 6031 to two accounts/],
    ['accounts:\n  bank: { name: "x" }\n', /accounts\.bank/],
    ['[]', /cannot be used/],
  ])('says what is wrong with %j', async (text, problem) => {
    await expect(load(text)).rejects.toThrow(problem);
  });
});
