import { defineConfig } from 'vitest/config';

/** Aya beside other DNS software: `npm run test:interop`. */
export default defineConfig({
  test: {
    include: ['test/interop/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
