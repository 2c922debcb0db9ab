import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { allowedCpus } from '../../src/control/workers/cpus.ts';
import { launchAya, startAya } from '../support/aya.ts';
import { zone } from './zone.ts';

const WORLD = zone('www IN A 192.0.2.1');

/** The processors that each thread of a process may run on. */
function threadCpus(pid: number): readonly string[] {
  return readdirSync(`/proc/${pid}/task`).map(
    (thread) =>
      /^Cpus_allowed_list:\s*(\S+)$/m.exec(readFileSync(`/proc/${pid}/task/${thread}/status`, 'utf8'))?.[1] ?? '',
  );
}

describe.runIf(process.platform === 'linux')('server.cpus', () => {
  test('keeps the threads for UDP, and no others, on processors, in turn', async () => {
    const [first, last] = [allowedCpus()[0], allowedCpus().at(-1)!];
    await using aya = await startAya(WORLD, { workers: 3, server: { cpus: [first, last] } });
    expect((await aya.ask('www.example.com')).addresses).toEqual(['192.0.2.1']);
    const pinned = threadCpus(aya.pid).filter((list) => /^\d+$/.test(list));
    if (first !== last) expect(pinned.toSorted()).toEqual([first, first, last].map(String).toSorted());
  });

  test('of a processor that there is not is refused', async () => {
    await using aya = await launchAya(WORLD, { server: { cpus: [1023] } });
    expect(await aya.exited).toBe(1);
    expect(aya.errors).toMatch(/no-such-cpu: found processor 1023 in server\.cpus, expected some of 0/);
  });
});
