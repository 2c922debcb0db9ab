import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Tests talk to real processes and sockets: each waits for an event, and this bounds the wait.
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
