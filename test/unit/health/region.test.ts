import { expect, test } from 'vitest';
import { isRegionDown } from '../../../src/health/region.ts';

test.each([
  ['most of it is down', { all: 3, down: 2 }, true],
  ['half of it is', { all: 4, down: 2 }, false],
  ['too few to tell', { all: 1, down: 1 }, false],
  ['nothing is there', { all: 0, down: 0 }, false],
])('%s', (_name, counts, isDown) => {
  expect(isRegionDown(counts, { share: 0.5, downMin: 2 })).toBe(isDown);
});
