import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { breaches } from './tidy/breaches.js';
import {
  complaints,
  longFiles,
  longFunctions,
  misnamedFiles,
  namesExportedTwice,
  paragraphsTwice,
  type Breaches,
} from './tidy/rules.js';
import { filesIn, sourceOf, sourcesIn } from './tidy/source.js';

const product = sourcesIn(['src']);
const everything = [...product, ...sourcesIn(['sim', 'stack', 'demo', 'bench', 'test'])];
const documents = ['README.md', 'README.zh-CN.md', 'ARCHITECTURE.md', ...filesIn('docs', '.md')].map((path) => ({
  path,
  text: readFileSync(path, 'utf8'),
}));

/** A list of old breaches only shrinks: nothing new, nothing larger, and what is mended leaves it. */
const expectOnlyOld = (found: Breaches, listed: Breaches): void => {
  expect(complaints(found, listed)).toEqual([]);
};

describe('the house', () => {
  it('exports no name twice', () => {
    expectOnlyOld(namesExportedTwice(product), {});
  });

  it('has no function longer than one can see at once', () => {
    expectOnlyOld(longFunctions(everything), breaches.longFunctions);
  });

  it('has no file longer than one reads in one go', () => {
    expectOnlyOld(longFiles(everything), breaches.longFiles);
  });

  it('names a file after its main export', () => {
    expectOnlyOld(misnamedFiles(product), breaches.misnamedFiles);
  });

  it('says no paragraph twice', () => {
    expectOnlyOld(paragraphsTwice(documents), {});
  });
});

describe('the rules of the house', () => {
  const fileOf = (path: string, text: string) => sourceOf(path, text);
  const lines = (count: number) => 'work();\n'.repeat(count);

  it('see a name that two files export, but not the verb of a step nor what two channels call alike', () => {
    const twice = [
      fileOf('src/domain/refund.ts', 'export const refund = 1;'),
      fileOf('src/api/refund.ts', 'export function refund() {}'),
      fileOf('src/activities/refund/queryRefund.ts', 'export function queryRefund() {}'),
      fileOf('src/workflows/refund/ask.ts', 'export function queryRefund() {}'),
      fileOf('src/channels/alipay/reply.ts', 'export type Reply = string;'),
      fileOf('src/channels/wechatpay/reply.ts', 'export type Reply = string;'),
    ];
    expect(namesExportedTwice(twice)).toEqual({ refund: 2 });
  });

  it('measure functions by name, methods and those in constants included, and leave callbacks to what is around them', () => {
    const long = fileOf(
      'src/a.ts',
      `function one() {\n${lines(80)}}\nclass Two { three() {\n${lines(90)}} }\nconst four = () => {\n${lines(68)}};\nit('', () => {\n${lines(99)}});`,
    );
    expect(longFunctions([long])).toEqual({ 'src/a.ts one': 82, 'src/a.ts Two.three': 92 });
  });

  it('see a file that is longer than it may be by one line', () => {
    expect(longFiles([fileOf('src/b.ts', lines(350)), fileOf('src/c.ts', lines(351))])).toEqual({ 'src/c.ts': 351 });
  });

  it('see a file whose only value has another name, unless the file name is a role in several folders', () => {
    const files = [
      fileOf('src/x/clock.ts', 'export const now = 1;'),
      fileOf('src/x/paging.ts', 'export function newestFirst() {}'),
      fileOf('src/x/card.ts', 'export function showCard() {}'),
      fileOf('src/x/routes.ts', 'export const endpoints = [];'),
      fileOf('src/y/routes.ts', 'export const endpoints = [];'),
    ];
    expect(misnamedFiles(files)).toEqual({ 'src/x/clock.ts': 1, 'src/x/paging.ts': 1 });
  });

  it('see a paragraph that two pages share, however it is broken into lines', () => {
    const said = 'Output tax is split off as the premium is earned, fen by fen, and never twice for the same refund.';
    const pages = [
      { path: 'a.md', text: `# A\n\n${said}\n` },
      { path: 'b.md', text: `# B\n\n${said.replaceAll(' ', '\n')}\n\nOther words.` },
    ];
    expect(Object.values(paragraphsTwice(pages))).toEqual([2]);
  });

  it('refuse what is new or has grown, and what is mended but still listed', () => {
    expect(complaints({ a: 80 }, {})).toEqual(['a (80) is new: mend it']);
    expect(complaints({ a: 81 }, { a: 80 })).toEqual(['a has grown from 80 to 81: mend it']);
    expect(complaints({ a: 79 }, { a: 80 })).toEqual([]);
    expect(complaints({}, { a: 80 })).toEqual(['a is mended: take it off the list']);
  });
});
