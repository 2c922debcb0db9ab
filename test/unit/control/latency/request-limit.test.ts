import { expect, test } from 'vitest';
import { RequestLimit } from '../../../../src/control/latency/request-limit.ts';

test('lets a network in so often a minute, and others as often', () => {
  const limit = new RequestLimit('salt');
  const at = (network: string, nowMs: number): boolean => limit.admit(network, 2, nowMs);
  expect([0, 1, 2].map((ms) => at('203.0.113.0/24', ms))).toEqual([true, true, false]);
  expect(at('198.51.100.0/24', 3)).toBe(true);
  expect(at('203.0.113.0/24', 60_000)).toBe(true);
});
