import { isDeepStrictEqual } from 'node:util';
import type { Worker } from 'node:worker_threads';
import type { Config } from '../../config/config.ts';
import type { GeoMap } from '../../geo/geomap.ts';
import type { Loaded } from '../../util/problem.ts';
import { fileIdentity } from '../identity.ts';
import { startProblemsOf, startThread, ThreadError } from '../thread-error.ts';

const THREAD_FILE = new URL('./geography-thread.ts', import.meta.url);

/** What a map was made from: while that is the same, so is the map. */
interface Origin {
  readonly geo: Config['geo'];
  readonly files: readonly string[];
}

/**
 * Loads the map of the world in a thread of its own: probes stay on time while millions of networks are read, and the
 * memory for that is freed with the thread. While its sources do not change, the map is kept, so that a reload of zones
 * does not wait for it.
 */
export class Geography {
  #loaded: { readonly origin: Origin; readonly map: GeoMap } | undefined;
  /** A thread that is started and waits for work. */
  #prepared: LoadingThread | undefined;

  /**
   * Starts the thread ahead of time, so that its code is loaded when there is something to do. Throws a ThreadError where
   * there is none to be had.
   */
  prepare(): void {
    this.#prepared ??= startLoading();
  }

  /**
   * Loads the map, or returns every problem of every database; then the map that was loaded before stays for the next
   * call.
   */
  async load(geo: Config['geo']): Promise<Loaded<GeoMap>> {
    const origin = { geo, files: await Promise.all(geo.databases.map(fileIdentity)) };
    if (this.#loaded !== undefined && isDeepStrictEqual(this.#loaded.origin, origin)) {
      return { ok: true, value: this.#loaded.map };
    }
    const map = await this.#loadBy(geo).catch(
      (error: unknown): Loaded<GeoMap> => ({ ok: false, problems: startProblemsOf(error) }),
    );
    if (map.ok) this.#loaded = { origin, map: map.value };
    return map;
  }

  async #loadBy(geo: Config['geo']): Promise<Loaded<GeoMap>> {
    const { thread, word } = this.#prepared ?? startLoading();
    this.#prepared = undefined;
    thread.ref();
    thread.postMessage(geo);
    return await word;
  }

  /** Ends a thread that was started ahead and is not needed. */
  async stop(): Promise<void> {
    await this.#prepared?.thread.terminate();
    this.#prepared = undefined;
  }
}

interface LoadingThread {
  readonly thread: Worker;
  /** What it says before it ends; rejects with a ThreadError where it could not. */
  readonly word: Promise<Loaded<GeoMap>>;
}

function startLoading(): LoadingThread {
  const thread = startThread(THREAD_FILE);
  const word = new Promise<Loaded<GeoMap>>((resolve, reject) => {
    thread.once('message', resolve);
    const fail = (reason: string): void => reject(new ThreadError('the thread that loads geography ended', reason));
    thread.once('error', (error) => fail(String(error)));
    // Nobody must wait for ever.
    thread.once('exit', (code) => fail(`exit code ${code}`));
  });
  word.catch(() => undefined); // whoever asks it for something is told
  thread.unref(); // it keeps nobody who has nothing for it to do
  return { thread, word };
}
