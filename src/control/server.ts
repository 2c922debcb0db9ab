import { isDeepStrictEqual } from 'node:util';
import type { Present } from '../compile/present.ts';
import type { Blocks } from '../compile/world.ts';
import type { Config } from '../config/config.ts';
import { type Explained, explain, type Question } from '../inspect/explain.ts';
import type { ListenAddress, UdpTransport } from '../snapshot/messages.ts';
import type { Problem } from '../util/problem.ts';
import { inTurns } from '../util/slices.ts';
import { returnLargeBlocks } from './allocator.ts';
import { type Facts, factsOf, type Reloads } from './facts.ts';
import { failedTests, problemsOfNext } from './inspection.ts';
import { Latency } from './latency/latency.ts';
import { warnOfAnswerSource } from './listening/answer-source.ts';
import { findTaken, ListenError, overlap } from './listening/ports.ts';
import { inStartTurn } from './listening/start-turn.ts';
import { replaceServers, takeoverOf } from './listening/takeover.ts';
import { type KeptConfig, Loader, type Serving } from './loader.ts';
import { type Log, logProblems } from './log.ts';
import { type Observation, Operations } from './operations.ts';
import type { Reports } from './probes/reports.ts';
import { Publisher } from './publisher.ts';
import { QueryLog } from './query-log/query-log.ts';
import { SettingsBuilder } from './settings.ts';
import { listenAddresses, listenTexts, streamSettings } from './streams.ts';
import { startProblemsOf } from './thread-error.ts';
import { TURNS } from './turns.ts';
import { Observer } from './verdicts/observer.ts';
import { Watcher } from './watcher.ts';
import { chooseCpus } from './workers/cpus.ts';
import { Demand } from './workers/demand.ts';
import { WorkerPool } from './workers/pool.ts';

/**
 * The control plane of a running server. It loads, compiles, observes and publishes; the workers answer by themselves.
 * Whatever goes wrong here after the start is logged, and what was served goes on being served.
 */
export class Server {
  readonly #file: string;
  readonly #log: Log;
  readonly #udp: UdpTransport | undefined;
  readonly #settings = new SettingsBuilder();
  readonly #demand = new Demand();
  readonly #observer: Observer;
  readonly #watcher: Watcher;
  readonly #loader: Loader;
  #serving: Serving | undefined;
  #pool: WorkerPool | undefined;
  readonly #publisher: Publisher;
  /** What operators do, and are told. */
  readonly operations: Operations;
  /** What is learned of round-trip times. */
  readonly latency: Latency;
  /** Who asked what. */
  readonly queryLog: QueryLog;
  /** Called with each configuration that is served from now on, the first before it is. */
  onConfig: (config: Pick<Config, 'admin'>) => Promise<void> = async () => {};
  #reloads: Reloads = { done: 0, refused: 0, lastDoneMs: undefined };
  /** Reloads and the stop, one after the other. */
  #queue: Promise<unknown> = Promise.resolve();
  /** From when a stop is asked for; the other from when it has its turn. */
  #isStopping = false;
  #isStopped = false;

  /** @param udp how UDP is to be done, whatever the machine can do; for tests. */
  constructor(file: string, log: Log, udp?: UdpTransport) {
    this.#file = file;
    this.#log = log;
    this.#udp = udp;
    this.queryLog = new QueryLog(log);
    this.#watcher = new Watcher((files) => void this.reload(`changed: ${files.join(', ')}`));
    const onService = (service: string): void => this.#publisher.change(service);
    this.operations = new Operations(
      log,
      () => this.#serving && this.#observationOf(this.#serving.config),
      (services) => services.forEach(onService),
    );
    this.#publisher = new Publisher(log, (service, modes) =>
      this.operations.tell({ kind: 'fallback', service, modes }),
    );
    this.latency = new Latency(
      log,
      () => void this.#relearn(),
      () => this.#observer.slowness.addedMs(),
    );
    this.#loader = new Loader(file, log, this.#watcher, this.latency);
    this.#observer = new Observer(log, onService, (change) => this.operations.tell(change));
  }

  /**
   * Resolves with no problems when queries are answered; with all of them when it can't start.
   * @param isTakeover an Aya that has the addresses already leaves then, and is no problem.
   */
  start(isTakeover = false): Promise<readonly Problem[]> {
    return this.#inTurn(() => this.#start(isTakeover));
  }

  async #start(isTakeover: boolean): Promise<readonly Problem[]> {
    await this.#watcher.watch([this.#file]);
    const read = await this.#loader.read(this.#serving);
    if (!read.ok) return this.#giveUp(read.problems);
    const { config } = read.value;
    const cpus = chooseCpus(config.server.cpus);
    if (!cpus.ok) return this.#giveUp(cpus.problems);
    const listen = listenAddresses(config.server);
    // Workers load their code on other processors than databases are read and the world is compiled on.
    const pool = this.#bootPool(listen, cpus.value, config.server.workers);
    const located = this.#loader.locate(config);
    returnLargeBlocks();
    const ground = await located;
    if (!ground.ok) return this.#giveUp(ground.problems);
    // A start waits for what was learned before: else its first answers would send clients elsewhere.
    await this.latency.configure(config, ground.value.map, ground.value.countries);
    const serving = this.#loader.compile(read.value, ground.value);
    return inStartTurn(listen, this.#log, () => this.#open(pool, serving, isTakeover));
  }

  async #open(pool: WorkerPool, serving: Serving, isTakeover: boolean): Promise<readonly Problem[]> {
    const { config } = serving;
    const takeover = await takeoverOf(pool.listen, isTakeover);
    if (!takeover.ok) return this.#giveUp(takeover.problems);
    const before = takeover.value;
    await this.operations.serve(config);
    // What the server before has of these addresses can't be shared: they are had when it has left.
    if (before.length === 0) await this.onConfig(config);
    this.#observer.observe(config);
    await this.#observer.settle();
    try {
      await pool.start(this.#blocksOf(serving));
    } catch (error) {
      return this.#giveUp(startProblemsOf(error));
    }
    this.#serve(serving);
    this.#reloads = { ...this.#reloads, lastDoneMs: Date.now() };
    // To serve with tests that fail is better than not to serve: they passed, or nobody looked, when this was written.
    logProblems(this.#log, 'warn', failedTests(serving, Date.now()), 'config test failed');
    this.operations.hand.warnOfUnknown();
    this.#logServing('serving');
    if (pool.transport === 'dgram') warnOfAnswerSource(pool.listen, this.#log);
    // Who is to stop by now leaves the place to those who have it.
    if (before.length > 0 && !this.#isStopping) void this.#replace(before);
    return [];
  }

  /**
   * Loads everything again and serves it, or says why not and goes on as before.
   * @param isUnsafe even against the rules of safety.
   * @param who asks for it; undefined: nobody but a signal or a file.
   * @returns why not.
   */
  reload(why: string, isUnsafe = false, who?: string): Promise<readonly Problem[]> {
    return this.#inTurn(async () => {
      if (this.#isStopping) return [];
      this.#log.info({ why, who }, 'reloading');
      this.queryLog.reopen();
      await this.#watcher.acknowledge();
      const loaded = await this.#loader.load(this.#serving);
      if (!loaded.ok) return this.#refuse(loaded.problems);
      const doubts = problemsOfNext(this.#serving, loaded.value, Date.now());
      if (doubts.length > 0 && !isUnsafe) return this.#refuse(doubts);
      logProblems(this.#log, 'warn', doubts, 'reloading all the same');
      const { config } = loaded.value;
      this.#observer.observe(...(this.#serving === undefined ? [] : [this.#serving.config]), config);
      await this.#observer.settle();
      try {
        const next = this.#observationOf(config);
        const unsafe = await this.operations.problemsOfReload(this.#file, next, isUnsafe, who);
        if (unsafe.length > 0) return this.#refuse(unsafe);
        await this.#switchTo(loaded.value);
        await this.operations.serve(config);
        await this.onConfig(config);
        await this.latency.configure(config, loaded.value.ground, loaded.value.countries);
        this.#reloads = { ...this.#reloads, done: this.#reloads.done + 1, lastDoneMs: Date.now() };
        this.#logServing('reloaded');
        return [];
      } catch (error) {
        return this.#refuse(startProblemsOf(error));
      } finally {
        if (this.#serving !== undefined) this.#observer.observe(this.#serving.config);
      }
    });
  }

  /** What endpoints report of themselves. */
  get reports(): Reports {
    return this.#observer.reports;
  }

  /** What it knows of itself; undefined until it serves. */
  get facts(): Facts | undefined {
    if (this.#serving === undefined || this.#pool === undefined) return undefined;
    const { config, world } = this.#serving;
    return factsOf({
      ...{ config, world, operations: this.operations, reloads: this.#reloads },
      ...{ latency: this.latency.status, queryLog: this.queryLog.counts },
      ...{ observer: this.#observer, present: this.#presentIn(config), pool: this.#pool, demand: this.#demand },
    });
  }

  /** What a client is answered as things are, or at another time, and why; undefined until it serves. */
  explain({ atMs, ...asked }: Omit<Question, 'present'> & { atMs: number | undefined }): Explained | undefined {
    if (this.#serving === undefined) return undefined;
    const present = this.#presentIn(this.#serving.config);
    return explain(this.#serving, { ...asked, present: { ...present, nowMs: atMs ?? present.nowMs } });
  }

  /** Answers what has come in, then ends all that runs. */
  stop(): Promise<void> {
    this.#isStopping = true;
    return this.#inTurn(async () => {
      this.#isStopped = true;
      this.#watcher.stop();
      this.#publisher.stop();
      await Promise.all([this.operations.stop(), this.#observer.stop(), this.#pool?.stop(), this.latency.stop()]);
      await this.queryLog.stop(); // with what was answered last
      this.#log.info({ connections: this.#pool?.counts }, 'stopped');
    });
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#queue.then(work);
    this.#queue = turn.catch((error: unknown) => this.#log.error({ error: String(error) }, 'unexpected error'));
    return turn;
  }

  async #switchTo(next: Serving): Promise<void> {
    if (this.#serving !== undefined) next.world.remember(this.#serving.world);
    const listen = listenAddresses(next.config.server);
    const { workers, cpus } = next.config.server;
    const pool = this.#pool;
    if (!isDeepStrictEqual(cpus, this.#serving?.config.server.cpus)) {
      this.#log.warn({ cpus }, 'server.cpus is read at the start alone');
    }
    if (pool !== undefined && isDeepStrictEqual(pool.listen, listen) && pool.size === workers) {
      pool.publish(this.#blocksOf(next));
      this.#serve(next);
      return;
    }
    const taken = await findTaken(listen.filter((address) => !pool?.listen.some((own) => overlap(own, address))));
    if (taken.length > 0) throw new ListenError(taken);
    await pool?.change(listen, workers, () => {
      const blocks = this.#blocksOf(next);
      this.#serve(next); // at once with its publication, and not before: slots are numbers of one world
      return blocks;
    });
    if (pool?.transport === 'dgram') warnOfAnswerSource(pool.listen, this.#log);
  }

  #bootPool(listen: readonly ListenAddress[], cpus: readonly number[], workers: number): WorkerPool {
    const pool = new WorkerPool(listen, workers, this.#udp, cpus);
    pool.on('died', (reason) => this.#log.error({ reason }, 'worker died; starting another'));
    pool.boot();
    this.#pool = pool;
    return pool;
  }

  /** All that a worker needs. */
  #blocksOf({ config, world }: Serving): Blocks {
    return {
      ...world.compileAll(this.#presentIn(config)),
      settings: { ...this.#settings.build(config.server), queryLog: this.queryLog.begin(config) },
      streams: streamSettings(config.server),
      demand: this.#demand.begin(config.services.keys(), config.regions.keys()),
    };
  }

  /** From now on a configuration is what is served; its whole publication comes with this turn of the event loop. */
  #serve(serving: Serving): void {
    const { config, world } = serving;
    this.#serving = serving;
    this.#publisher.serve({
      world,
      services: [...config.services.keys()],
      present: () => this.#presentIn(config),
      publish: (blocks) => this.#pool?.publish(blocks),
    });
  }

  /** Compiles again by what was learned, in slices between which all else has its turn, and serves that. */
  #relearn(): Promise<void> {
    return this.#inTurn(async () => {
      const serving = this.#serving;
      if (serving === undefined || this.#isStopped) return;
      const { map, knowledge } = await inTurns(this.latency.overlaying(serving.ground, serving.config.latency), TURNS);
      const world = knowledge && (await inTurns(serving.world.relearning(map, knowledge), TURNS));
      if (world === undefined) return;
      const changed = this.#publisher.noteChanges();
      const present = (): Present => this.#presentIn(serving.config);
      this.#pool?.publish(await inTurns(world.compilingAll(present, changed), TURNS));
      this.#serve({ ...serving, map, world });
      this.#log.info(
        { ms: Math.round(this.latency.status?.lastRecompileMs ?? 0) },
        'latency: serving by new estimates',
      );
    });
  }

  /** Tells the servers before to leave, now that this one answers, and takes what could not be shared. */
  async #replace(pids: readonly number[]): Promise<void> {
    await replaceServers(pids, this.#log);
    this.latency.listenAgain();
    await this.#inTurn(async () => {
      if (!this.#isStopped && this.#serving !== undefined) await this.onConfig(this.#serving.config);
    });
  }

  /** The world as it is seen, and as the operator will have it. */
  #presentIn(config: KeptConfig): Present {
    return this.operations.present(this.#observer.presentIn(config));
  }

  #observationOf(config: KeptConfig): Observation {
    return { config, observed: this.#observer.presentIn(config) };
  }

  #refuse(problems: readonly Problem[]): readonly Problem[] {
    this.#reloads = { ...this.#reloads, refused: this.#reloads.refused + 1 };
    logProblems(this.#log, 'error', problems, 'reload refused');
    this.#log.error({ problems: problems.length }, 'reload refused; serving what was served before');
    return problems;
  }

  async #giveUp(problems: readonly Problem[]): Promise<readonly Problem[]> {
    this.#watcher.stop();
    await Promise.all([this.#loader.stop(), this.#pool?.stop(), this.operations.stop(), this.#observer.stop()]);
    await Promise.all([this.latency.stop(), this.queryLog.stop()]);
    return problems;
  }

  #logServing(message: string): void {
    if (this.#serving === undefined) return;
    const { config, zoneCount } = this.#serving;
    const listen = listenTexts(config.server);
    const { workers } = config.server;
    this.#log.info(
      { listen, workers, udp: this.#pool?.udp, zones: zoneCount, services: config.services.size },
      message,
    );
  }
}
