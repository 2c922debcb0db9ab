import { buildConfig } from '../../src/config/build.ts';
import type { Config } from '../../src/config/config.ts';
import { configSchema } from '../../src/config/schema/schema.ts';
import type { CountryTable } from '../../src/geo/countries.ts';
import { buildGeoMap, type GeoMap, type GeoMapSources } from '../../src/geo/geomap.ts';
import { zoneOf } from './answering.ts';

const NO_COUNTRIES: CountryTable = new Map();

/** What of a document there is to steer by, as it is written. */
export interface SteeredDocument {
  readonly services: Readonly<Record<string, unknown>>;
  readonly policies: Readonly<Record<string, unknown>>;
  readonly regions?: Readonly<Record<string, unknown>>;
  readonly geo?: unknown;
}

/**
 * The configuration that a document says, each of its services at a name below example.com. Throws where it has a
 * mistake in form; names are not looked up.
 */
export function configOf(document: SteeredDocument): Config {
  const valid = configSchema.parse({ ...document, zones: { 'example.com': { records: '' } } });
  const names = Object.keys(document.services).map((name) => `${name} SERVICE ${name}`);
  return buildConfig(valid, {
    ...{ file: 'test.yaml', files: [], databases: [], countries: NO_COUNTRIES, pair: undefined, tests: [] },
    ...{ probePaths: new Map<string, string>(), namedServices: new Set(Object.keys(document.services)) },
    zones: [zoneOf('example.com.', names.join('\n'))],
  });
}

/** The map of a configuration's networks, over databases. */
export function mapOf(config: Config, databases: GeoMapSources['databases'] = []): GeoMap {
  return buildGeoMap({ databases, networks: config.geo.networks, countries: NO_COUNTRIES });
}
