import { defineConfig } from 'vitest/config';

/** Tests that take ten seconds and more, for want of which `npm test` is over in three minutes: `npm run test:long`. */
export default defineConfig({
  test: {
    include: ['test/**/*.long.test.ts'],
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
