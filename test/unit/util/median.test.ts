import { expect, test } from 'vitest';
import { median } from '../../../src/util/median.ts';

test.each([
  ['one value', [7], 7],
  ['an odd number, in any order', [9, 1, 5], 5],
  ['an even number: between the two in the middle', [8, 1, 2, 100], 5],
  ['by value, not by spelling', [10, 9, 2], 9],
  ['none', [], Number.NaN],
])('the median of %s', (_, values, expected) => {
  expect(median(values)).toBe(expected);
});
