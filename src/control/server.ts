import type { Config } from '../config/config.ts';
import { type Explained, explain, type Question } from '../inspect/explain.ts';
import type { UdpTransport } from '../snapshot/messages.ts';
import type { Problem } from '../util/problem.ts';
import { type Facts, factsOf, type Reloads } from './facts.ts';
import { Latency } from './latency/latency.ts';
import type { Parts } from './lifecycle/parts.ts';
import { relearn } from './lifecycle/relearn.ts';
import { reload } from './lifecycle/reload.ts';
import { ServedWorld } from './lifecycle/served-world.ts';
import { start } from './lifecycle/start.ts';
import { stop } from './lifecycle/stop.ts';
import { replaceServers } from './listening/takeover.ts';
import { Loader } from './loader.ts';
import { type Log, logProblems } from './log.ts';
import type { Operations } from './operations.ts';
import type { Reports } from './probes/reports.ts';
import { QueryLog } from './query-log/query-log.ts';
import { Watcher } from './watcher.ts';

/** `stopping` from when a stop is asked for, `stopped` from when it has its turn, or when the start failed. */
type Phase = 'starting' | 'serving' | 'stopping' | 'stopped';

/**
 * The control plane of a running server. It loads, compiles, observes and publishes; the workers answer by themselves.
 * Whatever goes wrong here after the start is logged, and what was served goes on being served.
 */
export class Server {
  readonly #parts: Parts;
  #phase: Phase = 'starting';
  #reloads: Reloads = { done: 0, refused: 0, lastDoneMs: undefined };
  /** The start, reloads and the stop, one after the other. */
  #queue: Promise<unknown> = Promise.resolve();
  /** Called with each configuration that is served from now on, and with the first shortly before it is. */
  onConfig: (config: Pick<Config, 'admin'>) => Promise<void> = async () => {};

  /** @param udp how UDP is to be done, whatever the machine can do; for tests. */
  constructor(file: string, log: Log, udp?: UdpTransport) {
    const queryLog = new QueryLog(log);
    const served = new ServedWorld(log, queryLog, udp);
    const watcher = new Watcher((files) => void this.reload(`changed: ${files.join(', ')}`));
    const latency = new Latency(
      log,
      () => void this.#inTurn(async () => this.#phase === 'serving' && relearn(this.#parts)),
      () => served.observer.slowness.addedMs(),
    );
    const loader = new Loader(file, log, watcher, latency);
    const onConfig = (config: Pick<Config, 'admin'>): Promise<void> => this.onConfig(config);
    this.#parts = { file, log, watcher, loader, served, latency, queryLog, onConfig };
  }

  /**
   * Resolves with no problems when queries are answered; with all of them when it can't start.
   * @param isTakeover an Aya that has the addresses already leaves then, and is no problem.
   */
  start(isTakeover = false): Promise<readonly Problem[]> {
    return this.#inTurn(async () => {
      const onPredecessors = (pids: readonly number[]): void => void this.#replace(pids);
      const problems = await start(this.#parts, { isTakeover, onPredecessors });
      if (problems.length > 0) {
        this.#phase = 'stopped';
        await stop(this.#parts);
      } else {
        if (this.#phase === 'starting') this.#phase = 'serving';
        this.#reloads = { ...this.#reloads, lastDoneMs: Date.now() };
      }
      return problems;
    });
  }

  /**
   * Loads everything again and serves it, or says why not and goes on as before.
   * @param why what asks for it, for the log.
   * @param isUnsafe even against failed tests, a bound on moved clients, and the rules of safety.
   * @param who asks for it; undefined: nobody but a signal or a file.
   * @returns why not; nothing also where it does not serve yet, or no longer.
   */
  reload(why: string, isUnsafe = false, who?: string): Promise<readonly Problem[]> {
    return this.#inTurn(async () => {
      if (this.#phase !== 'serving') return [];
      this.#parts.log.info({ why, who }, 'reloading');
      const problems = await reload(this.#parts, { isUnsafe, who });
      this.#noteReload(problems);
      return problems;
    });
  }

  /** Answers what has come in, then ends all that runs. */
  stop(): Promise<void> {
    this.#phase = 'stopping';
    return this.#inTurn(async () => {
      this.#phase = 'stopped';
      await stop(this.#parts);
      this.#parts.log.info({ connections: this.#parts.served.pool?.counts }, 'stopped');
    });
  }

  /** What operators do, and are told. */
  get operations(): Operations {
    return this.#parts.served.operations;
  }

  /** What is learned of round-trip times. */
  get latency(): Latency {
    return this.#parts.latency;
  }

  /** Who asked what. */
  get queryLog(): QueryLog {
    return this.#parts.queryLog;
  }

  /** What endpoints report of themselves. */
  get reports(): Reports {
    return this.#parts.served.observer.reports;
  }

  /** What it knows of itself; undefined until it serves. */
  get facts(): Facts | undefined {
    const { served, latency, queryLog } = this.#parts;
    const { serving, pool, observer, operations, demand } = served;
    if (serving === undefined || pool === undefined) return undefined;
    const { config, world } = serving;
    return factsOf({
      ...{ config, world, operations, observer, pool, demand, reloads: this.#reloads },
      ...{ latency: latency.status, queryLog: queryLog.counts, present: served.presentIn(config) },
    });
  }

  /** What a client is answered as things are, or at another time, and why; undefined until it serves. */
  explain({ atMs, ...asked }: Omit<Question, 'present'> & { atMs: number | undefined }): Explained | undefined {
    const { serving } = this.#parts.served;
    if (serving === undefined) return undefined;
    const present = this.#parts.served.presentIn(serving.config);
    return explain(serving, { ...asked, present: { ...present, nowMs: atMs ?? present.nowMs } });
  }

  /** What it rejects with is logged, too: a caller may leave it alone. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#queue.then(work);
    this.#queue = turn.catch((error: unknown) => this.#parts.log.error({ error: String(error) }, 'unexpected error'));
    return turn;
  }

  #noteReload(problems: readonly Problem[]): void {
    const { log, served } = this.#parts;
    const { done, refused } = this.#reloads;
    if (problems.length === 0) {
      this.#reloads = { done: done + 1, refused, lastDoneMs: Date.now() };
      served.logServing('reloaded');
      return;
    }
    this.#reloads = { ...this.#reloads, refused: refused + 1 };
    logProblems(log, 'error', problems, 'reload refused');
    log.error({ problems: problems.length }, 'reload refused; serving what was served before');
  }

  /** Tells the servers before to leave, now that this one answers, and takes what could not be shared. */
  async #replace(pids: readonly number[]): Promise<void> {
    // Who is to stop by now leaves the place to those who have it.
    if (this.#phase !== 'starting') return;
    const { log, latency, served, onConfig } = this.#parts;
    await replaceServers(pids, log);
    latency.listenAgain();
    void this.#inTurn(async () => {
      if (this.#phase === 'serving' && served.serving !== undefined) await onConfig(served.serving.config);
    });
  }
}
