import { isDeepStrictEqual } from 'node:util';
import { Worker } from 'node:worker_threads';
import type { Config } from '../config/config.ts';
import type { GeoMap } from '../geo/geomap.ts';
import type { Loaded } from '../util/problem.ts';
import { fileIdentity } from './identity.ts';

const THREAD_FILE = new URL('./geography-thread.ts', import.meta.url);

/** What a map was made from: while it is the same, so is the map. */
interface Origin {
  readonly geo: Config['geo'];
  readonly files: readonly string[];
}

/**
 * Loads the map of the world, in a thread of its own: probes keep their time while millions of networks are read, and
 * the memory that reading took goes with the thread. Keeps the map while what it is made from stays as it is, so that a
 * reload of zones does not wait for it.
 */
export class Geography {
  #loaded: { readonly origin: Origin; readonly map: GeoMap } | undefined;

  /** Every problem of every database; the map that was loaded before stays for the next call. */
  async load(geo: Config['geo']): Promise<Loaded<GeoMap>> {
    const origin = { geo, files: await Promise.all(geo.databases.map(fileIdentity)) };
    if (this.#loaded !== undefined && isDeepStrictEqual(this.#loaded.origin, origin)) {
      return { ok: true, value: this.#loaded.map };
    }
    const map = await loadInThread(geo);
    if (map.ok) this.#loaded = { origin, map: map.value };
    return map;
  }
}

async function loadInThread(geo: Config['geo']): Promise<Loaded<GeoMap>> {
  const thread = new Worker(THREAD_FILE, { workerData: geo });
  return new Promise((resolve, reject) => {
    thread.once('message', resolve);
    thread.once('error', reject);
    // It says its word before it ends; where it could not, nobody must wait for ever.
    thread.once('exit', (code) => reject(new Error(`the thread that loads geography ended with ${code}`)));
  });
}
