import type { LatencyConfig } from '../../config/latency-config.ts';
import type { CountryTable } from '../../geo/countries.ts';
import type { GeoMap } from '../../geo/geomap.ts';
import type { TableRow } from '../../latency/learned/table.ts';
import type { Knowledge } from '../../steering/step.ts';
import type { Sliced } from '../../util/slices.ts';
import type { Log } from '../log.ts';
import { Intake } from './intake.ts';
import type { LatencyStatus } from './latency-status.ts';
import { Learning } from './learning.ts';
import type { Measurement } from './measurement.ts';
import type { LearnerReplies } from './messages.ts';
import { placedRow } from './placing.ts';
import { type LearningConfig, learnerSettingsOf, listenerSettingsOf } from './thread-settings.ts';

/** What is in force where round-trip times are learned. */
interface InForce {
  readonly latency: LatencyConfig;
  readonly map: GeoMap;
}

/** Learns round-trip times while the server runs, by its configuration: what comes in, and period after period. */
export class Latency {
  readonly #intake: Intake;
  readonly #learning: Learning;
  #inForce: InForce | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isTicking = false;

  /**
   * @param onEstimates called when clients may be served otherwise.
   * @param addedMs by region: how much slower than usual it is itself, by its probes.
   */
  constructor(log: Log, onEstimates: () => void, addedMs: () => ReadonlyMap<string, number>) {
    this.#intake = new Intake(log, (measurements) => this.#take(measurements));
    this.#learning = new Learning(log, onEstimates, addedMs);
  }

  /** As {@link ServedEstimates.overlaying}. */
  overlaying(
    map: GeoMap,
    config: LatencyConfig | undefined,
  ): Sliced<{ readonly map: GeoMap; readonly knowledge?: Knowledge }> {
    return this.#learning.served.overlaying(map, config);
  }

  /** Goes on by a configuration, with what was learned. Resolves as {@link Learning.begin}, and when it listens. */
  async configure(config: LearningConfig, map: GeoMap, countries: CountryTable): Promise<void> {
    const { latency } = config;
    clearInterval(this.#timer);
    if (latency === undefined) return this.stop();
    this.#inForce = { latency, map };
    await this.#learning.begin(learnerSettingsOf(config, latency, countries));
    await this.#intake.configure(listenerSettingsOf(config, latency));
    this.#timer = setInterval(() => void this.#tick(), latency.periodMs).unref();
  }

  /** Takes rows of a table in; undefined where nothing is learned. */
  async importRows(rows: readonly TableRow[]): Promise<LearnerReplies['rows'] | undefined> {
    if (this.#inForce === undefined) return undefined;
    const { map } = this.#inForce;
    return this.#learning.importRows(rows.map((row) => placedRow(row, map)));
  }

  /** Saves what is learned; resolves with the file's path, or undefined where nothing is learned. */
  async save(): Promise<string | undefined> {
    const file = this.#inForce?.latency.file;
    return file !== undefined && (await this.#learning.save()) ? file : undefined;
  }

  /** Tries again to listen, where others were in the way. */
  listenAgain(): void {
    this.#intake.retry();
  }

  get status(): LatencyStatus | undefined {
    if (this.#inForce === undefined) return undefined;
    const { counts, dropped, served, lastRecompileMs } = this.#learning;
    return {
      file: this.#inForce.latency.file,
      isListening: this.#intake.isListening,
      counts,
      refusedOverHttp: this.#intake.refused,
      dropped: this.#intake.dropped + dropped,
      networks: served.networks,
      lastRecompileMs,
    };
  }

  /** Saves what is learned, and ends. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#intake.stop();
    await this.#learning.end();
    this.#inForce = undefined;
  }

  #take(measurements: readonly Measurement[]): void {
    if (this.#inForce !== undefined) this.#learning.report(measurements, this.#inForce.map);
  }

  /** Ends a period, unless the end of the one before is still under way. */
  async #tick(): Promise<void> {
    if (this.#isTicking) return;
    this.#isTicking = true;
    this.#intake.retry();
    await this.#learning.endPeriod();
    this.#isTicking = false;
  }
}
