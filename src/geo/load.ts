import { readFile } from 'node:fs/promises';
import type { Loaded, Problem } from '../util/problem.ts';
import { type CountryTable, parseCountries } from './countries.ts';
import { type GeoDatabase, readDatabase } from './mmdb.ts';

/** Reads an .mmdb file from disk: see {@link readDatabase}; a file that cannot be read is `unreadable-file`. */
export async function loadDatabase(file: string): Promise<Loaded<GeoDatabase>> {
  const bytes = await read(file, 'an .mmdb file; `npm run geodb` puts one at geodb/country.mmdb');
  return Buffer.isBuffer(bytes) ? readDatabase(bytes, file) : { ok: false, problems: [bytes] };
}

/** Reads the table of countries from disk. */
export async function loadCountries(file: string): Promise<Loaded<CountryTable>> {
  const bytes = await read(file, 'the table of countries that Aya comes with');
  return Buffer.isBuffer(bytes) ? parseCountries(bytes.toString('utf8'), file) : { ok: false, problems: [bytes] };
}

async function read(file: string, expected: string): Promise<Buffer | Problem> {
  try {
    return await readFile(file);
  } catch (error) {
    return { code: 'unreadable-file', file, found: error instanceof Error ? error.message : String(error), expected };
  }
}
