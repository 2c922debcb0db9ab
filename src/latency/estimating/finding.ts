import { fade } from '../learned/fade.ts';
import type { Measured } from '../learned/measured.ts';
import { type Belief, combine, type Voice } from './shrink.ts';
import type { Tally } from './tally.ts';

/** What was measured of a country or an autonomous system to a region, by votes, a table or both. */
export interface Finding {
  readonly belief: Belief;
  readonly samples: number;
  readonly ageMs: number;
  readonly voice: Voice;
}

/** What a table of many samples is off by today, as a logarithm; of few samples more. */
const TABLE_DEVIATION = 0.04;
const TABLE_COUNT_FULL = 16;
const TABLE_COUNT_MIN = 4;

/** What a row of a table counts for, in samples, that says it is of so many. */
export function tableCount(samples: number): number {
  return Math.min(TABLE_COUNT_FULL, Math.max(TABLE_COUNT_MIN, samples));
}

/**
 * Puts together what networks say of their group, and what a table said of it: the record of the group's own cell, if
 * it has one.
 */
export function finding(
  measured: Measured,
  nowMs: number,
  tally: Tally | undefined,
  cell: number,
  region: number,
): Finding | undefined {
  const { options, records } = measured;
  const pair = cell * records.regionCount + region;
  const told = tally && {
    belief: tally.belief,
    samples: tally.weight,
    ageMs: tally.ageMs,
    voice: { witnesses: tally.witnesses, shareMax: options.sourceShareMax },
  };
  if (cell < 0 || !records.hasAny(pair)) return told;
  const ageMs = records.ageMs(pair, nowMs);
  const count = records.countAt(pair, nowMs);
  const variance = (TABLE_DEVIATION ** 2 * TABLE_COUNT_FULL) / Math.max(count, fade(ageMs, options.tableHalfLifeMs));
  const table = { lnMs: records.lnMs(pair), variance };
  return {
    belief: told === undefined ? table : combine(told.belief, table),
    samples: count + (told?.samples ?? 0),
    ageMs: Math.min(ageMs, told?.ageMs ?? ageMs),
    voice: { witnesses: Number.POSITIVE_INFINITY, shareMax: options.sourceShareMax },
  };
}
