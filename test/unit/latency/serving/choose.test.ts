import { describe, expect, test } from 'vitest';
import { choose } from '../../../../src/latency/serving/choose.ts';

const OPTIONS = { tieMs: 2, tiePercent: 5, hysteresisMs: 5, hysteresisPercent: 10 };
const times = (...ms: readonly number[]) => ms.map((time, index) => ({ region: `r${index}`, ms: time }));

describe('choose', () => {
  test.each([
    ['the fastest', times(30, 20), undefined, 'r1'],
    ['the incumbent, for a gain within the ms', times(20, 16), 'r0', 'r0'],
    ['the incumbent, for a gain within the percentage', times(200, 185), 'r0', 'r0'],
    ['the fastest, for a gain above both', times(200, 170), 'r0', 'r1'],
    ['the fastest, where the incumbent is gone', times(200, 190), 'r7', 'r1'],
  ] as const)('%s', (_, candidates, incumbent, region) => {
    expect(choose(candidates, incumbent, OPTIONS)?.region).toBe(region);
  });

  // A gain of 7.5 ms, half of three thresholds: a quarter moves.
  test.each([
    ['stays while its turn has not come', 22.5, 0.26, 'r0'],
    ['goes when it has', 22.5, 0.24, 'r1'],
    ['goes last for three times the threshold', 15, 0.999, 'r1'],
    ['stays for a gain below the threshold, first as it may be', 25.5, 0, 'r0'],
  ] as const)('an incumbent %s', (_, ms, turn, region) => {
    expect(choose(times(30, ms), 'r0', OPTIONS, turn)?.region).toBe(region);
  });

  test('an incumbent goes at once where a time was found to have changed', () => {
    const candidates = [
      { region: 'r0', ms: 30, hasChanged: true },
      { region: 'r1', ms: 24 },
    ];
    expect(choose(candidates, 'r0', OPTIONS, 0.999)?.region).toBe('r1');
  });

  test('equal are those within the ms or the percentage of the best', () => {
    expect(choose(times(100, 104, 106), undefined, OPTIONS)?.tied).toEqual(['r0', 'r1']);
    expect(choose(times(10, 11.5, 13), undefined, OPTIONS)?.tied).toEqual(['r0', 'r1']);
  });

  test('a struggling region loses clients at the margin', () => {
    const candidates = [
      { region: 'a', ms: 20, addedMs: 30 },
      { region: 'b', ms: 40 },
    ];
    expect(choose(candidates, undefined, OPTIONS)).toMatchObject({ region: 'b', second: 'a' });
  });

  test('nothing to choose from', () => expect(choose([], 'a')).toBeUndefined());
});
