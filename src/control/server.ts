import { setTimeout } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { type Blocks, CompiledWorld } from '../compile/world.ts';
import type { Config } from '../config/config.ts';
import { loadConfig } from '../config/load.ts';
import type { ListenAddress } from '../snapshot/messages.ts';
import { systemClock } from '../util/clock.ts';
import type { Loaded, Problem } from '../util/problem.ts';
import { Geography } from './geography.ts';
import { type Log, logProblems } from './log.ts';
import { findTaken, ListenError, WorkerPool } from './pool.ts';
import { Prober, type VerdictChange } from './prober.ts';
import { SettingsBuilder } from './settings.ts';
import { listenAddresses, streamSettings } from './streams.ts';
import { type EndpointTarget, targetKeyOf, targetsOf } from './targets.ts';
import { Watcher } from './watcher.ts';

/** What first verdicts may take beyond the longest time-out, before answers start without them. */
const FIRST_VERDICTS_GRACE_MS = 250;

/** A configuration without its zones: once compiled they are not needed, and they are most of its memory. */
type KeptConfig = Omit<Config, 'zones'>;

/** What is served: a configuration, compiled. */
interface Serving {
  readonly config: KeptConfig;
  readonly zoneCount: number;
  readonly world: CompiledWorld;
}

/**
 * The control plane of a running server. It loads, compiles, probes and publishes; the workers answer by themselves.
 * Whatever goes wrong here after the start is logged, and what was served goes on being served.
 */
export class Server {
  readonly #file: string;
  readonly #log: Log;
  readonly #geography = new Geography();
  readonly #settings = new SettingsBuilder();
  readonly #prober: Prober<EndpointTarget>;
  readonly #watcher: Watcher;
  #serving: Serving | undefined;
  #pool: WorkerPool | undefined;
  /** Services whose verdicts changed since the last publication. */
  readonly #changed = new Set<string>();
  /** Reloads and the stop, one after the other. */
  #queue: Promise<unknown> = Promise.resolve();
  #isStopped = false;

  constructor(file: string, log: Log) {
    this.#file = file;
    this.#log = log;
    this.#watcher = new Watcher((files) => void this.reload(`changed: ${files.join(', ')}`));
    this.#prober = new Prober<EndpointTarget>({
      clock: systemClock,
      random: Math.random,
      onChange: (change) => this.#onVerdict(change),
    });
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
    await this.#probe(config);
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
      await this.#probe(config, this.#serving?.config);
      try {
        await this.#switchTo(loaded.value);
        this.#logServing('reloaded');
      } catch (error) {
        this.#refuse(problemsOf(error));
      } finally {
        this.#prober.setTargets(this.#serving === undefined ? [] : targetsOf(this.#serving.config));
      }
    });
  }

  /** Answers what has come in, then ends all that runs. */
  stop(): Promise<void> {
    return this.#inTurn(async () => {
      this.#isStopped = true;
      this.#watcher.stop();
      await Promise.all([this.#prober.stop(), this.#pool?.stop()]);
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

  /**
   * Probes what a configuration names, and what the one still in force does; resolves when all has a verdict, or has had
   * its time.
   */
  async #probe(config: KeptConfig, inForce?: KeptConfig): Promise<void> {
    const targets = [...(inForce === undefined ? [] : targetsOf(inForce)), ...targetsOf(config)];
    this.#prober.setTargets([...new Map(targets.map((target) => [target.key, target])).values()]);
    const timeoutsMs = [...config.probes.values()].map(({ timeoutMs }) => timeoutMs);
    const patience = new AbortController();
    const deadlineMs = Math.max(0, ...timeoutsMs) + FIRST_VERDICTS_GRACE_MS;
    const deadline = setTimeout(deadlineMs, undefined, { signal: patience.signal }).catch(() => undefined);
    await Promise.race([this.#prober.firstVerdicts(), deadline]);
    patience.abort();
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
      ...world.compileAll(this.#isUpIn(config)),
      settings: this.#settings.build(config.server),
      streams: streamSettings(config.server),
    };
  }

  #onVerdict({ target, from, to, reason }: VerdictChange<EndpointTarget>): void {
    const probed = `${target.address} port ${target.port}`;
    for (const { service, region, address } of target.uses) {
      const level = to === 'down' ? 'warn' : 'info';
      this.#log[level]({ service, region, endpoint: address, from, to, why: reason, probed }, `endpoint ${to}`);
      if (this.#changed.size === 0) setImmediate(() => this.#publishChanges());
      this.#changed.add(service);
    }
  }

  /** Once for all verdicts that changed in one turn of the event loop. */
  #publishChanges(): void {
    if (this.#serving === undefined || this.#pool === undefined || this.#changed.size === 0) return;
    const { config, world } = this.#serving;
    const names = [...this.#changed];
    this.#changed.clear();
    this.#pool.publish(world.compileServices(names, this.#isUpIn(config)));
  }

  /** An address of which nothing is known yet is not down. */
  #isUpIn(config: KeptConfig): Parameters<CompiledWorld['compileAll']>[0] {
    return (service, endpoint, address) => {
      const key = targetKeyOf(config, service, endpoint, address);
      return key === undefined || this.#prober.verdict(key) !== 'down';
    };
  }

  #refuse(problems: readonly Problem[]): void {
    logProblems(this.#log, 'error', problems, 'reload refused');
    this.#log.error({ problems: problems.length }, 'reload refused; serving what was served before');
  }

  async #giveUp(problems: readonly Problem[]): Promise<readonly Problem[]> {
    this.#watcher.stop();
    await this.#prober.stop();
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
