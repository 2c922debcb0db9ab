import { setTimeout } from 'node:timers/promises';
import type { LatencyConfig } from '../../config/latency-config.ts';
import type { CountryTable } from '../../geo/countries.ts';
import type { GeoMap } from '../../geo/geomap.ts';
import type { TableRow } from '../../latency/learned/table.ts';
import type { LatencyCounts } from '../../latency/model.ts';
import type { Knowledge } from '../../steering/step.ts';
import type { Sliced } from '../../util/slices.ts';
import type { Log } from '../log.ts';
import { curriculumOf, type Learnable, listenerSettingsOf } from './curriculum.ts';
import { Intake } from './intake.ts';
import type { LatencyStatus } from './latency-status.ts';
import { Learner } from './learner.ts';
import type { Measurement } from './measurement.ts';
import type { LearnerReplies } from './messages.ts';
import { placedRow } from './placing.ts';
import { ReportFeed } from './report-feed.ts';
import { ServedEstimates } from './served-estimates.ts';
import { setAside } from './set-aside.ts';

/**
 * Who has estimates of before goes on by these, if new ones take longer. Without any a start waits for longer, as its answers would
 * send clients elsewhere; but not for ever.
 */
const CATCH_UP_MS_MAX = { withEstimates: 2000, without: 30_000 } as const;

/** At the end what is learned is saved, if the thread has time for it; else it is what was saved in the period before. */
const SAVE_MS_MAX = 10_000;

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
  readonly #feed: ReportFeed;
  #learning: Learning | undefined;
  #learner: Learner | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isTicking = false;
  /** Whether the operator's word is in no estimates yet. */
  #isTold = false;
  readonly #served = new ServedEstimates();
  #counts: LatencyCounts | undefined;
  #lastRecompileMs = 0;

  /**
   * @param onEstimates called when clients may be served otherwise.
   * @param addedMs by region: how much slower than usual it is itself, by its probes.
   */
  constructor(log: Log, onEstimates: () => void, addedMs: () => ReadonlyMap<string, number>) {
    this.#log = log;
    this.#onEstimates = onEstimates;
    this.#addedMs = addedMs;
    this.#intake = new Intake(log, (measurements) => this.#take(measurements));
    this.#feed = new ReportFeed(
      () => this.#learner,
      (counts) => {
        this.#counts = counts;
      },
    );
  }

  /** As {@link ServedEstimates.overlaying}. */
  overlaying(
    map: GeoMap,
    config: LatencyConfig | undefined,
  ): Sliced<{ readonly map: GeoMap; readonly knowledge?: Knowledge }> {
    return this.#served.overlaying(map, config);
  }

  /** Goes on by a configuration, with what was learned. Resolves when there are estimates, it is said why not, or it takes too long. */
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
    if (this.#learning === undefined) return undefined;
    const { map } = this.#learning;
    this.#isTold = true;
    return this.#learner?.ask({ kind: 'rows', rows: rows.map((row) => placedRow(row, map)) });
  }

  /**
   * Keeps what is learned; resolves with the file's path, or undefined where nothing is learned. Estimates are made only where
   * the operator said something new, and no period ends with them, after which every source might speak again.
   */
  async save(): Promise<string | undefined> {
    if (this.#learning === undefined || this.#learner === undefined) return undefined;
    if (this.#isTold) await this.#recompile(false);
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
      dropped: this.#intake.dropped + this.#feed.dropped,
      networks: this.#served.networks,
      lastRecompileMs: this.#lastRecompileMs,
    };
  }

  /** Keeps what is learned, and ends. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    const learner = this.#learner;
    await this.#intake.stop();
    await this.#try('save', async () => {
      const saved = learner?.ask({ kind: 'save' });
      const isOverdue = setTimeout(SAVE_MS_MAX, true, { ref: false });
      if ((await Promise.race([saved, isOverdue])) === true) throw new Error('it has no time to save');
    });
    this.#learning = undefined;
    this.#learner = undefined;
    this.#served.forget();
    await learner?.end();
  }

  async #begin(): Promise<void> {
    await this.#try('begin', async () => {
      if (this.#learning === undefined) return;
      const { config, latency, countries } = this.#learning;
      const isNew = this.#learner === undefined;
      this.#learner ??= this.#startLearner();
      const curriculum = curriculumOf(config, latency, countries);
      const { kept } = await this.#learner.ask({ kind: 'begin', curriculum });
      const learned = this.#try('begin', () => this.#catchUp(isNew));
      const hasSome = kept !== undefined || this.#served.isKnown;
      const waitMs = hasSome ? CATCH_UP_MS_MAX.withEstimates : CATCH_UP_MS_MAX.without;
      await Promise.race([learned, setTimeout(waitMs, undefined, { ref: false })]);
      if (kept !== undefined && !this.#served.isKnown) this.#served.take(kept);
    });
  }

  /** Estimates by what was learned before, too: with a million cells it takes a minute on a busy machine. */
  async #catchUp(isNew: boolean): Promise<void> {
    const { fault } = isNew ? ((await this.#learner?.ask({ kind: 'restore' })) ?? {}) : {};
    if (fault !== undefined && this.#learning !== undefined) await this.#setAside(this.#learning.latency.file, fault);
    await this.#recompile(isNew);
    // The next start may come before the next period.
    if (isNew) void this.#try('save', async () => void (await this.#learner?.ask({ kind: 'save' })));
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
    const aside = await setAside(file);
    this.#log.error({ file, fault, aside }, 'latency state cannot be read; learning begins anew');
  }

  #take(measurements: readonly Measurement[]): void {
    if (this.#learning === undefined) return;
    this.#feed.add(measurements, this.#learning.map);
    void this.#try('report', () => this.#feed.feed());
  }

  async #tick(): Promise<void> {
    if (this.#isTicking) return;
    this.#isTicking = true;
    this.#intake.retry();
    if (this.#learner === undefined) await this.#begin();
    else await this.#try('recompile', () => this.#recompile(true));
    await this.#try('save', async () => void (await this.#learner?.ask({ kind: 'save' })));
    this.#isTicking = false;
  }

  async #recompile(isPeriodOver: boolean): Promise<void> {
    this.#isTold = false;
    const reply = await this.#learner?.ask({ kind: 'recompile', addedMs: this.#addedMs(), isPeriodOver });
    if (reply === undefined || this.#learning === undefined) return;
    this.#counts = reply.counts;
    this.#lastRecompileMs = reply.durationMs;
    if (this.#served.take(reply)) this.#onEstimates();
  }

  async #try(what: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (this.#learning === undefined) return; // it was ended in the middle
      this.#log.error({ what, why: (error as Error).message }, 'latency is not learned');
    }
  }
}
