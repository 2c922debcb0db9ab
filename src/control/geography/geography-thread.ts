import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { parentPort } from 'node:worker_threads';
import type { Config } from '../../config/config.ts';
import { buildGeoMap, type GeoMap } from '../../geo/geomap.ts';
import { loadCountries, loadDatabase } from '../../geo/load.ts';
import type { GeoDatabase } from '../../geo/mmdb.ts';
import { assert } from '../../util/assert.ts';
import type { Loaded } from '../../util/problem.ts';

/** Waits for what geography.ts asks for, builds that map, sends it, and ends. */

const COUNTRIES_FILE = fileURLToPath(new URL('../../../geodb/countries.csv', import.meta.url));

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
const port = parentPort;
const [geo] = (await once(port, 'message')) as [Config['geo']];
const map = await load(geo);
const { buffer } = map.ok ? map.value.trie.nodes : new Int32Array();
// Handed over, not copied; a view of a part of a larger buffer would hand over the whole.
port.postMessage(map, map.ok && buffer instanceof ArrayBuffer ? [buffer] : []);
