import { BrokenDatabase } from './broken-database.ts';
import { CONTINENTS, type Place } from './location.ts';

/**
 * The place in a decoded record, by the field names of GeoIP2 and GeoLite2 (nested) and of the flat layouts that other
 * vendors use. What is no code of the right form is left out: vendors write `-`, `A1` or a region's name where
 * they know no country. Coordinates that cannot be true mean the file is damaged, and throw.
 */
export function readPlace(record: unknown): Place {
  const text = (...paths: string[]) => firstOf(record, paths, isText);
  const continent = text('continent.code', 'continent_code', 'continent')?.toUpperCase();
  // With a continent alone the country is not known: where the network is registered may be across the world.
  const registered = continent === undefined ? ['registered_country.iso_code'] : [];
  const countryText = text('country.iso_code', ...registered, 'country_code', 'country');
  const country = matching(/^[A-Z]{2}$/, countryText?.toUpperCase());
  const subdivision = text('subdivisions.0.iso_code', 'state1', 'region')?.toUpperCase();
  const city = text('city.names.en', 'city');
  const asn = autonomousSystem(firstOf(record, ['autonomous_system_number', 'asn'], isNumberOrText));
  return {
    ...(continent !== undefined && CONTINENTS.has(continent) && { continent }),
    ...(country !== undefined && { country }),
    ...(country !== undefined && subdivision !== undefined && subdivisionOf(country, subdivision)),
    ...(city !== undefined && city !== '' && city !== '-' && { city }),
    ...coordinates(record),
    ...(asn !== undefined && { asn }),
  };
}

/**
 * Whether both are absent or real: a double in less than 8 octets reads as 1e-52 or so, a misplaced one as anything.
 */
function coordinates(record: unknown): Pick<Place, 'latitude' | 'longitude'> {
  const latitude = degrees(record, 'latitude', 90);
  const longitude = degrees(record, 'longitude', 180);
  return latitude === undefined || longitude === undefined ? {} : { latitude, longitude };
}

function degrees(record: unknown, field: string, degreesMax: number): number | undefined {
  const value = firstOf(record, [`location.${field}`, field], isNumberOrText);
  if (value === undefined || value === '') return undefined;
  const number = Number(value);
  // Databases give at most six decimals; an exact 0 is the equator or Greenwich.
  if (Math.abs(number) <= degreesMax && (number === 0 || Math.abs(number) >= 1e-6)) return number;
  throw new BrokenDatabase(`a record with ${field} ${value}`, `degrees from -${degreesMax} to ${degreesMax}`);
}

/**
 * ISO 3166-2 from the part after the hyphen, which GeoIP2 gives, or from all of it. A name such as `California` is no
 * code.
 */
function subdivisionOf(country: string, code: string): Pick<Place, 'subdivision'> {
  const part = code.startsWith(`${country}-`) ? code.slice(3) : code;
  return /^[A-Z0-9]{1,3}$/.test(part) ? { subdivision: `${country}-${part}` } : {};
}

/** A number of 32 bits (RFC 6793), which some vendors write as `AS64496`. 0 is reserved (RFC 7607): not known. */
function autonomousSystem(value: number | string | undefined): number | undefined {
  const number = typeof value === 'string' ? Number(matching(/^\d{1,10}$/, value.replace(/^AS/i, ''))) : value;
  return number !== undefined && Number.isInteger(number) && number > 0 && number < 2 ** 32 ? number : undefined;
}

/** The first value of the wanted type at one of the paths, such as `subdivisions.0.iso_code`. */
function firstOf<T>(record: unknown, paths: readonly string[], wanted: (value: unknown) => value is T): T | undefined {
  for (const path of paths) {
    const value = path.split('.').reduce(member, record);
    if (wanted(value)) return value;
  }
  return undefined;
}

function member(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}

function matching(form: RegExp, text: string | undefined): string | undefined {
  return text !== undefined && form.test(text) ? text : undefined;
}

const isText = (value: unknown): value is string => typeof value === 'string';
const isNumberOrText = (value: unknown): value is number | string => typeof value === 'number' || isText(value);
