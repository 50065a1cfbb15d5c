import { defineConfig } from 'vitest/config';

/** `npm run replay:record`: the recorder needs what integration tests need, and is none of them. */
export default defineConfig({
  test: {
    include: ['test/replay/record.ts'],
    globalSetup: ['test/support/globalSetup.ts'],
    hookTimeout: 120_000,
  },
});
