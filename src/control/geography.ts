import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import type { Config } from '../config/config.ts';
import { buildGeoMap, type GeoMap } from '../geo/geomap.ts';
import { loadCountries, loadDatabase } from '../geo/load.ts';
import type { Loaded, Problem } from '../util/problem.ts';
import { fileIdentity } from './identity.ts';

const COUNTRIES_FILE = fileURLToPath(new URL('../../geodb/countries.csv', import.meta.url));

/** What a map was made from: while it is the same, so is the map. */
interface Origin {
  readonly geo: Config['geo'];
  readonly files: readonly string[];
}

/** Loads the map of the world, and keeps it while what it is made from stays as it is: a reload of zones need not wait for it. */
export class Geography {
  #loaded: { readonly origin: Origin; readonly map: GeoMap } | undefined;

  /** Every problem of every database; the map that was loaded before stays for the next call. */
  async load(geo: Config['geo']): Promise<Loaded<GeoMap>> {
    const origin = { geo, files: await Promise.all(geo.databases.map(fileIdentity)) };
    if (this.#loaded !== undefined && isDeepStrictEqual(this.#loaded.origin, origin)) {
      return { ok: true, value: this.#loaded.map };
    }
    const [countries, ...databases] = await Promise.all([
      loadCountries(COUNTRIES_FILE),
      ...geo.databases.map((file) => loadDatabase(file)),
    ]);
    const problems: Problem[] = [countries, ...databases].flatMap((loaded) => (loaded.ok ? [] : loaded.problems));
    if (problems.length > 0 || !countries.ok) return { ok: false, problems };
    const map = buildGeoMap({
      databases: databases.flatMap((database) => (database.ok ? [database.value] : [])),
      networks: geo.networks,
      countries: countries.value,
    });
    this.#loaded = { origin, map };
    return { ok: true, value: map };
  }
}
