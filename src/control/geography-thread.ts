import { fileURLToPath } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import type { Config } from '../config/config.ts';
import { buildGeoMap, type GeoMap } from '../geo/geomap.ts';
import { loadCountries, loadDatabase } from '../geo/load.ts';
import type { GeoDatabase } from '../geo/mmdb.ts';
import { assert } from '../util/assert.ts';
import type { Loaded } from '../util/problem.ts';

/** Builds the map that geography.ts asks for, sends it, and ends. */

const COUNTRIES_FILE = fileURLToPath(new URL('../../geodb/countries.csv', import.meta.url));

async function load({ databases: files, networks }: Config['geo']): Promise<Loaded<GeoMap>> {
  const countries = await loadCountries(COUNTRIES_FILE);
  const databases: GeoDatabase[] = [];
  const problems = countries.ok ? [] : [...countries.problems];
  // One after the other: each may be large.
  for (const file of files) {
    const database = await loadDatabase(file);
    if (database.ok) databases.push(database.value);
    else problems.push(...database.problems);
  }
  if (!countries.ok || problems.length > 0) return { ok: false, problems };
  return { ok: true, value: buildGeoMap({ databases, networks, countries: countries.value }) };
}

assert(parentPort !== null, 'this file runs as a worker thread');
const map = await load(workerData as Config['geo']);
const { buffer } = map.ok ? map.value.trie.nodes : new Int32Array();
// Handed over, not copied; a view of a part of a larger buffer would hand over the whole.
parentPort.postMessage(map, map.ok && buffer instanceof ArrayBuffer ? [buffer] : []);
