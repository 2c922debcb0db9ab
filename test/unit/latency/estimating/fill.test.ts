import { expect, test } from 'vitest';
import { fill } from '../../../../src/latency/estimating/fill.ts';
import { distanceKm } from '../../../../src/util/distance.ts';

const NEAR = { latitude: 50, longitude: 8 };
/** Nothing is measured to it. */
const FAR = { latitude: -35, longitude: 140 };
/** Nor from it. */
const ISLAND = { latitude: -45, longitude: -120 };
const COUNTRIES = [
  ...Array.from({ length: 30 }, (_, at) => ({ latitude: 60 - 4 * at, longitude: 8 + 3 * at })),
  ISLAND,
];

/**
 * What the island is expected to take above the line, in ms, where every fifth of the others takes so much more than by distance.
 */
function aboveLineMs(tailMs: number): number {
  const evidence = COUNTRIES.flatMap((country, at) => {
    const ms = 20 + 0.015 * distanceKm(country, NEAR) + (at % 5 === 0 ? tailMs : 0);
    return [country === ISLAND ? undefined : { ms, varianceMs2: 1 }, undefined];
  });
  const { fit, ms } = fill(COUNTRIES, [NEAR, FAR], evidence);
  return ms.at(-1)! - fit.baseMs - fit.msPerKm * distanceKm(ISLAND, FAR);
}

test('what is not known lies on the line where times do', () => expect(Math.abs(aboveLineMs(0))).toBeLessThan(2));

test('and above it where some lie far above it: the mean is expected, not the middle', () => {
  expect(aboveLineMs(150)).toBeGreaterThan(12);
  expect(aboveLineMs(150)).toBeLessThan(30);
});
