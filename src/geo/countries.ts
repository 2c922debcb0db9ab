import type { Loaded, Problem } from '../util/problem.ts';
import { CONTINENTS } from './location.ts';

/** A country as geodb/countries.csv has it: where its people are, on average. */
export interface Country {
  /** ISO 3166-1 alpha-2. */
  readonly code: string;
  readonly continent: string;
  /** Degrees. */
  readonly latitude: number;
  readonly longitude: number;
  readonly name: string;
}

/** By code. */
export type CountryTable = ReadonlyMap<string, Country>;

const COLUMNS = 'code,continent,latitude,longitude,name';

/** Reads geodb/countries.csv: lines that begin with # are comments, then the columns' names, then a country a line. */
export function parseCountries(text: string, file: string): Loaded<CountryTable> {
  const table = new Map<string, Country>();
  const problems: Problem[] = [];
  const rows = text
    .split(/\r?\n/)
    .map((row, index) => ({ row, line: index + 1 }))
    .filter(({ row }) => row !== '' && !row.startsWith('#'));
  const header = rows.shift();
  if (header?.row !== COLUMNS) {
    problems.push({
      code: 'bad-countries',
      file,
      line: header?.line ?? 1,
      found: header?.row ?? '',
      expected: COLUMNS,
    });
  }
  for (const { row, line } of rows) {
    const country = parseCountry(row);
    if (typeof country === 'string') problems.push({ code: 'bad-country', file, line, found: row, expected: country });
    else if (table.has(country.code)) {
      problems.push({ code: 'bad-country', file, line, found: row, expected: `one line for ${country.code}` });
    } else table.set(country.code, country);
  }
  return problems.length === 0 ? { ok: true, value: table } : { ok: false, problems };
}

/** The country of a row, or what the row should have. The name is last and may have commas of its own. */
function parseCountry(row: string): Country | string {
  const [, code, continent, latitudeText, longitudeText, name] =
    /^([^,]*),([^,]*),([^,]*),([^,]*),(.*)$/.exec(row) ?? [];
  if (!/^[A-Z]{2}$/.test(code ?? '')) return `${COLUMNS}, with the two letters of ISO 3166-1 first`;
  if (!CONTINENTS.has(continent)) return `a continent of ${[...CONTINENTS].join(', ')}`;
  const latitude = degrees(latitudeText, 90);
  const longitude = degrees(longitudeText, 180);
  if (latitude === undefined || longitude === undefined) return 'a latitude and a longitude in degrees';
  if (name === '') return 'a name at the end';
  return { code, continent, latitude, longitude, name };
}

function degrees(text: string, degreesMax: number): number | undefined {
  const value = /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  return Math.abs(value) <= degreesMax ? value : undefined;
}
