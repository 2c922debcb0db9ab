import { defineConfig } from 'vitest/config';

/** What carries the conformance suite here, besides running in one process (`npm test`): see test/support/way.ts. */
const OVER = process.platform === 'linux' ? ['mmsg', 'dgram', 'tcp', 'tls'] : ['dgram', 'tcp', 'tls'];

/** Tests that take ten seconds and more, for want of which `npm test` is over in three minutes: `npm run test:long`. */
export default defineConfig({
  test: {
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    projects: [
      { extends: true, test: { name: 'long', include: ['test/**/*.long.test.ts'] } },
      ...OVER.map((over) => ({
        extends: true as const,
        test: {
          name: `conformance over ${over}`,
          include: ['test/conformance/**/*.test.ts'],
          env: { CONFORMANCE_OVER: over },
        },
      })),
    ],
  },
});
