/** What is kept of a pair of a cell and a region, out of the arrays of records.ts. */
export interface PairRecord {
  readonly pair: number;
  readonly lnMs: number;
  readonly count: number;
  /** {@link TOLD_SPREAD} for what a table told. */
  readonly spread: number;
  /** A bit for each source. */
  readonly witnesses: number;
  readonly seenSeconds: number;
}

/**
 * Stands for the spread of what a table told, until a sample is added, and so marks what fades as tables do: what is
 * measured always has some spread.
 */
export const TOLD_SPREAD = 0;
