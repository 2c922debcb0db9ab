import type { Present } from '../../compile/present.ts';
import type { Blocks } from '../../compile/world.ts';
import type { UdpTransport } from '../../snapshot/messages.ts';
import type { KeptConfig, Serving } from '../loader.ts';
import type { Log } from '../log.ts';
import { Operations } from '../operations.ts';
import type { Observation } from '../overrides/safety.ts';
import { Publisher } from '../publisher.ts';
import type { QueryLog } from '../query-log/query-log.ts';
import { SettingsBuilder } from '../settings.ts';
import { listenAddresses, listenTexts, streamSettings } from '../streams.ts';
import { Observer } from '../verdicts/observer.ts';
import { Demand } from '../workers/demand.ts';
import { WorkerPool } from '../workers/pool.ts';

/**
 * The configuration that is served, with all that makes its answers change: what is observed, what operators force, and
 * what is published of both to the workers.
 */
export class ServedWorld {
  /** Verdicts, and the addresses behind names. */
  readonly observer: Observer;
  /** What operators do, and are told. */
  readonly operations: Operations;
  readonly publisher: Publisher;
  /** Answers by service and region. */
  readonly demand = new Demand();
  readonly #log: Log;
  readonly #queryLog: QueryLog;
  readonly #udp: UdpTransport | undefined;
  readonly #settings = new SettingsBuilder();
  #serving: Serving | undefined;
  #pool: WorkerPool | undefined;

  /** @param udp how UDP is to be done, whatever the machine can do; for tests. */
  constructor(log: Log, queryLog: QueryLog, udp?: UdpTransport) {
    this.#log = log;
    this.#queryLog = queryLog;
    this.#udp = udp;
    const onService = (service: string): void => this.publisher.change(service);
    this.operations = new Operations(
      log,
      () => this.#serving && this.observationOf(this.#serving.config),
      (services) => services.forEach(onService),
    );
    this.publisher = new Publisher(log, (service, modes) => this.operations.tell({ kind: 'fallback', service, modes }));
    this.observer = new Observer(log, onService, (change) => this.operations.tell(change));
  }

  /** Undefined until the start is done. */
  get serving(): Serving | undefined {
    return this.#serving;
  }

  /** Undefined until the workers are booted. */
  get pool(): WorkerPool | undefined {
    return this.#pool;
  }

  /** Starts the workers' threads: they load their code while the first world is made, and answer nothing yet. */
  boot({ server }: KeptConfig, cpus: readonly number[]): WorkerPool {
    const pool = new WorkerPool(listenAddresses(server), server.workers, this.#udp, cpus);
    pool.on('died', (reason) => this.#log.error({ reason }, 'worker died; starting another'));
    pool.boot();
    this.#pool = pool;
    return pool;
  }

  /**
   * Observes what a configuration names, beside what the served one does. Resolves when there are first verdicts, or
   * when they have had their time.
   */
  async observeNext(config: KeptConfig): Promise<void> {
    this.observer.observe(...(this.#serving === undefined ? [] : [this.#serving.config]), config);
    await this.observer.settle();
  }

  /** Observes what the served configuration names, and nothing else. */
  observeServed(): void {
    if (this.#serving !== undefined) this.observer.observe(this.#serving.config);
  }

  /** The world by a configuration: as it is observed, with what operators force laid over it. */
  presentIn(config: KeptConfig): Present {
    return this.operations.present(this.observer.presentIn(config));
  }

  /** The same without what operators force. */
  observationOf(config: KeptConfig): Observation {
    return { config, observed: this.observer.presentIn(config) };
  }

  /** All that a worker needs to answer by a configuration. */
  blocksOf({ config, world }: Serving): Blocks {
    return {
      ...world.compileAll(this.presentIn(config)),
      settings: { ...this.#settings.build(config.server), queryLog: this.#queryLog.begin(config) },
      streams: streamSettings(config.server),
      demand: this.demand.begin(config.services.keys(), config.regions.keys()),
    };
  }

  /** Serves a configuration from now on. The caller publishes its blocks in this same turn of the event loop. */
  serve(serving: Serving): void {
    const { config, world } = serving;
    this.#serving = serving;
    this.publisher.serve({
      world,
      services: [...config.services.keys()],
      present: () => this.presentIn(config),
      publish: (blocks) => this.#pool?.publish(blocks),
    });
  }

  /** Says in the log what is served, and where. */
  logServing(message: string): void {
    if (this.#serving === undefined) return;
    const { config, zoneCount } = this.#serving;
    const { workers } = config.server;
    const listen = listenTexts(config.server);
    const { udp } = this.#pool ?? {};
    this.#log.info({ listen, workers, udp, zones: zoneCount, services: config.services.size }, message);
  }

  /** Answers what has come in, then ends workers, probes and hooks. */
  async stop(): Promise<void> {
    this.publisher.stop();
    await Promise.all([this.operations.stop(), this.observer.stop(), this.#pool?.stop()]);
  }
}
