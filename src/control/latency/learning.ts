import { setTimeout } from 'node:timers/promises';
import type { GeoMap } from '../../geo/geomap.ts';
import type { TableRow } from '../../latency/learned/table.ts';
import type { LatencyCounts } from '../../latency/model.ts';
import type { Log } from '../log.ts';
import { Learner } from './learner.ts';
import type { Measurement } from './measurement.ts';
import type { LearnerReplies, LearnerSettings } from './messages.ts';
import { ReportFeed } from './report-feed.ts';
import { ServedEstimates } from './served-estimates.ts';
import { setAside } from './set-aside.ts';

/**
 * How long a start waits for new estimates. With those that were kept it goes on by them. Without any it waits for
 * longer, as its answers would send clients elsewhere, but not for ever.
 */
const CATCH_UP_MS_MAX = { withEstimates: 2000, without: 30_000 } as const;

/** At the end what is learned is saved, if that takes no longer; else what was saved in the period before stays. */
const SAVE_MS_MAX = 10_000;

/** Keeps a thread that learns, and the estimates that it made last. */
export class Learning {
  readonly served = new ServedEstimates();
  readonly #log: Log;
  readonly #onEstimates: () => void;
  readonly #addedMs: () => ReadonlyMap<string, number>;
  readonly #feed: ReportFeed;
  /** Undefined before it begins, and when it has ended. */
  #settings: LearnerSettings | undefined;
  #learner: Learner | undefined;
  /** Whether rows of the operator's are in no estimates yet. */
  #isTold = false;
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
    this.#feed = new ReportFeed(
      () => this.#learner,
      (counts) => {
        this.#counts = counts;
      },
    );
  }

  /** What the thread has taken and kept, as of its last reply. */
  get counts(): LatencyCounts | undefined {
    return this.#counts;
  }

  /** Reports for which there was no room. */
  get dropped(): number {
    return this.#feed.dropped;
  }

  get lastRecompileMs(): number {
    return this.#lastRecompileMs;
  }

  /**
   * Goes on by these settings, with what was learned. Resolves when there are estimates, when it is logged why there
   * are none, or when it takes too long.
   */
  async begin(settings: LearnerSettings): Promise<void> {
    this.#settings = settings;
    await this.#try('begin', async () => {
      const isNew = this.#learner === undefined;
      this.#learner ??= this.#startLearner();
      const { kept } = await this.#learner.ask({ kind: 'begin', settings });
      const learned = this.#try('begin', () => this.#catchUp(isNew));
      const hasSome = kept !== undefined || this.served.isKnown;
      const waitMs = hasSome ? CATCH_UP_MS_MAX.withEstimates : CATCH_UP_MS_MAX.without;
      await Promise.race([learned, setTimeout(waitMs, undefined, { ref: false })]);
      if (kept !== undefined && !this.served.isKnown) this.served.take(kept);
    });
  }

  /** Takes what was measured in, with where its networks are. */
  report(measurements: readonly Measurement[], map: GeoMap): void {
    this.#feed.add(measurements, map);
    void this.#try('report', () => this.#feed.feed());
  }

  /** Takes rows of a table in; undefined where there is no thread. */
  async importRows(rows: readonly TableRow[]): Promise<LearnerReplies['rows'] | undefined> {
    this.#isTold = true;
    return this.#learner?.ask({ kind: 'rows', rows });
  }

  /** Ends a period: makes estimates, or starts another thread where the last one died, and saves. */
  async endPeriod(): Promise<void> {
    if (this.#settings === undefined) return;
    if (this.#learner === undefined) await this.begin(this.#settings);
    else await this.#try('recompile', () => this.#recompile(true));
    await this.#try('save', () => this.#save());
  }

  /**
   * Saves what is learned; false where there is no thread. Estimates are made only where the operator said something
   * new. That ends no period, after which every source might report again.
   */
  async save(): Promise<boolean> {
    if (this.#learner === undefined) return false;
    if (this.#isTold) await this.#recompile(false);
    await this.#save();
    return true;
  }

  /** Saves what is learned, and forgets it. */
  async end(): Promise<void> {
    const learner = this.#learner;
    await this.#try('save', async () => {
      const isOverdue = setTimeout(SAVE_MS_MAX, true, { ref: false });
      if ((await Promise.race([this.#save(), isOverdue])) === true) throw new Error('it has no time to save');
    });
    this.#settings = undefined;
    this.#learner = undefined;
    this.served.forget();
    await learner?.end();
  }

  #startLearner(): Learner {
    const learner = new Learner((why) => {
      this.#log.error({ why }, 'latency thread died; starting another in the next period');
      if (this.#learner === learner) this.#learner = undefined;
    });
    return learner;
  }

  /** Estimates by what was learned before, too: with a million cells it takes a minute on a busy machine. */
  async #catchUp(isNew: boolean): Promise<void> {
    const { fault } = isNew ? ((await this.#learner?.ask({ kind: 'restore' })) ?? {}) : {};
    if (fault !== undefined && this.#settings !== undefined) await this.#setAside(this.#settings.file, fault);
    await this.#recompile(isNew);
    // The next start may come before the next period.
    if (isNew) void this.#try('save', () => this.#save());
  }

  /** What can't be read is not written over: somebody may mend it. */
  async #setAside(file: string, fault: string): Promise<void> {
    const aside = await setAside(file);
    this.#log.error({ file, fault, aside }, 'latency state cannot be read; learning begins anew');
  }

  async #recompile(isPeriodOver: boolean): Promise<void> {
    this.#isTold = false;
    const reply = await this.#learner?.ask({ kind: 'recompile', addedMs: this.#addedMs(), isPeriodOver });
    if (reply === undefined || this.#settings === undefined) return;
    this.#counts = reply.counts;
    this.#lastRecompileMs = reply.durationMs;
    if (this.served.take(reply)) this.#onEstimates();
  }

  async #save(): Promise<void> {
    await this.#learner?.ask({ kind: 'save' });
  }

  async #try(what: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (this.#settings === undefined) return; // it was ended in the middle
      this.#log.error({ what, why: (error as Error).message }, 'latency is not learned');
    }
  }
}
