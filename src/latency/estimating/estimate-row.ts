import { NO_SOURCE, SOURCE } from './estimate-source.ts';
import type { Level } from './level.ts';

/** The estimates of one client, by region; made once and filled for one client after the other. */
export class EstimateRow {
  readonly ms: Float64Array;
  readonly uncertaintyMs: Float64Array;
  readonly samples: Float64Array;
  readonly ageMs: Float64Array;
  /** Numbers of SOURCES; NO_SOURCE where nothing is known, and the figures mean nothing. */
  readonly sources: Uint8Array;
  /** 1 where the times of what the client is in were found to have changed, beyond chance. */
  readonly hasChanged: Uint8Array;
  /** Whether any of them is the network's own. */
  isOwn = false;

  constructor(regionCount: number) {
    this.ms = new Float64Array(regionCount);
    this.uncertaintyMs = new Float64Array(regionCount);
    this.samples = new Float64Array(regionCount);
    this.ageMs = new Float64Array(regionCount);
    this.sources = new Uint8Array(regionCount).fill(NO_SOURCE);
    this.hasChanged = new Uint8Array(regionCount);
  }

  clear(): void {
    this.sources.fill(NO_SOURCE);
    this.hasChanged.fill(0);
    this.isOwn = false;
  }

  set(region: number, { belief, samples, ageMs, source }: Level): void {
    const ms = Math.exp(belief.lnMs);
    this.ms[region] = ms;
    this.uncertaintyMs[region] = ms * Math.sqrt(belief.variance);
    this.samples[region] = samples;
    this.ageMs[region] = ageMs;
    this.sources[region] = source;
    if (source === SOURCE.network) this.isOwn = true;
  }
}
