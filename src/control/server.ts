import { isDeepStrictEqual } from 'node:util';
import { type Blocks, CompiledWorld } from '../compile/world.ts';
import type { Config } from '../config/config.ts';
import { loadConfig } from '../config/load.ts';
import type { ListenAddress } from '../snapshot/messages.ts';
import type { Loaded, Problem } from '../util/problem.ts';
import { Geography } from './geography.ts';
import { type Log, logProblems } from './log.ts';
import { Observer } from './observer.ts';
import { findTaken, ListenError, WorkerPool } from './pool.ts';
import { SettingsBuilder } from './settings.ts';
import { listenAddresses, streamSettings } from './streams.ts';
import { Watcher } from './watcher.ts';

/** A configuration without its zones: once compiled they are not needed, and they are most of its memory. */
type KeptConfig = Omit<Config, 'zones'>;

/** What is served: a configuration, compiled. */
interface Serving {
  readonly config: KeptConfig;
  readonly zoneCount: number;
  readonly world: CompiledWorld;
}

/**
 * The control plane of a running server. It loads, compiles, observes and publishes; the workers answer by themselves.
 * Whatever goes wrong here after the start is logged, and what was served goes on being served.
 */
export class Server {
  readonly #file: string;
  readonly #log: Log;
  readonly #geography = new Geography();
  readonly #settings = new SettingsBuilder();
  readonly #observer: Observer;
  readonly #watcher: Watcher;
  #serving: Serving | undefined;
  #pool: WorkerPool | undefined;
  /** Services that depend on what changed since the last publication. */
  readonly #changed = new Set<string>();
  /** Reloads and the stop, one after the other. */
  #queue: Promise<unknown> = Promise.resolve();
  #isStopped = false;

  constructor(file: string, log: Log) {
    this.#file = file;
    this.#log = log;
    this.#watcher = new Watcher((files) => void this.reload(`changed: ${files.join(', ')}`));
    this.#observer = new Observer(log, (service) => this.#onChange(service));
  }

  /** Resolves with no problems when queries are answered; with all of them when it can't start. */
  start(): Promise<readonly Problem[]> {
    return this.#inTurn(() => this.#start());
  }

  async #start(): Promise<readonly Problem[]> {
    await this.#watcher.watch([this.#file]);
    const loaded = await this.#load();
    if (!loaded.ok) return this.#giveUp(loaded.problems);
    const { config } = loaded.value;
    const listen = listenAddresses(config.server);
    const taken = await findTaken(listen);
    if (taken.length > 0) return this.#giveUp(taken);
    this.#observer.observe(config);
    await this.#observer.settle();
    try {
      this.#pool = await this.#startPool(listen, config.server.workers, loaded.value);
    } catch (error) {
      return this.#giveUp(problemsOf(error));
    }
    this.#serving = loaded.value;
    this.#publishChanges();
    this.#logServing('serving');
    return [];
  }

  /** Loads everything again and serves it, or says why not and goes on as before. */
  reload(why: string): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#isStopped) return;
      this.#log.info({ why }, 'reloading');
      await this.#watcher.acknowledge();
      const loaded = await this.#load();
      if (!loaded.ok) return this.#refuse(loaded.problems);
      const { config } = loaded.value;
      this.#observer.observe(...(this.#serving === undefined ? [] : [this.#serving.config]), config);
      await this.#observer.settle();
      try {
        await this.#switchTo(loaded.value);
        this.#logServing('reloaded');
      } catch (error) {
        this.#refuse(problemsOf(error));
      } finally {
        if (this.#serving !== undefined) this.#observer.observe(this.#serving.config);
      }
    });
  }

  /** Answers what has come in, then ends all that runs. */
  stop(): Promise<void> {
    return this.#inTurn(async () => {
      this.#isStopped = true;
      this.#watcher.stop();
      await Promise.all([this.#observer.stop(), this.#pool?.stop()]);
      this.#log.info({ connections: this.#pool?.counts }, 'stopped');
    });
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#queue.then(work);
    this.#queue = turn.catch((error: unknown) => this.#log.error({ error: String(error) }, 'unexpected error'));
    return turn;
  }

  async #load(): Promise<Loaded<Serving>> {
    const loaded = await loadConfig(this.#file);
    const tried = loaded.ok ? loaded.config.files : loaded.files;
    // A refused file may be mended in what it names, and what is served must still be watched.
    await this.#watcher.watch([this.#file, ...tried, ...(this.#serving?.config.files ?? [])]);
    if (!loaded.ok) return loaded;
    logProblems(this.#log, 'warn', loaded.warnings, 'config warning');
    const map = await this.#geography.load(loaded.config.geo);
    if (!map.ok) return map;
    const { zones, ...config } = loaded.config;
    return { ok: true, value: { config, zoneCount: zones.length, world: new CompiledWorld(loaded.config, map.value) } };
  }

  async #switchTo(next: Serving): Promise<void> {
    const listen = listenAddresses(next.config.server);
    const { workers } = next.config.server;
    const pool = this.#pool;
    if (pool !== undefined && isDeepStrictEqual(pool.listen, listen) && pool.size === workers) {
      this.#serving = next;
      pool.publish(this.#blocksOf(next));
      return;
    }
    const taken = await findTaken(listen.filter((address) => !pool?.listen.some((own) => overlap(own, address))));
    if (taken.length > 0) throw new ListenError(taken);
    // The new workers answer before the old ones stop: they share the ports that both have.
    this.#pool = await this.#startPool(listen, workers, next);
    this.#serving = next;
    // What changed while they started was published to the old ones.
    for (const service of next.config.services.keys()) this.#changed.add(service);
    this.#publishChanges();
    await pool?.stop();
  }

  async #startPool(listen: readonly ListenAddress[], size: number, serving: Serving): Promise<WorkerPool> {
    const pool = new WorkerPool(listen, size);
    pool.on('died', (reason) => this.#log.error({ reason }, 'worker died; starting another'));
    await pool.start(this.#blocksOf(serving));
    return pool;
  }

  /** All that a worker needs. */
  #blocksOf({ config, world }: Serving): Blocks {
    return {
      ...world.compileAll(this.#observer.presentIn(config)),
      settings: this.#settings.build(config.server),
      streams: streamSettings(config.server),
    };
  }

  #onChange(service: string): void {
    if (this.#changed.size === 0) setImmediate(() => this.#publishChanges());
    this.#changed.add(service);
  }

  /** Once for all that changed in one turn of the event loop. */
  #publishChanges(): void {
    if (this.#serving === undefined || this.#pool === undefined || this.#changed.size === 0) return;
    const { config, world } = this.#serving;
    const names = [...this.#changed];
    this.#changed.clear();
    this.#pool.publish(world.compileServices(names, this.#observer.presentIn(config)));
  }

  #refuse(problems: readonly Problem[]): void {
    logProblems(this.#log, 'error', problems, 'reload refused');
    this.#log.error({ problems: problems.length }, 'reload refused; serving what was served before');
  }

  async #giveUp(problems: readonly Problem[]): Promise<readonly Problem[]> {
    this.#watcher.stop();
    await this.#observer.stop();
    return problems;
  }

  #logServing(message: string): void {
    if (this.#serving === undefined) return;
    const { config, zoneCount } = this.#serving;
    const listen = listenAddresses(config.server).map(
      ({ host, port, over }) => `${host} port ${port}${over.includes('TLS') ? ' over TLS' : ''}`,
    );
    const { workers } = config.server;
    this.#log.info({ listen, workers, zones: zoneCount, services: config.services.size }, message);
  }
}

/** Whether one of our own sockets is in the way of trying an address exclusively. */
function overlap(a: ListenAddress, b: ListenAddress): boolean {
  const isWildcard = ({ host }: ListenAddress): boolean => host === '0.0.0.0' || host === '::';
  return a.port === b.port && a.family === b.family && (a.host === b.host || isWildcard(a) || isWildcard(b));
}

function problemsOf(error: unknown): readonly Problem[] {
  if (error instanceof ListenError) return error.problems;
  throw error;
}
