import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import type { RegionConfig } from '../../../../src/config/config.ts';
import { Hand } from '../../../../src/control/overrides/hand.ts';

const WEST = { target: 'west', force: 'drain', forMs: undefined, who: 'ann', why: '', isUnsafe: false } as const;

function folderOf(): string {
  const folder = mkdtempSync(join(tmpdir(), 'aya-hand-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

function handLogging(write: (line: string) => void): Hand {
  const config = {
    services: new Map(),
    regions: new Map([['west', {} as RegionConfig]]),
    safety: { atLeastUp: 0, neverTogether: [] },
  };
  return new Hand({
    ...{ log: pino({}, { write }), nowMs: () => 0, config: () => config, onChange: () => {} },
    ...{ worsened: async () => [], lasting: async () => [] },
  });
}

test('a file is said to be refused when what is in force instead is kept for a restart, and not before', async () => {
  const file = join(folderOf(), 'overrides.yaml');
  const wasKept: boolean[] = [];
  const hand = handLogging((line) => {
    if (line.includes('overrides refused')) wasKept.push(existsSync(`${file}.kept`));
  });
  writeFileSync(file, 'regions: { west: drain }');
  await hand.open(file);
  writeFileSync(file, 'regions: { west: dwon }');
  // Whoever takes something back has what others wrote read first.
  await hand.unforce({ target: 'nothing', who: '', isUnsafe: false });
  expect(wasKept).toEqual([true]);
  expect(hand.refusal).toHaveLength(1);
  expect(hand.overrides.size).toBe(1);
  await hand.stop();
});

test('what could not be written is, as soon as it can be', async () => {
  const folder = join(folderOf(), 'not-yet');
  const file = join(folder, 'overrides.yaml');
  const { promise: isKept, resolve } = Promise.withResolvers<void>();
  const lines: string[] = [];
  const hand = handLogging((line) => {
    lines.push(line);
    if (line.includes('kept again')) resolve();
  });
  await hand.open(file);
  expect(await hand.force(WEST)).toMatchObject({ ok: true, warnings: [expect.stringContaining('ENOENT')] });
  mkdirSync(folder);
  await isKept;
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ regions: { west: { force: 'drain', who: 'ann' } } });
  expect(lines.filter((line) => line.includes('not kept'))).toHaveLength(1);
  await hand.stop();
});

test('what could not be written does not replace what somebody wrote meanwhile', async () => {
  const folder = join(folderOf(), 'not-yet');
  const file = join(folder, 'overrides.yaml');
  const { promise: isKept, resolve } = Promise.withResolvers<void>();
  const hand = handLogging((line) => {
    if (line.includes('kept again')) resolve();
  });
  await hand.open(file);
  await hand.force(WEST);
  mkdirSync(folder);
  writeFileSync(file, 'regions: { west: dwon }');
  await isKept;
  expect(readFileSync(file, 'utf8')).toBe('regions: { west: dwon }');
  expect(JSON.parse(readFileSync(`${file}.kept`, 'utf8'))).toMatchObject({ regions: { west: { force: 'drain' } } });
  await hand.stop();
});

test('what is kept beside a file that is good again, and can not be removed, is no obstacle', async () => {
  const file = join(folderOf(), 'overrides.yaml');
  mkdirSync(`${file}.kept`);
  writeFileSync(file, 'regions: { west: drain }');
  const hand = handLogging(() => {});
  await hand.open(file);
  expect(hand.overrides.size).toBe(1);
  await hand.stop();
});

test('a pipe in place of the file is refused: to open it would wait for its writer', async () => {
  const file = join(folderOf(), 'overrides.yaml');
  execFileSync('mkfifo', [file]);
  const hand = handLogging(() => {});
  await hand.open(file);
  expect(hand.refusal).toEqual([expect.objectContaining({ code: 'not-readable', found: 'no regular file' })]);
  await hand.stop();
});
