import { CompiledWorld } from '../compile/world.ts';
import type { Config } from '../config/config.ts';
import { loadConfig } from '../config/load.ts';
import { readCountries } from '../config/reading/countries.ts';
import type { CountryTable } from '../geo/countries.ts';
import type { GeoMap } from '../geo/geomap.ts';
import type { Loaded } from '../util/problem.ts';
import { atOnce } from '../util/slices.ts';
import { Geography } from './geography/geography.ts';
import type { Inspected } from './inspection.ts';
import type { Latency } from './latency/latency.ts';
import { type Log, logProblems } from './log.ts';
import type { Watcher } from './watcher.ts';

/** A configuration without its zones: once compiled they are not needed, and they are most of its memory. */
export type KeptConfig = Omit<Config, 'zones'>;

/** A configuration as it was read, with its zones, which are dropped when it is compiled. */
export interface Written {
  readonly config: KeptConfig;
  readonly zones: Config['zones'];
}

/** A compiled configuration that is served, or may be. */
export interface Serving extends Inspected {
  readonly config: KeptConfig;
  readonly zoneCount: number;
  /** The map without the networks that were measured. */
  readonly ground: GeoMap;
}

/** Where clients are: what a configuration's databases and networks come to. */
export interface Ground {
  readonly map: GeoMap;
  readonly countries: CountryTable;
}

/** Compiles a world from a configuration file and all the files that it names. */
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

  /**
   * Reads, locates and compiles, one after the other.
   * @param current what is served.
   */
  async load(current: Serving | undefined): Promise<Loaded<Serving>> {
    const read = await this.read(current);
    if (!read.ok) return read;
    const ground = await this.locate(read.value.config);
    return ground.ok ? { ok: true, value: this.compile(read.value, ground.value) } : ground;
  }

  /**
   * Reads the configuration with all its files but the databases: of these it only checks that they exist.
   * @param current what is served; undefined at the start.
   */
  async read(current: Serving | undefined): Promise<Loaded<Written>> {
    if (current === undefined) this.#geography.prepare();
    const loaded = await loadConfig(this.#file);
    const tried = loaded.ok ? loaded.config.files : loaded.files;
    // A refused file may be mended in what it names, and what is served must still be watched.
    await this.#watcher.watch([this.#file, ...tried, ...(current?.config.files ?? [])]);
    if (!loaded.ok) return loaded;
    logProblems(this.#log, 'warn', loaded.warnings, 'config warning');
    const { zones, ...config } = loaded.config;
    return { ok: true, value: { config, zones } };
  }

  /** Reads databases, in a thread of its own: the caller may do something else meanwhile. */
  async locate({ geo }: KeptConfig): Promise<Loaded<Ground>> {
    const map = await this.#geography.load(geo);
    const countries = readCountries();
    if (!map.ok) return map;
    if (!countries.ok) return countries;
    return { ok: true, value: { map: map.value, countries: countries.value } };
  }

  /** The world, with what is learned of latency by now laid over it. */
  compile({ config, zones }: Written, { map: ground, countries }: Ground): Serving {
    const learned = atOnce(this.#latency.overlaying(ground, config.latency));
    const world = new CompiledWorld({ ...config, zones }, learned.map, learned.knowledge);
    return { config, zoneCount: zones.length, world, map: learned.map, ground, countries };
  }

  /** Ends what was started ahead for a start that failed. */
  stop(): Promise<void> {
    return this.#geography.stop();
  }
}
