import { expect, test } from 'vitest';
import { groupNumber } from '../../../../src/latency/estimating/grouping.ts';
import { countryNumber, NO_COUNTRY } from '../../../../src/latency/learned/cell-key.ts';
import { ServedTimes } from '../../../../src/latency/serving/served-times.ts';

const [DE, FR] = [countryNumber('DE'), countryNumber('FR')];
const NETWORK = '192.0.2.0/24';

/** A system wherever it is; Germany, and two systems in it; each with a time that tells it. */
const GROUPS = [
  [groupNumber(NO_COUNTRY, 9), 9],
  [groupNumber(DE, 0), 100],
  [groupNumber(DE, 7), 107],
  [groupNumber(DE, 0xffff_ffff), 199],
] as const;

const times = new ServedTimes(2, {
  groups: Float64Array.from(GROUPS, ([group]) => group),
  networks: [NETWORK],
  ms: Float32Array.from([...GROUPS.flatMap(([, ms]) => [ms, ms + 0.5]), 200, 200.5]),
});

function read(what: (out: Float32Array) => boolean): readonly number[] | undefined {
  const out = new Float32Array(2);
  return what(out) ? [...out] : undefined;
}

test.each([
  ['an autonomous system in its country', DE, 7, 107, 107],
  ['the last of them', DE, 0xffff_ffff, 199, 199],
  ['a country', DE, 0, 100, 100],
  ['a system that has none in this country, but wherever it is', DE, 9, undefined, 9],
  ['a system of which nothing is known: its country', DE, 8, undefined, 100],
  ['a country of which nothing is known', FR, 8, undefined, undefined],
])('%s', (_, country, asn, own, around) => {
  const group = groupNumber(country, asn);
  const expected = (ms: number | undefined) => ms && [ms, ms + 0.5];
  expect(read((out) => times.readGroup(group, out))).toEqual(expected(own));
  expect(read((out) => times.readAround(group, out))).toEqual(expected(around));
});

test('networks by their names, behind all groups; and of nobody nothing', () => {
  expect(read((out) => times.readNetwork(NETWORK, out))).toEqual([200, 200.5]);
  expect(read((out) => times.readNetwork('192.0.3.0/24', out))).toBeUndefined();
  expect(read((out) => new ServedTimes(2).readAround(groupNumber(DE, 7), out))).toBeUndefined();
});
