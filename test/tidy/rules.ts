import path from 'node:path';
import type { SourceFile } from './source.js';

const functionLinesMax = 70;
const fileLinesMax = 350;

/** What breaks a rule, under a name that stays while it does, and how badly; 1 where there is no more and less. */
export type Breaches = Readonly<Record<string, number>>;

export const longFunctions = (sources: readonly SourceFile[]): Breaches =>
  record(
    sources.flatMap(({ path: file, functions }) =>
      functions
        .filter(({ lines }) => lines > functionLinesMax)
        .map(({ name, lines }) => [`${file} ${name}`, lines] as const),
    ),
  );

export const longFiles = (sources: readonly SourceFile[]): Breaches =>
  record(sources.filter(({ lines }) => lines > fileLinesMax).map(({ path: file, lines }) => [file, lines] as const));

/**
 * A name means one thing. Not counted: what each channel calls alike, since no channel sees another; and the verb of a step,
 * which is the same at every layer so that searching for it finds its path.
 */
export function namesExportedTwice(sources: readonly SourceFile[]): Breaches {
  const homes = new Map<string, string[]>();
  for (const { path: file, exports } of sources) {
    for (const { name, isType } of exports) {
      const isSteps = file.startsWith('src/activities/') && !isType;
      const isChannels = /^src\/channels\/[^/]+\//.test(file);
      if (!isSteps && !isChannels) homes.set(name, [...(homes.get(name) ?? []), file]);
    }
  }
  return record([...homes].filter(([, files]) => files.length > 1).map(([name, files]) => [name, files.length]));
}

/**
 * A file that exports one function or value is named after it: exactly, or by the noun in it. A file name that stands in several
 * folders is a role, e.g. `routes` or `messages`, and its folder says whose.
 */
export function misnamedFiles(sources: readonly SourceFile[]): Breaches {
  const baseOf = (file: string) => path.basename(file, '.ts');
  const bases = sources.map(({ path: file }) => baseOf(file));
  const isRole = (base: string) => bases.filter((each) => each === base).length > 1;
  return record(
    sources
      .filter(({ path: file, exports }) => {
        const main = exports.filter(({ isType }) => !isType);
        const base = baseOf(file);
        if (main.length !== 1 || isRole(base)) return false;
        return !exports.some(({ name }) => name.toLowerCase().includes(base.toLowerCase()));
      })
      .map(({ path: file }) => [file, 1] as const),
  );
}

/** Paragraphs of at least a sentence or two that say the same as another, wherever they stand. */
export function paragraphsTwice(documents: readonly { path: string; text: string }[]): Breaches {
  const homes = new Map<string, string[]>();
  for (const { path: file, text } of documents) {
    for (const paragraph of text.split(/\n\s*\n/)) {
      const said = paragraph.replaceAll(/\s+/g, ' ').trim();
      if (said.length >= 80) homes.set(said, [...(homes.get(said) ?? []), file]);
    }
  }
  return record(
    [...homes]
      .filter(([, files]) => files.length > 1)
      .map(([said, files]) => [`${files.join(', ')}: ${said.slice(0, 60)}`, files.length]),
  );
}

const record = (rows: readonly (readonly [string, number])[]): Breaches => Object.fromEntries(rows);

/** What a rule's list of old breaches does not allow, one sentence each; none where all is as the list says. */
export function complaints(found: Breaches, listed: Breaches): string[] {
  return [
    ...Object.entries(found).flatMap(([name, size]) => {
      const allowed = listed[name];
      if (allowed === undefined) return [`${name} (${size}) is new: mend it`];
      return size > allowed ? [`${name} has grown from ${allowed} to ${size}: mend it`] : [];
    }),
    ...Object.keys(listed)
      .filter((name) => found[name] === undefined)
      .map((name) => `${name} is mended: take it off the list`),
  ];
}
