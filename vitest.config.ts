import { configDefaults, defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: [
      ...configDefaults.exclude,
      'test/interop/**', // needs system packages: npm run test:interop
      'test/**/*.long.test.ts', // takes its time: npm run test:long
    ],
    // Most black-box tests wait for probes and clocks: two at a time keep two cores busy, and no more than that.
    maxWorkers: 2,
    // Tests talk to real processes and sockets: each waits for an event, and this bounds the wait.
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
