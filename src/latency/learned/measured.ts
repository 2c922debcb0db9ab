import type { LatencyOptions } from '../options.ts';
import type { CountryPlace, Region } from '../reports/report.ts';
import type { CellKey } from './cell-key.ts';
import type { Cells, Membership } from './cells.ts';
import type { Records } from './records.ts';

/** All that a recompile goes by. */
export interface Measured {
  readonly regions: readonly Region[];
  readonly regionIndices: ReadonlyMap<string, number>;
  readonly places: ReadonlyMap<string, CountryPlace>;
  readonly options: LatencyOptions;
  readonly cells: Cells;
  readonly records: Records;
}

/** The row of a cell, made where it is new; the cell is seen, and lies where it is said to. */
export function cellRow({ cells, records }: Measured, key: CellKey, membership: Membership, atMs: number): number {
  const { cell, isNew } = cells.add(key);
  if (isNew) records.clear(cell);
  cells.place(cell, membership, atMs);
  return cell;
}
