/**
 * One mistake an operator made, where it is and what would be right. Loaders collect problems and return them all;
 * they do not stop at the first.
 */
export interface Problem {
  /** Stable and documented, in kebab case: `unknown-key`, `undefined-region`, `bad-address`. */
  readonly code: string;
  /** As the operator would open it; `undefined` only where no file is involved. */
  readonly file?: string;
  /** Counted from 1. */
  readonly line?: number;
  /** Counted from 1, in characters. */
  readonly column?: number;
  /** What stands there, quoted as it stands. */
  readonly found: string;
  /** What would be right, concretely: a form, a list of choices, the nearest right spelling. */
  readonly expected: string;
}

/** `config/aya.yaml:12:7: unknown-key: found 'tttl', expected ttl` */
export function formatProblem(problem: Problem): string {
  const at = [problem.file, problem.line, problem.line === undefined ? undefined : problem.column]
    .filter((part) => part !== undefined)
    .join(':');
  return `${at === '' ? '' : `${at}: `}${problem.code}: found ${problem.found}, expected ${problem.expected}`;
}

/** What a loader gives: the value, or every problem that keeps it from being used. */
export type Loaded<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly Problem[] };
