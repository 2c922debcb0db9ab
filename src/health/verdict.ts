/** What we hold of an endpoint. Unknown is not down: nothing has been observed yet. */
export type Verdict = 'up' | 'down' | 'unknown';

/** How many straight observations against a verdict overturn it; both at least 1. */
export interface Thresholds {
  readonly fall: number;
  readonly rise: number;
}

/** A verdict and what speaks against it or for it: a run of equal observations, of which one count is always 0. */
export interface HealthState {
  readonly verdict: Verdict;
  readonly successesInRow: number;
  readonly failuresInRow: number;
}

/** Before the first observation. */
export function initialHealth(): HealthState {
  return { verdict: 'unknown', successesInRow: 0, failuresInRow: 0 };
}

/** The state after one more observation. */
export function observe(state: HealthState, success: boolean, thresholds: Thresholds): HealthState {
  const successesInRow = success ? state.successesInRow + 1 : 0;
  const failuresInRow = success ? 0 : state.failuresInRow + 1;
  return { verdict: judge(state.verdict, successesInRow, failuresInRow, thresholds), successesInRow, failuresInRow };
}

function judge(verdict: Verdict, successesInRow: number, failuresInRow: number, { fall, rise }: Thresholds): Verdict {
  switch (verdict) {
    // The first observation decides alone: a server must know what is up before its first answer, not some intervals after it.
    case 'unknown':
      return successesInRow > 0 ? 'up' : 'down';
    case 'up':
      return failuresInRow >= fall ? 'down' : 'up';
    case 'down':
      return successesInRow >= rise ? 'up' : 'down';
  }
}
