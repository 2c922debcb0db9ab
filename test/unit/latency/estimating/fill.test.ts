import { describe, expect, test } from 'vitest';
import { type Filled, fill } from '../../../../src/latency/estimating/fill.ts';
import { distanceKm } from '../../../../src/util/distance.ts';

const NEAR = { latitude: 50, longitude: 8 };
const FAR = { latitude: -35, longitude: 140 };
const REGIONS = [NEAR, FAR];
/** Nothing is measured from it. */
const ISLAND = { latitude: -45, longitude: -120 };
const COUNTRIES = [
  ...Array.from({ length: 30 }, (_, at) => ({ latitude: 60 - 4 * at, longitude: 8 + 3 * at })),
  ISLAND,
];

/** Measured to both regions, to none of a country for which the factor is NaN. */
function filled(factorOf: (country: number, region: number) => number): Filled {
  const evidence = COUNTRIES.flatMap((country, at) =>
    REGIONS.map((region, index) => {
      const ms = (20 + 0.015 * distanceKm(country, region)) * factorOf(at, index);
      return country === ISLAND || Number.isNaN(ms) ? undefined : { lnMs: Math.log(ms), variance: 1e-4 };
    }),
  );
  return fill(COUNTRIES, REGIONS, evidence);
}

/** What a pair is expected to take, as a factor of what it takes by distance. */
function factorOf({ fit, lnMs }: Filled, country: number, region: number): number {
  const km = distanceKm(COUNTRIES[country]!, REGIONS[region]!);
  return Math.exp(lnMs[country * REGIONS.length + region]!) / (fit.baseMs + fit.msPerKm * km);
}

const LAST = COUNTRIES.length - 1;
/** A country of which the way to the far region is hidden, in tests that hide one. */
const HIDDEN = 15;
const isHidden = (country: number, region: number): boolean => country === HIDDEN && region === 1;

/** Countries have something of their own, and none is odd. */
const usual = (country: number): number => Math.exp(0.2 * Math.sin(2.4 * country));

describe('what is not known', () => {
  test('lies on the line where times do', () => {
    expect(
      factorOf(
        filled(() => 1),
        LAST,
        1,
      ),
    ).toBeCloseTo(1, 1);
  });

  test('and still does where some times lie far above it', () => {
    expect(
      factorOf(
        filled((country) => (country % 5 === 0 ? 4 : 1)),
        LAST,
        0,
      ),
    ).toBeCloseTo(1, 0);
  });

  test('lies above it to a region to which all times do, from near and far', () => {
    const slow = filled((_, region) => (region === 1 ? 1.5 : 1));
    expect(factorOf(slow, LAST, 1)).toBeGreaterThan(1.1 * factorOf(slow, LAST, 0));
  });

  test('is slow from a country from which what is known is', () => {
    const own = (known: number): number =>
      factorOf(
        filled((country, region) =>
          isHidden(country, region) ? Number.NaN : country === HIDDEN ? known : usual(country),
        ),
        HIDDEN,
        1,
      );
    expect(own(1.5)).toBeGreaterThan(1.05 * own(0.7));
  });
});

test('a country that is far off spreads no more to those around it than one that is less so', () => {
  const ms = (oddFactor: number): number => {
    const odd = filled((country, region) =>
      isHidden(country, region) ? Number.NaN : usual(country) * (country === HIDDEN + 1 ? oddFactor : 1),
    );
    return Math.exp(odd.lnMs[HIDDEN * REGIONS.length + 1]!);
  };
  expect(ms(4)).toBeGreaterThan(ms(1));
  expect(ms(100)).toBeLessThan(ms(4));
});

test('what is near to something measured is surer', () => {
  const { variance, hasNeighbours } = filled((country, region) => (isHidden(country, region) ? Number.NaN : 1));
  const [near, far] = [HIDDEN * REGIONS.length + 1, LAST * REGIONS.length + 1];
  expect(variance[near]).toBeLessThan(variance[far]!);
  expect([hasNeighbours[near], hasNeighbours[far]]).toEqual([1, 0]);
});
