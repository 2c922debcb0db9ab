import type { CounterName } from '../snapshot/counters.ts';
import * as CounterLayout from '../snapshot/counters.ts';
import { DemandRow, type DemandTable, makeDemandTable } from '../snapshot/demand.ts';

// Bound in this module: V8 would look an imported constant up again at each use.
const {
  ANSWERS_AT,
  COUNTED_RCODES,
  COUNTED_TYPES,
  COUNTER,
  LATENCY_AT,
  LATENCY_BITS_MIN,
  LATENCY_BUCKETS,
  ROW_BYTES,
  ROW_CELLS,
} = CounterLayout;

/** Where in a row the answers to a type begin, by type up to the greatest that is counted apart. */
const TYPES_MAX = Math.max(...COUNTED_TYPES);
const OTHER_AT = ANSWERS_AT + COUNTED_TYPES.length * COUNTED_RCODES;
const TYPE_AT = new Int32Array(TYPES_MAX + 1).fill(OTHER_AT);
for (const [index, type] of COUNTED_TYPES.entries()) TYPE_AT[type] = ANSWERS_AT + index * COUNTED_RCODES;

/** What this worker counts, a few additions for each query. The control plane reads it when it likes. */
export class Counters {
  readonly #row: Float64Array;
  readonly #index: number;
  #demand: DemandRow;

  /** @param index the worker's row. */
  constructor(table: SharedArrayBuffer, index: number) {
    this.#index = index;
    this.#row = new Float64Array(table, index * ROW_BYTES, ROW_CELLS);
    this.#demand = new DemandRow(makeDemandTable(1, 0, 0), 0);
  }

  /** Counters that nobody reads. */
  static unread(): Counters {
    return new Counters(new SharedArrayBuffer(ROW_BYTES), 0);
  }

  /** From now on, counts services and regions in this table. It comes with the world whose numbers it has. */
  takeDemand(table: DemandTable): void {
    this.#demand = new DemandRow(table, this.#index);
  }

  add(name: CounterName, count = 1): void {
    this.#row[COUNTER[name]] += count;
  }

  /** Counts an answer that goes out; `qtype` 0: no question could be read. */
  addAnswer(qtype: number, rcode: number, hasSubnet: boolean, isTruncated: boolean): void {
    const row = this.#row;
    row[(qtype > TYPES_MAX ? OTHER_AT : TYPE_AT[qtype]) + rcode]++;
    if (hasSubnet) row[COUNTER.withSubnet]++;
    if (isTruncated) row[COUNTER.truncated]++;
  }

  /** Counts an answer of a service; `region` is that of its first endpoint, -1 if it has none. */
  addDemand(slot: number, region: number): void {
    this.#demand.add(slot, region);
  }

  /** Counts how long an answer took. */
  addLatency(ns: number): void {
    // The bits that the whole nanoseconds take: below 2^6 they are at most 6.
    const bits = 32 - Math.clz32(ns);
    const bucket = Math.min(LATENCY_BUCKETS - 1, Math.max(0, bits - LATENCY_BITS_MIN));
    this.#row[LATENCY_AT + bucket]++;
    this.#row[COUNTER.timedNs] += ns;
  }
}
