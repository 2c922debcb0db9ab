import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { countryCode, isCountry } from '../../../src/steering/country.ts';

test('every country of the table that comes with Aya is one', () => {
  const table = readFileSync(new URL('../../../geodb/countries.csv', import.meta.url), 'utf8');
  const codes = table.split('\n').flatMap((line) => /^([A-Z]{2}),/.exec(line)?.[1] ?? []);
  expect(codes.length).toBeGreaterThan(240);
  expect(codes.filter((code) => !isCountry(code))).toEqual([]);
});

test.each([
  ['UK', 'GB'],
  ['gb', 'GB'],
  ['SU', 'RU'],
  ['EU', 'continent: EU, or a country by its ISO 3166-1 code, such as GB'],
  ['XX', 'a country by its ISO 3166-1 code, such as GB'],
  ['Germany', 'a country by its ISO 3166-1 code, such as GB'],
  ['', 'a country by its ISO 3166-1 code, such as GB'],
])('%s is refused, and %s suggested', (written, suggestion) => {
  expect(countryCode.safeParse(written).error?.issues.map(({ message }) => message)).toEqual([suggestion]);
});
