import { CompiledWorld } from '../compile/world.ts';
import type { Config } from '../config/config.ts';
import { readCountries } from '../config/countries.ts';
import { loadConfig } from '../config/load.ts';
import type { GeoMap } from '../geo/geomap.ts';
import type { Loaded } from '../util/problem.ts';
import { atOnce } from '../util/slices.ts';
import { Geography } from './geography.ts';
import type { Inspected } from './inspection.ts';
import type { Latency } from './latency/latency.ts';
import { type Log, logProblems } from './log.ts';
import type { Watcher } from './watcher.ts';

/** A configuration without its zones: once compiled they are not needed, and they are most of its memory. */
export type KeptConfig = Omit<Config, 'zones'>;

/** What is served, or may be: a configuration, compiled. */
export interface Serving extends Inspected {
  readonly config: KeptConfig;
  readonly zoneCount: number;
  /** Before what is measured is laid over it. */
  readonly ground: GeoMap;
}

/** Makes a world of a configuration file and all that it names. */
export class Loader {
  readonly #file: string;
  readonly #log: Log;
  readonly #watcher: Watcher;
  readonly #latency: Latency;
  readonly #geography = new Geography();

  constructor(file: string, log: Log, watcher: Watcher, latency: Latency) {
    this.#file = file;
    this.#log = log;
    this.#watcher = watcher;
    this.#latency = latency;
  }

  /** @param current what is served; undefined at the start. */
  async load(current: Serving | undefined): Promise<Loaded<Serving>> {
    const loaded = await loadConfig(this.#file);
    const tried = loaded.ok ? loaded.config.files : loaded.files;
    // A refused file may be mended in what it names, and what is served must still be watched.
    await this.#watcher.watch([this.#file, ...tried, ...(current?.config.files ?? [])]);
    if (!loaded.ok) return loaded;
    logProblems(this.#log, 'warn', loaded.warnings, 'config warning');
    const map = await this.#geography.load(loaded.config.geo);
    const countries = readCountries();
    if (!map.ok) return map;
    if (!countries.ok) return countries;
    const { zones, ...config } = loaded.config;
    const ground = map.value;
    // A start waits for what was learned before: else its first answers would send clients elsewhere.
    if (current === undefined) await this.#latency.configure(config, ground, countries.value);
    const learned = atOnce(this.#latency.overlaying(ground, config.latency));
    const world = new CompiledWorld(loaded.config, learned.map, learned.knowledge);
    const known = { map: learned.map, ground, countries: countries.value };
    return { ok: true, value: { config, zoneCount: zones.length, world, ...known } };
  }
}
