import type { Grounded, Level } from './level.ts';

/**
 * Beliefs by row and region, in 16 octets each: there may be as many as autonomous systems in the world, times regions.
 */
export class BeliefTable {
  readonly #regionCount: number;
  readonly #lnMs: Float32Array;
  readonly #variance: Float32Array;
  readonly #samples: Float32Array;
  readonly #ageSeconds: Float32Array;
  #rows = 0;

  constructor(rowsMax: number, regionCount: number) {
    const places = rowsMax * regionCount;
    this.#regionCount = regionCount;
    this.#lnMs = new Float32Array(places);
    this.#variance = new Float32Array(places);
    this.#samples = new Float32Array(places);
    this.#ageSeconds = new Float32Array(places);
  }

  /** The number of a new row with nothing in it. */
  addRow(): number {
    return this.#rows++;
  }

  set(row: number, region: number, { belief, samples, ageMs }: Grounded): void {
    const place = row * this.#regionCount + region;
    this.#lnMs[place] = belief.lnMs;
    this.#variance[place] = belief.variance;
    this.#samples[place] = samples;
    this.#ageSeconds[place] = ageMs / 1000;
  }

  /** Writes what there is to `out`; false, and nothing, where there is none. */
  read(row: number, region: number, out: Level): boolean {
    const place = row * this.#regionCount + region;
    const variance = this.#variance[place]!;
    if (variance === 0) return false; // no belief is certain: 0 is an empty place
    out.belief.lnMs = this.#lnMs[place]!;
    out.belief.variance = variance;
    out.samples = this.#samples[place]!;
    out.ageMs = this.#ageSeconds[place]! * 1000;
    return true;
  }
}
