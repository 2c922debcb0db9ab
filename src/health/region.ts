import type { Verdict } from './verdict.ts';

/** An endpoint of whatever service, and where it is. */
export interface PlacedVerdict {
  readonly region: string;
  readonly verdict: Verdict;
}

/**
 * The regions that are down as a whole: more than `share` (from 0 to 1) of their endpoints are down, and those are at
 * least `downMin`. Unknown endpoints count as what they are served as: up.
 */
export function downRegions(endpoints: readonly PlacedVerdict[], share: number, downMin: number): ReadonlySet<string> {
  const counts = new Map<string, { all: number; down: number }>();
  for (const { region, verdict } of endpoints) {
    const count = counts.get(region) ?? { all: 0, down: 0 };
    counts.set(region, count);
    count.all++;
    if (verdict === 'down') count.down++;
  }
  const down = [...counts].filter(([, { all, down }]) => down >= downMin && down > share * all);
  return new Set(down.map(([region]) => region));
}
