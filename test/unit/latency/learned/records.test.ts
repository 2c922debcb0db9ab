import { expect, test } from 'vitest';
import { Records } from '../../../../src/latency/learned/records.ts';
import { TRUSTED_WITNESS } from '../../../../src/latency/learned/witnesses.ts';
import { NOW_MS } from '../world.ts';

const HALF_LIVES = { halfLifeMs: 6 * 3_600_000, tableHalfLifeMs: 90 * 86_400_000 };

/** One pair, and what each of these sources measured in turn. */
function recordsOf(samples: readonly (readonly [rttMs: number, witness: number])[]): Records {
  const records = new Records(1, 1, HALF_LIVES);
  records.clear(0);
  for (const [rttMs, witness] of samples) records.observe(0, Math.log(rttMs), NOW_MS, witness);
  return records;
}

const ms = (records: Records): number => Math.exp(records.lnMs(0));

test('an outlier has no part in the centre, the spread, the count or the witnesses, however young the record', () => {
  const [without, records] = [
    recordsOf([[40, 1]]),
    recordsOf([
      [40, 1],
      [400, 2],
    ]),
  ];
  const figures = [without, records].map((each) => [
    ms(each),
    each.spread(0),
    each.countAt(0, NOW_MS),
    each.witnesses(0),
  ]);
  expect(figures[1]).toEqual(figures[0]);
});

test('a few samples that are alike do not make the next one an outlier', () => {
  const alike = [40, 40, 40, 40].map((rttMs): [number, number] => [rttMs, 1]);
  const records = recordsOf([...alike, [57, 2]]);
  expect(records.countAt(0, NOW_MS)).toBe(alike.length + 1);
  expect(records.witnesses(0)).toBe(2);
});

test('a record that began with a lie begins again, with witnesses of its own', () => {
  const records = recordsOf([
    [400, 1],
    [40, 2],
    [41, 4],
    [40, 8],
  ]);
  records.endPeriod(1);
  expect(ms(records)).toBeCloseTo(40, -1);
  expect(records.witnesses(0)).toBe(0);
  records.observe(0, Math.log(41), NOW_MS, 2);
  expect(records.witnesses(0)).toBe(1);
});

test('what the operator measured stays trusted when it begins again', () => {
  const records = recordsOf([40, 400, 410, 400].map((rttMs) => [rttMs, TRUSTED_WITNESS]));
  records.endPeriod(1);
  expect(ms(records)).toBeCloseTo(400, -2);
  expect(records.isTrusted(0)).toBe(true);
});
