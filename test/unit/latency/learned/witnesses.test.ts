import { expect, test } from 'vitest';
import { countWitnesses, TRUSTED_WITNESS, witnessOf } from '../../../../src/latency/learned/witnesses.ts';

test.each([
  ['nobody', [], 0],
  ['one source, however often', [0x1234_5678, 0x1234_5678], 1],
  ['sources of different bits', [0x1234_5678, 0xf234_5678, 0x8000_0000], 3],
  ['sources that share a bit', [0x1234_5678, 0x1000_0000], 1],
])('counts %s', (_, sources, expected) => {
  expect(countWitnesses(sources.reduce((bits, source) => bits | witnessOf(source), 0))).toBe(expected);
});

test('no number of strangers is more than one who is trusted', () => {
  const all = Array.from({ length: 16 }, (_, bit) => witnessOf(bit * 2 ** 28)).reduce((bits, one) => bits | one);
  expect(countWitnesses(all)).toBe(countWitnesses(TRUSTED_WITNESS));
});
