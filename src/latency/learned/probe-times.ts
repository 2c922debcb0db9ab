import { median } from '../../util/median.ts';
import { fade } from './fade.ts';

/** One slow probe is chance; the median of so many is not. */
const RECENT_COUNT = 5;

/** Fewer probes say nothing of what is usual. */
const USUAL_COUNT = 16;

/**
 * The usual time follows the measured ones: quickly downwards, since a slow start says nothing; upwards so slowly that
 * an outage does not pass for usual.
 */
const FALL_HALF_LIFE_MS = 30 * 60_000;
const RISE_HALF_LIFE_MS = 6 * 3_600_000;

/** Less than this is the scheduler of one end or the other. */
const EXCESS_MIN_MS = 2;
/** And so many mean deviations happen by chance. */
const EXCESS_DEVIATIONS = 3;

/** The weight of one probe in the usual deviation. */
const DEVIATION_GAIN = 1 / 32;
/** One slow probe must not pass for usual noise: it counts for so many times the deviation at most. */
const DEVIATION_CLIP = 3;
const DEVIATION_MIN_MS = 0.2;

/**
 * What the probes of one endpoint take: lately, and usually. Times of probes that passed, in the order in which they
 * ended.
 */
export class ProbeTimes {
  readonly #lastMs = new Float32Array(USUAL_COUNT);
  #count = 0;
  #usualMs = 0;
  #deviationMs = 0;
  #atMs = 0;

  add(durationMs: number, atMs: number): void {
    this.#lastMs[this.#count++ % USUAL_COUNT] = durationMs;
    if (this.#count === USUAL_COUNT) this.#begin();
    else if (this.#count > USUAL_COUNT) this.#follow(durationMs, atMs - this.#atMs);
    this.#atMs = atMs;
  }

  /** By how much the last probes took longer than usual; 0 where that may be chance, or too little is known. */
  get excessMs(): number {
    if (this.#count < USUAL_COUNT) return 0;
    const excessMs = this.#recentMs() - this.#usualMs;
    return excessMs > Math.max(EXCESS_MIN_MS, EXCESS_DEVIATIONS * this.#deviationMs) ? excessMs : 0;
  }

  #begin(): void {
    const all = [...this.#lastMs];
    this.#usualMs = median(all);
    this.#deviationMs = median(all.map((ms) => Math.abs(ms - this.#usualMs)));
  }

  #follow(durationMs: number, passedMs: number): void {
    const recentMs = this.#recentMs();
    const left = fade(passedMs, recentMs < this.#usualMs ? FALL_HALF_LIFE_MS : RISE_HALF_LIFE_MS);
    this.#usualMs = recentMs + left * (this.#usualMs - recentMs);
    const mostMs = DEVIATION_CLIP * Math.max(DEVIATION_MIN_MS, this.#deviationMs);
    // About the recent ones: a slow spell is no noise.
    const deviationMs = Math.min(mostMs, Math.abs(durationMs - recentMs));
    this.#deviationMs += DEVIATION_GAIN * (deviationMs - this.#deviationMs);
  }

  #recentMs(): number {
    const recent = Array.from(
      { length: RECENT_COUNT },
      (_, age) => this.#lastMs[(this.#count - 1 - age) % USUAL_COUNT]!,
    );
    return median(recent);
  }
}
