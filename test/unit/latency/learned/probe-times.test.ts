import { describe, expect, test } from 'vitest';
import { ProbeTimes } from '../../../../src/latency/learned/probe-times.ts';

const SECOND_MS = 1000;
const HOUR_MS = 3_600_000;

/** Probes a second apart that took so long; and, if given, more that took as many ms more. */
function probed(
  count: number,
  durationMs: number,
): { add(count: number, ms: number, stepMs?: number): void; times: ProbeTimes } {
  const times = new ProbeTimes();
  let atMs = 0;
  const add = (more: number, ms: number, stepMs = SECOND_MS): void => {
    for (let probe = 0; probe < more; probe++) {
      // One in three a little slower, as networks are.
      times.add(ms + (probe % 3), atMs);
      atMs += stepMs;
    }
  };
  add(count, durationMs);
  return { add, times };
}

describe('what probes take more than usual', () => {
  test.each<[string, number, number, number, number, number]>([
    ['is nothing while all is as it was', 40, 20, 10, 20, 0],
    ['is the difference once most of the last few are slow', 40, 20, 5, 120, 100],
    ['is nothing for two slow ones', 40, 20, 2, 500, 0],
    ['is nothing for what is faster', 40, 20, 5, 5, 0],
    ['is nothing while too little is known', 8, 20, 5, 120, 0],
    ['is nothing for a difference that chance may make', 40, 20, 5, 22, 0],
  ])('%s', (_name, before, usualMs, after, ms, expected) => {
    const { add, times } = probed(before, usualMs);
    add(after, ms);
    expect(Math.round(times.excessMs / 10) * 10).toBe(expected);
  });

  test('lasts for hours, and becomes usual in days', () => {
    const { add, times } = probed(40, 20);
    add(60, 120, 60_000);
    expect(times.excessMs).toBeGreaterThan(80);
    add(72, 120, HOUR_MS);
    expect(times.excessMs).toBe(0);
  });

  test('is soon told by what is usual at other times, where all began slow', () => {
    const { add, times } = probed(40, 120);
    add(180, 20, 60_000);
    add(5, 120);
    expect(times.excessMs).toBeGreaterThan(80);
  });
});
