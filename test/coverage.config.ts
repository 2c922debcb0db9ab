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
    maxWorkers: 2,
    testTimeout: 30_000,
    coverage: {
      enabled: true,
      provider: 'v8',
      include: ['src/dns/**', 'src/dataplane/answering/**'],
      reporter: ['text'],
      thresholds: { branches: 100 },
    },
  },
});
