import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { mutations } from './mutations.mjs';

describe('every mutation', () => {
  it.each(mutations)(
    'still finds what it breaks, once, and the tests that shall notice: $name',
    ({ file, find, test }) => {
      expect(readFileSync(file, 'utf8').split(find)).toHaveLength(2);
      expect(existsSync(test.file)).toBe(true);
    },
  );
});
