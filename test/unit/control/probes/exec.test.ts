import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { brief, configOf, failed, passed, probe, timedOut } from '../../../support/probing.ts';

const target = { address: '192.0.2.1', port: 8080, endpoint: 'web/eu' };
const shell = (script: string) => ({ command: ['/bin/sh', '-c', script] });

test.each<[string, object, object]>([
  ['exit code 0', shell('exit 0'), passed],
  ['another', shell('echo all is lost; exit 2'), failed('exit code 2, expected 0: all is lost')],
  ['one of several that are expected', { ...shell('exit 1'), codes: [0, 1] }, passed],
  ['a signal', shell('kill -9 $$'), failed('ended by SIGKILL')],
  ['the arguments as they are', { command: ['/usr/bin/test', '$HOME;x', '=', '$HOME;x'] }, passed],
  [
    'what is probed among the arguments',
    { command: ['/usr/bin/test', '{endpoint}@{address}:{port}', '=', 'web/eu@192.0.2.1:8080'] },
    passed,
  ],
  ['what is probed in the environment', shell('test "$AYA_ADDRESS $AYA_PORT" = "192.0.2.1 8080"'), passed],
  ['nothing else of our environment', shell('test -z "$SECRET_OF_OURS"'), passed],
  [
    'more output than anybody reads',
    shell('yes | head -c 900000; echo end; exit 1'),
    failed('exit code 1, expected 0: end'),
  ],
  ['no such program, which is our fault', { command: ['/no/such'] }, failed('cannot run /no/such: ENOENT', 'observer')],
])('%s', async (_name, options, expected) => {
  process.env.SECRET_OF_OURS = 'x';
  expect(await probe(configOf('exec', options), target)).toEqual(expected);
});

test('what never ends is ended, with all that it has started', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'aya-')), 'pid');
  const config = configOf('exec', shell(`sleep 100 & echo $! > ${file}; wait`), brief);
  expect(await probe(config, target)).toEqual(timedOut);
  const pid = Number(readFileSync(file, 'utf8'));
  const isRunning = (): boolean => {
    try {
      // A process that was killed may wait to be reaped.
      return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
    } catch {
      return false;
    }
  };
  await expect.poll(isRunning).toBe(false);
});

test('a flood of output from one that never ends', async () => {
  expect(await probe(configOf('exec', { command: ['/usr/bin/yes'] }), target)).toEqual(
    failed('more than 1 MiB of output'),
  );
});
