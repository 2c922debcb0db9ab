import { describe, expect, test } from 'vitest';
import { ADDED_MAX_MS, OwnSlowness } from '../../../../src/latency/learned/own-slowness.ts';

describe('what is added to the times of a region', () => {
  test.each<[string, number[], number]>([
    ['is nothing where nothing is probed', [], 0],
    ['is what its only endpoint takes more', [100], 100],
    ['is nothing where one of two is slow', [0, 100], 0],
    ['is what most of three take more', [0, 90, 100], 90],
    ['has a bound', [9000, 9000], ADDED_MAX_MS],
  ])('%s', (_name, excessesMs, expected) => {
    expect(new OwnSlowness().update(excessesMs, 0)).toBe(expected);
  });

  test('rises at once, and falls by half a minute', () => {
    const slowness = new OwnSlowness();
    expect([0, 60_000, 120_000].map((atMs) => slowness.update(atMs === 0 ? [80] : [0], atMs))).toEqual([80, 40, 20]);
    expect(slowness.update([200], 130_000)).toBe(200);
    expect(slowness.update([0], 3_600_000)).toBe(0);
  });
});
