import { isDeepStrictEqual } from 'node:util';
import { distanceKm } from '../../util/distance.ts';
import { SOURCES } from '../estimating/estimate-source.ts';
import type { ClientCell, Estimate } from '../estimating/estimates.ts';
import { groupNumber } from '../estimating/grouping.ts';
import { countryNumber, NO_COUNTRY } from '../learned/cell-key.ts';

/**
 * Estimates as they are handed from thread to thread: a row for each group of clients, then one for each network that is
 * served by itself; a column for each region. NaN where nothing is known.
 */
export interface ServedBlock {
  readonly regions: readonly { readonly name: string; readonly latitude: number; readonly longitude: number }[];
  /** By row: a country or an autonomous system in it, see {@link groupNumber}; ascending, so that nobody needs an index. */
  readonly groups: Float64Array;
  /** By row, from the first behind the groups. */
  readonly networks: readonly string[];
  /** By which clients are sent, the region's own slowness included. */
  readonly ms: Float32Array;
  readonly uncertaintyMs: Float32Array;
  readonly samples: Float32Array;
  readonly ageSeconds: Float32Array;
  /** Indices of {@link SOURCES}. */
  readonly sources: Uint8Array;
  /** By region, its own slowness as health probes see it: part of the times of all clients. */
  readonly addedMs: Float32Array;
  /** A round-trip time by distance: where nothing is measured, and a client's position is known. */
  readonly fit: { readonly baseMs: number; readonly msPerKm: number; readonly spreadMs: number };
}

/** Octet by octet: value by value a million would block the main thread. */
function isSame(one: ArrayBufferView, other: ArrayBufferView): boolean {
  const [octets, others] = [one, other].map((view) => new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
  return Buffer.compare(octets!, others!) === 0;
}

/** Whether clients are sent alike by both. */
export function isServedAlike(a: ServedBlock, b: ServedBlock): boolean {
  return (
    isSame(a.groups, b.groups) &&
    isDeepStrictEqual(a.networks, b.networks) &&
    isSame(a.ms, b.ms) &&
    isSame(a.sources, b.sources) &&
    isSame(a.addedMs, b.addedMs) &&
    a.regions.every(({ name }, at) => name === b.regions[at]?.name)
  );
}

/** A client as it is looked up: a network that has no row of its own counts for what it is in. */
export type ServedClient = Pick<ClientCell, 'network' | 'asn' | 'country'> & {
  readonly latitude?: number;
  readonly longitude?: number;
};

/** Looks estimates up in a block. */
export class Served {
  readonly #block: ServedBlock;
  readonly #columns: ReadonlyMap<string, number>;
  readonly #networkRows = new Map<string, number>();

  constructor(block: ServedBlock) {
    this.#block = block;
    this.#columns = new Map(block.regions.map(({ name }, column) => [name, column]));
    for (const [at, network] of block.networks.entries()) this.#networkRows.set(network, block.groups.length + at);
  }

  /** Undefined for a region that is not known, or a client of whom nothing is. */
  estimate(client: ServedClient, region: string): Estimate | undefined {
    const column = this.#columns.get(region);
    if (column === undefined) return undefined;
    for (const row of this.#rowsOf(client)) {
      const found = row === undefined ? undefined : this.#at(row, column);
      // A position says more than a country's middle, as long as nobody has measured.
      if (found !== undefined && !(found.source === 'distance' && client.latitude !== undefined)) return found;
    }
    return this.#byDistance(client, column);
  }

  /** The finest first. */
  #rowsOf({ network, asn, country }: ServedClient): readonly (number | undefined)[] {
    const { groups } = this.#block;
    const number = countryNumber(country);
    return [
      network === undefined ? undefined : this.#networkRows.get(network),
      asn === undefined ? undefined : rowOf(groups, groupNumber(number, asn)),
      asn === undefined ? undefined : rowOf(groups, groupNumber(NO_COUNTRY, asn)),
      rowOf(groups, groupNumber(number, 0)),
    ];
  }

  #at(row: number, column: number): Estimate | undefined {
    const { regions, ms, addedMs, uncertaintyMs, samples, ageSeconds, sources } = this.#block;
    const at = row * regions.length + column;
    if (Number.isNaN(ms[at]!)) return undefined;
    const ground = { uncertaintyMs: uncertaintyMs[at]!, samples: samples[at]!, ageMs: ageSeconds[at]! * 1000 };
    return { ms: ms[at]!, addedMs: addedMs[column]!, ...ground, source: SOURCES[sources[at]!]! };
  }

  #byDistance({ latitude, longitude }: ServedClient, column: number): Estimate | undefined {
    if (latitude === undefined || longitude === undefined) return undefined;
    const { fit, regions } = this.#block;
    const addedMs = this.#block.addedMs[column]!;
    const ms = addedMs + fit.baseMs + fit.msPerKm * distanceKm({ latitude, longitude }, regions[column]!);
    return {
      ms,
      addedMs,
      uncertaintyMs: fit.spreadMs,
      samples: 0,
      ageMs: Number.POSITIVE_INFINITY,
      source: 'distance',
    };
  }
}

/** Where a group stands among ascending ones; undefined where it does not. */
function rowOf(groups: Float64Array, group: number): number | undefined {
  let [low, high] = [0, groups.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (groups[middle]! < group) low = middle + 1;
    else high = middle;
  }
  return groups[low] === group ? low : undefined;
}
