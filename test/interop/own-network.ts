import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { pathOf, type Ran } from '../support/programs.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const VITEST = fileURLToPath(new URL('../../node_modules/vitest/vitest.mjs', import.meta.url));

const RUN_MS_MAX = 110_000;

const MARK = 'AYA_TEST_OWN_NETWORK';

/** Whether this is a test that {@link runInOwnNetwork} runs. */
export const isInOwnNetwork = process.env[MARK] === '1';

/**
 * Runs a file of tests once more, in namespaces made for it: a network that has nothing but loopback, with every port
 * free, and a user who may have all of them there. It takes no rights.
 */
export function runInOwnNetwork(file: string): Promise<Ran> {
  const [unshare, ip] = [pathOf('unshare') ?? 'unshare', pathOf('ip') ?? 'ip'];
  const inside = [process.execPath, VITEST, 'run', '--config', 'vitest.interop.config.ts', file];
  const upAndRun = '"$1" link set lo up && shift && exec "$@"';
  const args = ['--user', '--map-root-user', '--net', '--kill-child', '/bin/sh', '-c', upAndRun, 'sh', ip, ...inside];
  const env = { ...process.env, [MARK]: '1', NO_COLOR: '1' };
  return new Promise((resolve) => {
    execFile(unshare, args, { cwd: ROOT, env, timeout: RUN_MS_MAX }, (error, out, err) =>
      resolve({ code: error === null ? 0 : Number(error.code), out, err }),
    );
  });
}
