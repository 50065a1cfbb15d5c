import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { otherMerchants } from '../../sim/shared/merchantsFile.js';
import { merchantPublicKey } from './support/keys.js';

const how = {
  entry: z.strictObject({ id: z.string(), secretFile: z.string(), keyFile: z.string() }),
  merchant: (
    { id, secretFile, keyFile }: { id: string; secretFile: string; keyFile: string },
    files: { text: (file: string) => string; publicKey: (file: string) => { equals(other: unknown): boolean } },
  ) => ({ id, secret: files.text(secretFile), isOurs: files.publicKey(keyFile).equals(merchantPublicKey) }),
};

/** A folder with a merchants file, and the files it names beside it. */
function written(content: unknown): Record<string, string> {
  const folder = mkdtempSync(path.join(tmpdir(), 'merchants-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  const file = path.join(folder, 'merchants.json');
  writeFileSync(file, JSON.stringify(content));
  writeFileSync(path.join(folder, 'secret'), 'hidden\n');
  writeFileSync(path.join(folder, 'key.pem'), merchantPublicKey.export({ type: 'spki', format: 'pem' }));
  return { OTHERS: file };
}

const entry = { id: 'life', secretFile: 'secret', keyFile: 'key.pem' };

describe('merchants beside the usual one', () => {
  it('are those of the file, with what it names beside itself', () => {
    expect(otherMerchants(written([entry]), 'OTHERS', how)).toEqual([{ id: 'life', secret: 'hidden', isOurs: true }]);
  });

  it('are none when no file is named', () => {
    expect(otherMerchants({}, 'OTHERS', how)).toEqual([]);
  });

  it.each([
    ['is no list', { life: entry }, 'OTHERS'],
    ['misses a field', [{ ...entry, id: undefined }], 'OTHERS'],
    ['has a field nobody knows', [{ ...entry, more: 1 }], 'OTHERS'],
    ['names a file that is not there', [{ ...entry, keyFile: 'none.pem' }], 'none.pem'],
  ])('stop the simulator when the file %s', (_why, content, said) => {
    expect(() => otherMerchants(written(content), 'OTHERS', how)).toThrow(said);
  });
});
