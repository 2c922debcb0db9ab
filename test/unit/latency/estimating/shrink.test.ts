import { expect, test } from 'vitest';
import { shrink } from '../../../../src/latency/estimating/shrink.ts';

const parent = { lnMs: Math.log(180), variance: 0.08 ** 2 };
const ERROR = 0.08;
const evidence = (ms: number) => ({ lnMs: Math.log(ms), variance: ERROR ** 2 });

test('by variances alone where the two are not far apart', () => {
  const { lnMs } = shrink(parent, evidence(160), { witnesses: 8, shareMax: 0.25 });
  expect(lnMs).toBeCloseTo((parent.lnMs + Math.log(160)) / 2, 9);
});

test('a parent that is sure and wrong draws no further than two standard errors', () => {
  const { lnMs } = shrink(parent, evidence(2), { witnesses: 8, shareMax: 0.25 });
  expect(lnMs).toBeCloseTo(Math.log(2) + 2 * ERROR, 9);
});

test('it is not given up for fewer witnesses than may decide', () => {
  const { lnMs } = shrink(parent, evidence(2), { witnesses: 3, shareMax: 0.25 });
  expect(Math.abs(lnMs - parent.lnMs)).toBeLessThan(ERROR);
});
