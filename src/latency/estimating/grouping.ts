import type { Sliced } from '../../util/slices.ts';
import type { Cells } from '../learned/cells.ts';

/** Cells of one autonomous system in one country, or of the country where the system is not known (0). */
export interface Group {
  readonly country: number;
  readonly asn: number;
  /** Its part of {@link Grouping.order}. */
  readonly start: number;
  readonly end: number;
}

/** All cells by country and autonomous system. */
export interface Grouping {
  /** Cells, those of a group side by side. */
  readonly order: Uint32Array;
  /** By country number, groups in no order. */
  readonly countries: ReadonlyMap<number, readonly Group[]>;
}

/** A country's groups in {@link groupNumber} are as many. */
export const ASN_SPAN = 0x1_0000_0000;

/** A number for a group: exact, as a country has 10 bits and an autonomous system 32. */
export const groupNumber = (country: number, asn: number): number => country * ASN_SPAN + asn;

/** Cells that are looked at in a slice: some milliseconds. */
const CELLS_A_SLICE = 1 << 14;

/** Sorts cells into their groups, in two passes over them. */
export function* groupingCells(cells: Cells): Sliced<Grouping> {
  const indices = new Map<number, number>();
  const groupOf = new Uint32Array(cells.count);
  const sizes: number[] = [];
  for (let cell = 0; cell < cells.count; cell++) {
    if (cell % CELLS_A_SLICE === 0) yield;
    const number = groupNumber(cells.country(cell), cells.asn(cell));
    const index = indices.get(number) ?? indices.size;
    if (index === sizes.length) {
      indices.set(number, index);
      sizes.push(0);
    }
    groupOf[cell] = index;
    sizes[index]!++;
  }
  const starts = startsOf(sizes);
  const next = Uint32Array.from(starts);
  const order = new Uint32Array(cells.count);
  yield;
  for (let cell = 0; cell < cells.count; cell++) order[next[groupOf[cell]!]!++] = cell;
  return { order, countries: byCountry(indices, starts, sizes) };
}

function startsOf(sizes: readonly number[]): number[] {
  let sum = 0;
  return sizes.map((size) => {
    sum += size;
    return sum - size;
  });
}

function byCountry(indices: ReadonlyMap<number, number>, starts: readonly number[], sizes: readonly number[]) {
  const countries = new Map<number, Group[]>();
  for (const [number, index] of indices) {
    const country = Math.trunc(number / ASN_SPAN);
    const group = { country, asn: number % ASN_SPAN, start: starts[index]!, end: starts[index]! + sizes[index]! };
    const groups = countries.get(country);
    if (groups === undefined) countries.set(country, [group]);
    else groups.push(group);
  }
  return countries;
}
