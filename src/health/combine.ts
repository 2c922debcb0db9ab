import type { Verdict } from './verdict.ts';

/**
 * The verdict on a whole of which at least so many parts must be up. Unknown is neither: the whole is unknown while its
 * unknown parts could still turn it either way.
 */
export function combine(atLeast: number, parts: readonly Verdict[]): Verdict {
  const up = parts.filter((part) => part === 'up').length;
  const unknown = parts.filter((part) => part === 'unknown').length;
  if (up >= atLeast) return 'up';
  return up + unknown < atLeast ? 'down' : 'unknown';
}

/** A part, and how long it takes until its verdict could be another; infinite while nothing speaks for a change. */
export interface TimedPart {
  readonly verdict: Verdict;
  readonly flipSeconds: number;
}

/** How long it takes until the verdict on the whole could be another: until enough of its parts could have changed. */
export function flipSecondsOf(atLeast: number, parts: readonly TimedPart[]): number {
  const up = parts.filter(({ verdict }) => verdict === 'up');
  const others = parts.filter(({ verdict }) => verdict === 'down');
  const [turning, count] = up.length >= atLeast ? [up, up.length - atLeast + 1] : [others, atLeast - up.length];
  return turning.map(({ flipSeconds }) => flipSeconds).sort((a, b) => a - b)[count - 1] ?? Number.POSITIVE_INFINITY;
}
