import type { Place } from '../estimating/compiled.ts';
import { EstimateRow } from '../estimating/estimate-row.ts';
import { NO_SOURCE } from '../estimating/estimate-source.ts';
import type { Estimates } from '../estimating/estimates.ts';
import type { NewTimes } from './hold.ts';

/** The times of one client after the other, its regions' own slowness included. */
export class NewTimesRow implements NewTimes {
  readonly ms: Float32Array;
  readonly hasChanged: Uint8Array;
  /** What they rest on. */
  readonly row: EstimateRow;

  constructor(regionCount: number) {
    this.ms = new Float32Array(regionCount);
    this.hasChanged = new Uint8Array(regionCount);
    this.row = new EstimateRow(regionCount);
  }

  /** Whether any of them is the network's own. */
  get isOwn(): boolean {
    return this.row.isOwn;
  }

  /**
   * @param added by region: its own slowness.
   * @param addedChanged by region: 1 where that was found to have changed.
   */
  read(estimates: Estimates, place: Place, added: Float32Array, addedChanged: Uint8Array): void {
    const row = this.row;
    estimates.read(place, row);
    for (let region = 0; region < this.ms.length; region++) {
      const isKnown = row.sources[region] !== NO_SOURCE;
      this.ms[region] = isKnown ? row.ms[region]! + added[region]! : Number.NaN;
      this.hasChanged[region] = addedChanged[region]! | row.hasChanged[region]!;
    }
  }
}
