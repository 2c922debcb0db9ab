import { expect, test } from 'vitest';
import { turnOf } from '../../../../src/latency/serving/turn.ts';

const COUNT = 2000;

test.each<[string, (index: number) => number | string]>([
  ['networks', (index) => `10.${index >> 8}.${index & 255}.0/24`],
  ['groups', (index) => 12 * 2 ** 32 + index],
  ['countries', (index) => index * 2 ** 32],
])('%s have turns that are spread evenly, in one period and over periods', (_name, client) => {
  const inOnePeriod = Array.from({ length: COUNT }, (_, index) => turnOf(client(index), 7));
  const overPeriods = Array.from({ length: COUNT }, (_, period) => turnOf(client(1), period));
  for (const turns of [inOnePeriod, overPeriods]) {
    expect(turns.every((turn) => turn >= 0 && turn < 1)).toBe(true);
    for (const share of [0.1, 0.5, 0.9]) {
      const below = turns.filter((turn) => turn < share).length / COUNT;
      expect(Math.abs(below - share)).toBeLessThan(0.05);
    }
  }
});

test('a turn is the same wherever it is asked', () => {
  expect(turnOf('10.0.0.0/24', 3)).toBe(turnOf('10.0.0.0/24', 3));
});

test('turns go round: where a tenth moves in each period, all have moved soon', () => {
  for (let index = 0; index < COUNT; index++) {
    const client = `10.${index >> 8}.${index & 255}.0/24`;
    const turns = Array.from({ length: 18 }, (_, period) => turnOf(client, period));
    expect(Math.min(...turns)).toBeLessThan(0.1);
  }
});
