import { expect, test } from 'vitest';
import { distanceKm } from '../../../src/util/distance.ts';

const at = (latitude: number, longitude: number) => ({ latitude, longitude });

// Published great-circle distances between airports, in kilometres.
test.each([
  ['London LHR to New York JFK', at(51.4775, -0.4614), at(40.6397, -73.7789), 5540],
  ['Sydney SYD to Santiago SCL', at(-33.9461, 151.1772), at(-33.393, -70.7858), 11340],
  ['Tokyo HND to San Francisco SFO, over the date line', at(35.5523, 139.7797), at(37.619, -122.3749), 8280],
])('%s', (_name, a, b, km) => {
  expect(Math.abs(distanceKm(a, b) - km) / km).toBeLessThan(0.005);
  expect(distanceKm(b, a)).toBe(distanceKm(a, b));
});

test.each([
  ['the same place', at(53.3, -6.3), at(53.3, -6.3), 0],
  ['antipodes', at(0, 0), at(0, 180), Math.PI * 6371.0088],
  ['poles', at(90, 12), at(-90, 99), Math.PI * 6371.0088],
  ['a pole, by two longitudes', at(90, 0), at(90, 170), 0],
])('%s', (_name, a, b, km) => {
  expect(distanceKm(a, b)).toBeCloseTo(km, 6);
});
