import { createPublicKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { Environment } from './environment.js';

/** The files a merchants file names, relative to itself. */
export type NamedFiles = {
  readonly text: (file: string) => string;
  readonly publicKey: (file: string) => KeyObject;
};

/**
 * Merchants beside the usual one: a JSON array in the file that the variable names; none when it is not set. Raises when
 * the file, or one it names, is not what it should be, so that a wrong set-up stops at once.
 */
export function otherMerchants<Entry, Merchant>(
  environment: Environment,
  name: string,
  { entry, merchant }: { entry: z.ZodType<Entry>; merchant: (entry: Entry, files: NamedFiles) => Merchant },
): Merchant[] {
  const file = environment[name];
  if (file === undefined || file === '') return [];
  const text = (named: string): string => readFileSync(path.resolve(path.dirname(file), named), 'utf8').trim();
  const files: NamedFiles = { text, publicKey: (named) => createPublicKey(text(named)) };
  const entries = z.array(entry).safeParse(JSON.parse(readFileSync(file, 'utf8')));
  if (!entries.success) throw new Error(`${name}: ${z.prettifyError(entries.error)}`);
  return entries.data.map((each) => merchant(each, files));
}
