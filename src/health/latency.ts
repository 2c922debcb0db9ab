// At one probe each 10 s this is the last 10 minutes.
const SAMPLES_MAX = 64;

// Fewer say nothing of what is usual.
const SAMPLES_MIN = 16;

// One slow probe is chance; the median of so many is not.
const RECENT_COUNT = 5;

// Below a twentieth of the median, and a millisecond, it is the scheduler that is measured.
const SPREAD_MIN_PART = 0.05;
const SPREAD_MIN_MS = 1;

/** The median absolute deviation of a normal distribution is its standard deviation times this. */
const MAD_TO_SIGMA = 0.6745;

/** What an endpoint's own probes took lately. */
export class LatencyHistory {
  readonly #samplesMs = new Float32Array(SAMPLES_MAX);
  #count = 0;

  add(durationMs: number): void {
    this.#samplesMs[this.#count++ % SAMPLES_MAX] = durationMs;
  }

  /**
   * How far the last few are from what was usual before, in standard deviations (a robust z-score: median and median
   * absolute deviation, which a few outliers do not move). 0 while too little is known.
   */
  zScore(): number {
    if (this.#count < SAMPLES_MIN) return 0;
    const kept = Math.min(this.#count, SAMPLES_MAX);
    const inOrder = new Float32Array(kept);
    for (let age = 0; age < kept; age++) inOrder[age] = this.#samplesMs[(this.#count - 1 - age) % SAMPLES_MAX]!;
    const recent = median(inOrder.subarray(0, RECENT_COUNT));
    const usual = inOrder.subarray(RECENT_COUNT);
    const middle = median(usual);
    const deviation = median(usual.map((ms) => Math.abs(ms - middle)));
    const spread = Math.max(deviation, SPREAD_MIN_MS, SPREAD_MIN_PART * middle);
    return (MAD_TO_SIGMA * (recent - middle)) / spread;
  }
}

/** Of floats: those are sorted without calling back, which makes thousands of scores a second affordable. */
function median(values: Float32Array): number {
  const sorted = values.toSorted();
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}
