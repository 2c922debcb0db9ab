import { expect, test } from 'vitest';
import type { Tally } from '../../../../src/latency/estimating/tally.ts';
import { VariationMeter } from '../../../../src/latency/estimating/variation.ts';

const COUNTRIES = 200;
const NETWORKS = 30;
const tally = (lnMs: number): Tally => ({
  belief: { lnMs, variance: 1e-6 },
  ownSpread: 0.05,
  weight: NETWORKS,
  witnesses: NETWORKS,
  ageMs: 0,
});

test('what systems differ by is not belittled by what they make of their country', () => {
  const meter = new VariationMeter();
  // Two systems a country, 0.1 from each other: a standard deviation of 0.1 / sqrt(2), though each is 0.05 from the country.
  for (let country = 0; country < COUNTRIES; country++) {
    for (const side of [-1, 1]) meter.add(tally(4 + side * 0.05), { lnMs: 4, variance: 1e-6 }, 2 * NETWORKS);
  }
  expect(Math.sqrt(meter.measure(0).asn) / 1.4826).toBeCloseTo(0.1 / Math.SQRT2, 2);
});

test('a system that is all of its country says nothing of how systems differ', () => {
  const meter = new VariationMeter();
  for (let country = 0; country < COUNTRIES; country++) meter.add(tally(4), { lnMs: 4, variance: 1e-6 }, NETWORKS);
  expect(Math.sqrt(meter.measure(0).asn)).toBeCloseTo(0.2, 5);
});
