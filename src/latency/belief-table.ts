import type { Belief } from './shrink.ts';

/** What is believed of a pair, and on what grounds. */
export interface Grounded {
  readonly belief: Belief;
  /** Networks or samples behind it. */
  readonly samples: number;
  readonly ageMs: number;
}

/** Beliefs by row and region, in 16 octets each: there may be as many as autonomous systems in the world, times regions. */
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

  get(row: number, region: number): Grounded | undefined {
    const place = row * this.#regionCount + region;
    const variance = this.#variance[place]!;
    if (variance === 0) return undefined; // no belief is certain: 0 is an empty place
    const belief = { lnMs: this.#lnMs[place]!, variance };
    return { belief, samples: this.#samples[place]!, ageMs: this.#ageSeconds[place]! * 1000 };
  }
}
