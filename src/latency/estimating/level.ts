import { NO_SOURCE } from './estimate-source.ts';
import type { Belief } from './shrink.ts';

/** What is believed of a pair, and on what grounds. */
export interface Grounded {
  readonly belief: Belief;
  /** Networks or samples behind it. */
  readonly samples: number;
  readonly ageMs: number;
}

/** What a level of the hierarchy says of a pair; made once and written again, as a recompile asks for millions. */
export class Level {
  // NaN from the start: a field that began as a small integer would be made anew with the first fraction.
  readonly belief = { lnMs: Number.NaN, variance: Number.NaN };
  samples = Number.NaN;
  ageMs = Number.NaN;
  /** One of SOURCE, or NO_SOURCE: then the rest means nothing. */
  source: number = NO_SOURCE;

  write({ belief, samples, ageMs }: Grounded, source: number): void {
    this.belief.lnMs = belief.lnMs;
    this.belief.variance = belief.variance;
    this.samples = samples;
    this.ageMs = ageMs;
    this.source = source;
  }
}
