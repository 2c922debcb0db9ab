import { defineConfig } from 'vitest/config';

/** What decides how hostile bytes are read and what is answered to them: no branch of it goes untested. */
export default defineConfig({
  test: {
    include: [
      'test/unit/dns/**/*.test.ts',
      'test/unit/dataplane/answering/**/*.test.ts',
      'test/conformance/**/*.test.ts',
      'test/property/{answer,name,rdata}.property.test.ts',
    ],
    exclude: ['test/unit/dataplane/answering/allocation.long.test.ts'], // counting what runs would be counted as well
    maxWorkers: 2,
    isolate: false, // halves the time: no test here leaves anything behind in a module
    testTimeout: 30_000,
    coverage: {
      enabled: true,
      provider: 'v8',
      include: ['src/dns/**', 'src/dataplane/answering/**'],
      exclude: ['src/dataplane/answering/source.ts'], // a type, and no code
      reporter: ['text'],
      thresholds: { branches: 100 },
    },
  },
});
