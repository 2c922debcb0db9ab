import { rename } from 'node:fs/promises';
import type { LatencyConfig } from '../../config/latency-config.ts';
import type { CountryTable } from '../../geo/countries.ts';
import type { GeoMap } from '../../geo/geomap.ts';
import { layingNetworks, type MarkedNetworks } from '../../geo/measured-networks.ts';
import type { LatencyCounts } from '../../latency/model.ts';
import type { Report } from '../../latency/report.ts';
import { isServedAlike, Served, type ServedBlock } from '../../latency/served.ts';
import type { TableRow } from '../../latency/table.ts';
import type { Knowledge } from '../../steering/step.ts';
import type { Sliced } from '../../util/slices.ts';
import type { Log } from '../log.ts';
import { BatchQueue } from './batch-queue.ts';
import { curriculumOf, type Learnable, listenerSettingsOf } from './curriculum.ts';
import { Intake } from './intake.ts';
import { knowledgeOf } from './knowledge.ts';
import { Learner } from './learner.ts';
import type { HttpRefusal, LearnerReplies, Measurement } from './messages.ts';
import { placed } from './placing.ts';

/** Two seconds' worth at the rate that one core learns at: a recompile is waited for by so many. */
const QUEUE_MAX = 20_000;

/** So many at a time, that a request between them does not wait for long. */
const BATCH_MAX = 1000;

/** What is known of learning, for metrics and whoever asks. */
export interface LatencyStatus {
  readonly file: string;
  readonly isListening: boolean;
  readonly counts: LatencyCounts | undefined;
  readonly refusedOverHttp: Readonly<Record<HttpRefusal, number>>;
  /** Reports for which a queue had no room. */
  readonly dropped: number;
  /** Networks that are served by themselves. */
  readonly networks: number;
  readonly lastRecompileMs: number;
}

/** What is configured, and what was made of it. */
interface Learning {
  readonly config: Learnable;
  readonly latency: LatencyConfig;
  readonly map: GeoMap;
  readonly countries: CountryTable;
}

/** Learns round-trip times while the server runs: what comes in, the thread that learns, and what is served by. */
export class Latency {
  readonly #log: Log;
  readonly #onEstimates: () => void;
  readonly #addedMs: () => ReadonlyMap<string, number>;
  readonly #intake: Intake;
  readonly #queue = new BatchQueue<Report>(QUEUE_MAX);
  #learning: Learning | undefined;
  #learner: Learner | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isPumping = false;
  #isTicking = false;
  #served: { readonly block: ServedBlock; readonly networks: MarkedNetworks } | undefined;
  #latest: Served | undefined;
  #counts: LatencyCounts | undefined;
  #lastRecompileMs = 0;
  #overlaid: { readonly map: GeoMap; readonly block: ServedBlock; readonly result: GeoMap } | undefined;

  /**
   * @param onEstimates called when clients may be served otherwise.
   * @param addedMs by region: how much slower than usual it is itself, by its probes.
   */
  constructor(log: Log, onEstimates: () => void, addedMs: () => ReadonlyMap<string, number>) {
    this.#log = log;
    this.#onEstimates = onEstimates;
    this.#addedMs = addedMs;
    this.#intake = new Intake(log, (measurements) => this.#take(measurements));
  }

  /** What to compile a configuration by: the map, with cells for networks that are served by themselves, and estimates. In slices. */
  *overlaying(
    map: GeoMap,
    config: LatencyConfig | undefined,
  ): Sliced<{ readonly map: GeoMap; readonly knowledge?: Knowledge }> {
    if (config === undefined || this.#served === undefined) return { map };
    const { block, networks } = this.#served;
    if (this.#overlaid?.map !== map || this.#overlaid.block !== block) {
      this.#overlaid = { map, block, result: yield* layingNetworks(map, networks) };
    }
    const { result } = this.#overlaid;
    const served = new Served(block);
    const latest = (): Served => this.#latest ?? served;
    return { map: result, knowledge: knowledgeOf(served, latest, config.explorationPerMille) };
  }

  /** Goes on by a configuration, with what was learned. Resolves when there are estimates, or it is said why not. */
  async configure(config: Learnable, map: GeoMap, countries: CountryTable): Promise<void> {
    clearInterval(this.#timer);
    if (config.latency === undefined) return this.stop();
    this.#learning = { config, latency: config.latency, map, countries };
    await this.#begin();
    await this.#intake.configure(listenerSettingsOf(config, config.latency));
    this.#timer = setInterval(() => void this.#tick(), config.latency.periodMs).unref();
  }

  /** Takes the operator's word; undefined where nothing is learned. */
  async importRows(rows: readonly TableRow[]): Promise<LearnerReplies['rows'] | undefined> {
    return this.#learner?.ask({ kind: 'rows', rows });
  }

  /** Makes estimates, and keeps what is learned; resolves with the file's path, or undefined where nothing is learned. */
  async save(): Promise<string | undefined> {
    if (this.#learning === undefined || this.#learner === undefined) return undefined;
    await this.#recompile();
    await this.#learner.ask({ kind: 'save' });
    return this.#learning.latency.file;
  }

  /** Tries again to listen, where others were in the way. */
  listenAgain(): void {
    this.#intake.retry();
  }

  get status(): LatencyStatus | undefined {
    if (this.#learning === undefined) return undefined;
    return {
      file: this.#learning.latency.file,
      isListening: this.#intake.isListening,
      counts: this.#counts,
      refusedOverHttp: this.#intake.refused,
      dropped: this.#intake.dropped + this.#queue.dropped,
      networks: this.#served?.block.networks.length ?? 0,
      lastRecompileMs: this.#lastRecompileMs,
    };
  }

  /** Keeps what is learned, and ends. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    const learner = this.#learner;
    await this.#intake.stop();
    await this.#try('save', async () => void (await learner?.ask({ kind: 'save' })));
    this.#learning = undefined;
    this.#learner = undefined;
    this.#served = undefined;
    await learner?.end();
  }

  async #begin(): Promise<void> {
    await this.#try('begin', async () => {
      if (this.#learning === undefined) return;
      const { config, latency, countries } = this.#learning;
      this.#learner ??= this.#startLearner();
      const { fault } = await this.#learner.ask({
        kind: 'begin',
        curriculum: curriculumOf(config, latency, countries),
      });
      if (fault !== undefined) await this.#setAside(latency.file, fault);
      await this.#recompile();
    });
  }

  #startLearner(): Learner {
    const learner = new Learner((why) => {
      this.#log.error({ why }, 'latency thread died; starting another in the next period');
      if (this.#learner === learner) this.#learner = undefined;
    });
    return learner;
  }

  /** What can't be read is not written over: somebody may mend it. */
  async #setAside(file: string, fault: string): Promise<void> {
    const aside = `${file}.unread`;
    this.#log.error({ file, fault, aside }, 'latency state cannot be read; learning begins anew');
    await rename(file, aside);
  }

  #take(measurements: readonly Measurement[]): void {
    if (this.#learning === undefined) return;
    for (const measurement of measurements) {
      const report = placed(measurement, this.#learning.map);
      if (report !== undefined) this.#queue.push(report);
    }
    void this.#pump();
  }

  async #pump(): Promise<void> {
    if (this.#isPumping) return;
    this.#isPumping = true;
    await this.#try('report', async () => {
      while (this.#learner !== undefined && this.#queue.length > 0) {
        this.#counts = await this.#learner.ask({ kind: 'reports', reports: this.#queue.take(BATCH_MAX) });
      }
    });
    this.#isPumping = false;
  }

  async #tick(): Promise<void> {
    if (this.#isTicking) return;
    this.#isTicking = true;
    this.#intake.retry();
    if (this.#learner === undefined) await this.#begin();
    else await this.#try('recompile', () => this.#recompile());
    await this.#try('save', async () => void (await this.#learner?.ask({ kind: 'save' })));
    this.#isTicking = false;
  }

  async #recompile(): Promise<void> {
    const reply = await this.#learner?.ask({ kind: 'recompile', addedMs: this.#addedMs() });
    if (reply === undefined || this.#learning === undefined) return;
    const before = this.#served?.block;
    this.#counts = reply.counts;
    this.#lastRecompileMs = reply.durationMs;
    this.#latest = new Served(reply.block);
    if (before !== undefined && isServedAlike(before, reply.block)) return;
    this.#served = reply;
    this.#onEstimates();
  }

  async #try(what: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#log.error({ what, why: (error as Error).message }, 'latency is not learned');
    }
  }
}
