import type { Cells } from '../learned/cells.ts';
import type { Records } from '../learned/records.ts';
import type { LatencyOptions } from '../options.ts';
import type { Position, Region } from '../reports/report.ts';
import type { BeliefTable } from './belief-table.ts';
import type { ChangedGroups } from './changed-groups.ts';
import type { DistanceFit } from './distance-fit.ts';
import type { EstimateSource } from './estimate-source.ts';
import type { Grounded } from './level.ts';
import type { Variation } from './variation.ts';

/** A country's belief, and where it is from. */
export interface CountryBelief extends Grounded {
  readonly source: EstimateSource;
}

/** What a recompile gives. */
export interface Compiled {
  readonly regions: readonly Region[];
  readonly regionIndices: ReadonlyMap<string, number>;
  readonly options: LatencyOptions;
  readonly nowMs: number;
  readonly fit: DistanceFit;
  readonly variation: Variation;
  /** By country number, then region. */
  readonly countries: ReadonlyMap<number, readonly (CountryBelief | undefined)[]>;
  /** Rows of {@link asns} by group number. */
  readonly asnRows: ReadonlyMap<number, number>;
  readonly asns: BeliefTable;
  /** Groups whose times were found to have changed since the recompile before. */
  readonly changed: ChangedGroups;
  readonly cells: Cells;
  readonly records: Records;
}

/** Where the estimates of a client are: looked up once for all regions. */
export interface Place {
  /** Of its network; -1 where it has none. */
  readonly cell: number;
  /** What it is in; see {@link groupNumber}. */
  readonly group: number;
  /** Rows of the autonomous system in the country, and wherever it is; -1 where there is none. */
  readonly asnRow: number;
  readonly asnAnywhereRow: number;
  /** By region. */
  readonly country: readonly (CountryBelief | undefined)[] | undefined;
  readonly position: Position | undefined;
}
