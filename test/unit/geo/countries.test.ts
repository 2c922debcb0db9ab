import { expect, test } from 'vitest';
import { parseCountries } from '../../../src/geo/countries.ts';
import { CONTINENTS } from '../../../src/geo/location.ts';
import { countries, loaded } from './databases.ts';

const HEADER = 'code,continent,latitude,longitude,name';

test('the table has every country of ISO 3166-1 and Kosovo, on seven continents', async () => {
  const table = await countries();
  expect(table.size).toBe(250);
  expect(new Set([...table.values()].map(({ continent }) => continent))).toEqual(CONTINENTS);
});

test.each([
  ['US', 'NA', 38.9, -92.7],
  ['CA', 'NA', 48, -86.5],
  ['RU', 'EU', 56.9, 51.7],
  ['BR', 'SA', -18.2, -45.5],
  ['EG', 'AF', 29.9, 31.2],
  ['JP', 'AS', 35.6, 137.5],
  ['AU', 'OC', -33.6, 144.6],
  ['FJ', 'OC', -17.7, 178.1],
  ['AQ', 'AN', -77.9, 166.7],
  ['XK', 'EU', 42.6, 20.9],
  ['UM', 'OC', 19.3, 166.7],
])('%s is on %s, its people about %d, %d', async (code, continent, latitude, longitude) => {
  const country = (await countries()).get(code);
  expect(country).toMatchObject({ code, continent });
  expect(country?.latitude).toBeCloseTo(latitude, 0);
  expect(country?.longitude).toBeCloseTo(longitude, 0);
});

test('comments, blank lines, carriage returns and commas in names', () => {
  const text = `# made by hand\r\n\r\n${HEADER}\r\nBQ,NA,12.18,-68.25,Bonaire, Sint Eustatius and Saba\r\n`;
  const name = 'Bonaire, Sint Eustatius and Saba';
  const country = { code: 'BQ', continent: 'NA', latitude: 12.18, longitude: -68.25, name };
  expect([...loaded(parseCountries(text, 'c.csv'))]).toEqual([['BQ', country]]);
});

test.each([
  ['', [[1, 'bad-countries']]],
  [
    'code,name\nUS,United States',
    [
      [1, 'bad-countries'],
      [2, 'bad-country'],
    ],
  ],
  [
    `${HEADER}\nusa,NA,1,2,x\nUS,NA,1,2,x\n# again\nUS,NA,1,2,x\nDE,EUR,1,2,x`,
    [
      [2, 'bad-country'],
      [5, 'bad-country'],
      [6, 'bad-country'],
    ],
  ],
  [
    `${HEADER}\nUS,NA,91,2,x\nDE,EU,1,,x\nFR,EU,1,1e2,x\nSE,EU,1,2,`,
    [
      [2, 'bad-country'],
      [3, 'bad-country'],
      [4, 'bad-country'],
      [5, 'bad-country'],
    ],
  ],
])('mistakes in %j are problems, each with its line', (text, expected) => {
  const result = parseCountries(text, 'c.csv');
  expect(result.ok ? [] : result.problems.map(({ line, code }) => [line, code])).toEqual(expected);
});
