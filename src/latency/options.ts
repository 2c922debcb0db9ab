/** What can be set of a model; see {@link DEFAULT_OPTIONS}. */
export interface LatencyOptions {
  /** After this time a measurement counts half. */
  readonly halfLifeMs: number;
  /** The same for imported tables: an old table is still a better guess than distance. */
  readonly tableHalfLifeMs: number;
  /** Reports of one source that are taken from one recompile to the next. */
  readonly reportsPerSourceMax: number;
  /**
   * The part of an estimate that one source can be at most: with less than 1/part sources, the parent fills the rest.
   */
  readonly sourceShareMax: number;
  /** Cells kept; the least recently reported go first. */
  readonly cellsMax: number;
  /** Mixed into hashes, so that nobody can prepare sources that collide. */
  readonly seed: number;
}

export const DEFAULT_OPTIONS: LatencyOptions = {
  halfLifeMs: 6 * 3_600_000,
  tableHalfLifeMs: 90 * 86_400_000,
  reportsPerSourceMax: 600,
  sourceShareMax: 0.25,
  cellsMax: 1_000_000,
  seed: 1,
};
