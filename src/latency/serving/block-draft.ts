import type { EstimateRow } from '../estimating/estimate-row.ts';
import { NO_SOURCE } from '../estimating/estimate-source.ts';
import { MS_AN_HOUR, SAMPLES_MAX, type ServedBlock } from './served-block.ts';

/**
 * A block in the making: rows are written where they stay, one after the other. There may be as many as autonomous
 * systems in the world, and as objects first they would take several times what they take in the block.
 */
export class BlockDraft {
  readonly groups: Float64Array;
  /** What was written so far: rows are complete before they are looked up. */
  readonly ms: Float32Array;
  readonly #uncertaintyMs: Float16Array;
  readonly #samples: Float16Array;
  readonly #ageHours: Float16Array;
  readonly #sources: Uint8Array;
  readonly #width: number;
  #end = 0;

  /**
   * @param groups ascending; their rows come first.
   * @param networksMax room for so many more rows: pages that nothing was written to take no memory.
   */
  constructor(regionCount: number, groups: Float64Array, networksMax: number) {
    const pairs = (groups.length + networksMax) * regionCount;
    this.groups = groups;
    this.ms = new Float32Array(pairs);
    this.#uncertaintyMs = new Float16Array(pairs);
    this.#samples = new Float16Array(pairs);
    this.#ageHours = new Float16Array(pairs);
    this.#sources = new Uint8Array(pairs);
    this.#width = regionCount;
  }

  /** Adds the next row: the times by which its clients are sent, and what these rest on. */
  add(ms: Float32Array, row: EstimateRow): void {
    this.ms.set(ms, this.#end);
    for (let region = 0; region < this.#width; region++) {
      const at = this.#end + region;
      const isKnown = row.sources[region] !== NO_SOURCE;
      this.#uncertaintyMs[at] = isKnown ? row.uncertaintyMs[region]! : Number.NaN;
      this.#samples[at] = isKnown ? Math.min(SAMPLES_MAX, row.samples[region]!) : Number.NaN;
      this.#ageHours[at] = isKnown ? row.ageMs[region]! / MS_AN_HOUR : Number.NaN;
      if (isKnown) this.#sources[at] = row.sources[region]!;
    }
    this.#end += this.#width;
  }

  /** The block of what was written, which is not written again. `networks` are the rows behind those of the groups. */
  finish(about: Pick<ServedBlock, 'regions' | 'networks' | 'addedMs' | 'fit'>): ServedBlock {
    return {
      ...about,
      groups: this.groups,
      ms: this.ms.subarray(0, this.#end),
      uncertaintyMs: this.#uncertaintyMs.subarray(0, this.#end),
      samples: this.#samples.subarray(0, this.#end),
      ageHours: this.#ageHours.subarray(0, this.#end),
      sources: this.#sources.subarray(0, this.#end),
    };
  }
}
