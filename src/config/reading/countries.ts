import { join } from 'node:path';
import { type CountryTable, parseCountries } from '../../geo/countries.ts';
import type { Loaded } from '../../util/problem.ts';
import { Files, OWN_FOLDER } from './files.ts';

/**
 * Countries with land on more than one continent. The table can't tell on which of them a place in such a country is.
 */
const ON_SEVERAL = new Set('AM AZ CL CY EG ES FR GE ID KZ NL PT RU TL TR US'.split(' '));

/** Reads Aya's own table of countries. It is not a file of the configuration, so no reload watches it. */
export function readCountries(): Loaded<CountryTable> {
  const file = join(OWN_FOLDER, 'geodb/countries.csv');
  const read = new Files().readText(file);
  return read.ok ? parseCountries(read.text, file) : { ok: false, problems: [{ file, ...read.fault }] };
}

/** Whether nothing of a country is on a continent, as far as the table knows. */
export function isElsewhere(countries: CountryTable, country: string, continent: string): boolean {
  const known = countries.get(country);
  return known !== undefined && known.continent !== continent && !ON_SEVERAL.has(country);
}
