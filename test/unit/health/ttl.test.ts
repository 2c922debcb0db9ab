import { describe, expect, test } from 'vitest';
import { cappedTtlSeconds, ttlCapSeconds } from '../../../src/health/ttl.ts';
import { initialHealth, observe } from '../../../src/health/verdict.ts';

describe('the cap of a TTL', () => {
  const thresholds = { fall: 4, rise: 2, ok: 1 };

  test.each([
    ['unknown', '', undefined],
    ['up and well', '+', undefined],
    ['up, once failed', '+-', 30],
    ['up, about to fall', '+---', 10],
    ['recovered', '+---+', undefined],
    ['down and failing', '+----', undefined],
    ['down, about to rise', '+----+', 10],
  ])('%s', (_name, observations, cap) => {
    let state = initialHealth();
    for (const observation of observations) state = observe(state, observation === '+', thresholds);
    expect(ttlCapSeconds(state, thresholds, 10_000, 2)).toBe(cap);
    expect(ttlCapSeconds(state, thresholds, 100, 2)).toBe(cap && 2);
  });

  test.each([
    [60, [], 60],
    [60, [undefined, 30, 10], 10],
    [5, [30], 5],
  ])('%i under %j', (ttl, caps, capped) => {
    expect(cappedTtlSeconds(ttl, caps)).toBe(capped);
  });
});
