import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { CountryTable } from '../../../src/geo/countries.ts';
import { loadCountries, loadDatabase } from '../../../src/geo/load.ts';
import type { Place } from '../../../src/geo/location.ts';
import type { GeoDatabase } from '../../../src/geo/mmdb.ts';
import { readDatabase } from '../../../src/geo/mmdb.ts';
import { assert } from '../../../src/util/assert.ts';
import { formatProblem, type Loaded } from '../../../src/util/problem.ts';
import { found } from '../net/tries.ts';
import { type Value, type WriterOptions, writeDatabase } from './mmdb-writer.ts';

const PROJECT = resolve(import.meta.dirname, '../../..');
const SHARED = resolve(PROJECT, '..', 'shared', 'data');

export const EMBEDDED = join(
  PROJECT,
  'node_modules/@ip-location-db/geo-whois-asn-country-mmdb/geo-whois-asn-country.mmdb',
);

export function loaded<T>(result: Loaded<T>): T {
  assert(result.ok, result.ok ? '' : result.problems.map(formatProblem).join('\n'));
  return result.value;
}

export async function embedded(): Promise<GeoDatabase> {
  return loaded(await loadDatabase(EMBEDDED));
}

export async function countries(): Promise<CountryTable> {
  return loaded(await loadCountries(join(PROJECT, 'geodb/countries.csv')));
}

/** A written and read database. */
export function databaseOf(rows: readonly (readonly [string, Value])[], options?: WriterOptions): GeoDatabase {
  return loaded(readDatabase(writeDatabase(rows, options), 'test.mmdb'));
}

/** The place of an address, and the length of its network. */
export function placeOf({ trie, places }: GeoDatabase, text: string): [place: Place, depth: number] {
  const [value, depth] = found(trie, text);
  return [places[value], depth];
}

/** MaxMind's test files, which are not part of the project: `undefined`, and said, where they are absent. */
export function sharedFile(...path: string[]): string | undefined {
  const file = join(SHARED, ...path);
  if (existsSync(file)) return file;
  console.warn(`not tested: ${file} is absent`);
  return undefined;
}
