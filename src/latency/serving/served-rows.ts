import { groupNumber } from '../estimating/grouping.ts';
import { NO_COUNTRY } from '../learned/cell-key.ts';

/** Where there is no row. */
export const NO_ROW = -1;

/**
 * Which row of a table is whose: groups come first, ascending by their numbers, so that they need no index; then
 * networks, by their names.
 */
export class ServedRows {
  readonly #groups: Float64Array;
  readonly #networks: ReadonlyMap<string, number>;

  constructor(groups: Float64Array, networks: readonly string[]) {
    this.#groups = groups;
    this.#networks = new Map(networks.map((network, at) => [network, groups.length + at]));
  }

  /** Of a country or of an autonomous system in one, see {@link groupNumber}. */
  ofGroup(country: number, asn: number): number {
    const group = groupNumber(country, asn);
    const groups = this.#groups;
    let [low, high] = [0, groups.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (groups[middle]! < group) low = middle + 1;
      else high = middle;
    }
    return groups[low] === group ? low : NO_ROW;
  }

  ofNetwork(network: string): number {
    return this.#networks.get(network) ?? NO_ROW;
  }

  /** Of the group, else of its system in no country, else of its country. */
  around(country: number, asn: number): number {
    const row = this.ofGroup(country, asn);
    if (row !== NO_ROW) return row;
    const anywhere = this.ofGroup(NO_COUNTRY, asn);
    return anywhere === NO_ROW ? this.ofGroup(country, 0) : anywhere;
  }
}
