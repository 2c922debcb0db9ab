import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

async function check(environment: Readonly<Record<string, string>>): Promise<string> {
  const { NODE_COMPILE_CACHE: _, ...env } = process.env;
  const args = ['src/main.ts', 'check', 'config/minimal.yaml'];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env: { ...env, ...environment } });
  return stdout;
}

test('compiled code is kept in the folder that the unit has for it, and a folder that can not be written does no harm', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'aya-cache-'));
  try {
    expect(await check({ CACHE_DIRECTORY: `${join(folder, 'aya')}:${join(folder, 'other')}` })).toContain('ok');
    expect(await readdir(folder)).toEqual(['aya']);
    expect((await readdir(join(folder, 'aya'), { recursive: true })).length).toBeGreaterThan(10);
  } finally {
    await rm(folder, { recursive: true });
  }
  expect(await check({ CACHE_DIRECTORY: '/dev/null/aya' })).toContain('ok');
});
