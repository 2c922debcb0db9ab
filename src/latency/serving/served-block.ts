import { isDeepStrictEqual } from 'node:util';

/**
 * Estimates as they are handed from thread to thread: a row for each group of clients, then one for each network that
 * is served by itself; a column for each region. NaN where nothing is known. Two or three live at a time, of two
 * million pairs each: so what nothing is decided by has 16 bits, which is 0.05 %.
 */
export interface ServedBlock {
  readonly regions: readonly { readonly name: string; readonly latitude: number; readonly longitude: number }[];
  /** By row: a country or an autonomous system in it, see `groupNumber`; ascending, so that nobody needs an index. */
  readonly groups: Float64Array;
  /** By row, from the first behind the groups. */
  readonly networks: readonly string[];
  /** By which clients are sent, the region's own slowness included. */
  readonly ms: Float32Array;
  readonly uncertaintyMs: Float16Array;
  /** At most {@link SAMPLES_MAX}. */
  readonly samples: Float16Array;
  readonly ageHours: Float16Array;
  /** Indices of `SOURCES`. */
  readonly sources: Uint8Array;
  /** By region, its own slowness as health probes see it: part of the times of all clients. */
  readonly addedMs: Float32Array;
  /** A round-trip time by distance: where nothing is measured, and a client's position is known. */
  readonly fit: { readonly baseMs: number; readonly msPerKm: number; readonly spreadMs: number };
}

/** An age in a block is in hours. */
export const MS_AN_HOUR = 3_600_000;

/** The largest number of 16 bits (IEEE 754 binary16): of more samples nobody wants to know how many. */
export const SAMPLES_MAX = 65_504;

/**
 * The figures of a block that have an entry for each pair, by name: what is handed over and kept as it lies in memory.
 */
export const PAIR_FIGURES = ['ms', 'uncertaintyMs', 'samples', 'ageHours', 'sources'] as const;

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

/** Octet by octet: value by value a million would block the main thread. */
function isSame(one: ArrayBufferView, other: ArrayBufferView): boolean {
  const [octets, others] = [one, other].map((view) => new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
  return Buffer.compare(octets!, others!) === 0;
}
