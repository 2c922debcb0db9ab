import { startVitest } from 'vitest/node';
import { missingOf, PACKAGE_OF, type Program, withPackage } from '../support/programs.ts';

/**
 * `npm run test:interop [-- --require] [FILTER...]`: says which programs are missing, then runs the tests of those that
 * are there. With --require, or CI=true in the environment, a missing program is a failure. Installs nothing.
 */
const args = process.argv.slice(2);
const isRequired = args.includes('--require') || process.env.CI === 'true';
const missing = missingOf(Object.keys(PACKAGE_OF) as Program[]);

for (const program of missing) console.error(`interop: missing: ${withPackage(program)}; its tests are NOT RUN`);
if (missing.length > 0) {
  const packages = [...new Set(missing.map((program) => PACKAGE_OF[program]))];
  console.error(`interop: sudo apt-get install --no-install-recommends ${packages.join(' ')}`);
}

if (missing.length > 0 && isRequired) {
  process.exitCode = 1;
} else {
  const filters = args.filter((arg) => arg !== '--require');
  const vitest = await startVitest('test', filters, { config: 'vitest.interop.config.ts', run: true, watch: false });
  await vitest.close();
}
