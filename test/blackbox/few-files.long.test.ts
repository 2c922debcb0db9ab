import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { type Aya, startAya } from '../support/aya.ts';
import { zone } from './zone.ts';

const ZONE = zone('www IN A 192.0.2.1');

const LIMIT = 4096;

/** Lets a process open no more than so many files in all, by prlimit(1) of util-linux, which every Linux has. */
async function limitFiles({ pid }: Aya, files: number): Promise<void> {
  await promisify(execFile)('prlimit', ['--pid', String(pid), `--nofile=${files}:${LIMIT}`]);
}

async function openFiles({ pid }: Aya): Promise<number> {
  return (await readdir(`/proc/${pid}/fd`)).length;
}

// Threads take some files each, their code and sockets some more: it may be any of these that is not to be had.
test.runIf(process.platform === 'linux').each([0, 8, 14])(
  'a reload whose workers want more than %i files is refused, and says what to do',
  async (more) => {
    await using aya = await startAya(ZONE, { workers: 1 });
    const before = await openFiles(aya);
    await limitFiles(aya, before + more);
    await aya.configure(ZONE, { workers: 4, listen: [`127.0.0.1:${aya.port}`, `127.0.0.2:${aya.port}`] });
    expect(await aya.reload()).toMatchObject({ level: 'error', problems: 1 });
    expect(aya.log.filter(({ msg }) => msg === 'reload refused')).toEqual([
      expect.objectContaining({
        code: expect.stringMatching(/^cannot-(start-thread|listen)$/),
        expected: expect.stringContaining('LimitNOFILE='),
      }),
    ]);
    expect(aya.log.filter(({ msg }) => msg === 'unexpected error')).toEqual([]);
    expect((await aya.ask('www.example.com')).rcode).toBe('NOERROR');
    await limitFiles(aya, LIMIT);
    expect(await aya.reload()).toMatchObject({ msg: 'reloaded', workers: 4 });
  },
);
