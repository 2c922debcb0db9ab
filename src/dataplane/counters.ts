import { COUNTER, COUNTERS, type CounterName } from '../snapshot/streams.ts';

/** What this worker counts, for the control plane to read at its leisure. */
export class Counters {
  readonly #row: Float64Array;

  constructor(table: SharedArrayBuffer, index: number) {
    this.#row = new Float64Array(table, index * COUNTERS * Float64Array.BYTES_PER_ELEMENT, COUNTERS);
  }

  add(name: CounterName): void {
    this.#row[COUNTER[name]]++;
  }
}
