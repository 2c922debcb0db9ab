import { ASN_SPAN } from '../estimating/grouping.ts';
import { NO_ROW, ServedRows } from './served-rows.ts';

/** What is known of nobody: what {@link ServedTimes} begin with. */
const NOTHING = { groups: new Float64Array(0), networks: [], ms: new Float32Array(0) } as const;

/** Times by which clients are sent, as they stand in a block. */
export interface TimeTable {
  readonly groups: Float64Array;
  readonly networks: readonly string[];
  /** A row for each group, then for each network; a column for each region. */
  readonly ms: Float32Array;
}

/**
 * The times by which clients are sent, looked up by who they are; written to an array, as a recompile asks for
 * millions.
 */
export class ServedTimes {
  readonly #rows: ServedRows;
  readonly #ms: Float32Array;
  readonly #width: number;

  constructor(regionCount: number, { groups, networks, ms }: TimeTable = NOTHING) {
    this.#rows = new ServedRows(groups, networks);
    this.#ms = ms;
    this.#width = regionCount;
  }

  /** False, and nothing is written, where there are none; as for the others. */
  readGroup(group: number, out: Float32Array): boolean {
    const asn = group % ASN_SPAN;
    return this.#read(this.#rows.ofGroup((group - asn) / ASN_SPAN, asn), out);
  }

  readNetwork(network: string, out: Float32Array): boolean {
    return this.#read(this.#rows.ofNetwork(network), out);
  }

  /** Of what the networks of a group are served by that have no times of their own. */
  readAround(group: number, out: Float32Array): boolean {
    const asn = group % ASN_SPAN;
    return this.#read(this.#rows.around((group - asn) / ASN_SPAN, asn), out);
  }

  #read(row: number, out: Float32Array): boolean {
    if (row === NO_ROW) return false;
    const start = row * this.#width;
    for (let region = 0; region < this.#width; region++) out[region] = this.#ms[start + region]!;
    return true;
  }
}
