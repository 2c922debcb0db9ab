import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import type { RegionConfig } from '../../../../src/config/config.ts';
import { Hand } from '../../../../src/control/overrides/hand.ts';

test('a file is said to be refused when what is in force instead is kept for a restart, and not before', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'aya-hand-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'overrides.yaml');
  const wasKept: boolean[] = [];
  const write = (line: string): void => {
    if (line.includes('overrides refused')) wasKept.push(existsSync(`${file}.kept`));
  };
  const config = {
    services: new Map(),
    regions: new Map([['west', {} as RegionConfig]]),
    safety: { atLeastUp: 0, neverTogether: [] },
  };
  const hand = new Hand({
    ...{ log: pino({}, { write }), nowMs: () => 0, config: () => config, onChange: () => {} },
    ...{ worsened: async () => [], lasting: async () => [] },
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
