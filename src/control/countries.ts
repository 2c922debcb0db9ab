import { join } from 'node:path';
import { OWN_FOLDER } from '../config/files.ts';
import type { CountryTable } from '../geo/countries.ts';
import { loadCountries } from '../geo/load.ts';
import type { Loaded } from '../util/problem.ts';

/** Reads the table of countries that comes with Aya. */
export function loadOwnCountries(): Promise<Loaded<CountryTable>> {
  return loadCountries(join(OWN_FOLDER, 'geodb/countries.csv'));
}
