/** What we hold of an endpoint. Unknown is not down: nothing has been observed yet. */
export type Verdict = 'up' | 'down' | 'unknown';

/** How many observations against a verdict overturn it; all at least 1. */
export interface Thresholds {
  /** Failures that take down what is up. */
  readonly fall: number;
  /** Straight successes that bring up what is down. */
  readonly rise: number;
  /** Straight successes after which the failures before them count no more. With 1, only straight failures add up. */
  readonly ok: number;
}

/** A verdict, and what speaks against it. */
export interface HealthState {
  readonly verdict: Verdict;
  readonly successesInRow: number;
  /** Those that count: since the last run of `ok` straight successes. */
  readonly failures: number;
}

/** Before the first observation. */
export function initialHealth(): HealthState {
  return { verdict: 'unknown', successesInRow: 0, failures: 0 };
}

/** The state after one more observation. */
export function observe(state: HealthState, success: boolean, thresholds: Thresholds): HealthState {
  const successesInRow = success ? state.successesInRow + 1 : 0;
  const failures = success ? failuresAfter(successesInRow, state.failures, thresholds) : state.failures + 1;
  const verdict = judge(state.verdict, successesInRow, failures, thresholds);
  // What brought it up has answered for the failures before.
  return { verdict, successesInRow, failures: verdict === 'up' && state.verdict !== 'up' ? 0 : failures };
}

/** How many more observations of the contrary kind would overturn the verdict; 0 where there is none yet. */
export function checksLeft({ verdict, successesInRow, failures }: HealthState, { fall, rise }: Thresholds): number {
  if (verdict === 'unknown') return 0;
  return verdict === 'up' ? Math.max(0, fall - failures) : Math.max(0, rise - successesInRow);
}

function failuresAfter(successesInRow: number, failures: number, { ok }: Thresholds): number {
  return successesInRow >= ok ? 0 : failures;
}

function judge(verdict: Verdict, successesInRow: number, failures: number, { fall, rise }: Thresholds): Verdict {
  switch (verdict) {
    // The first observation decides alone: a server must know what is up before its first answer, not some intervals
    // after it.
    case 'unknown':
      return successesInRow > 0 ? 'up' : 'down';
    case 'up':
      return failures >= fall ? 'down' : 'up';
    case 'down':
      return successesInRow >= rise ? 'up' : 'down';
  }
}
