import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { setAside } from '../../../../src/control/latency/set-aside.ts';

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'aya-aside-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

test('three that can not be read are kept, the first and the last of them', async () => {
  const place = folder();
  const file = join(place, 'learned');
  const paths: string[] = [];
  for (const text of ['first', 'second', 'third', 'fourth']) {
    writeFileSync(file, text);
    paths.push(await setAside(file));
  }
  expect(paths).toEqual(['.unread', '.unread.2', '.unread.3', '.unread.3'].map((end) => file + end));
  expect(readdirSync(place).toSorted()).toEqual(['learned.unread', 'learned.unread.2', 'learned.unread.3']);
  expect(paths.slice(0, 3).map((path) => readFileSync(path, 'utf8'))).toEqual(['first', 'second', 'fourth']);
});

test('what is not there can not be moved', async () => {
  await expect(setAside(join(folder(), 'learned'))).rejects.toThrow(/ENOENT/);
});
