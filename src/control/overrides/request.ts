import type { Force, Override, OverrideTarget } from '../../health/overrides.ts';

/** The longest time that something is forced for: beyond a century a date would not be one in the file. */
export const FORCE_MS_MAX = 36_500 * 86_400_000;

/** What somebody wants an endpoint, a region or a service to be. */
export interface ForceRequest {
  /** As on the command line: see targetOf. */
  readonly target: string;
  readonly force: Force;
  /** At most FORCE_MS_MAX; undefined: until it is taken back. */
  readonly forMs: number | undefined;
  readonly who: string;
  readonly why: string;
  /** Even if it breaks a rule. */
  readonly isUnsafe: boolean;
}

export interface UnforceRequest {
  readonly target: string;
  readonly who: string;
  readonly isUnsafe: boolean;
}

/** How a request went. `warnings` is what has to be known all the same. */
export type HandOutcome =
  | { readonly ok: true; readonly override: Override; readonly warnings: readonly string[] }
  | { readonly ok: false; readonly because: Because; readonly why: string };

type Because = 'unknown' | 'unsafe' | 'not-forced' | 'not-serving';

export const NOT_SERVING = refused('not-serving', ['it does not serve yet: try again in a moment']);

export function refused(because: Because, whys: readonly string[]): HandOutcome {
  return { ok: false, because, why: whys.join('; ') };
}

/** The override that is asked for, as one that breaks nothing. */
export function overrideOf({ force, forMs, who, why }: ForceRequest, target: OverrideTarget, nowMs: number): Override {
  const untilMs = forMs === undefined ? undefined : nowMs + forMs;
  return { kind: target.kind, name: target.name, force, untilMs, sinceMs: nowMs, who, why, isUnsafe: false };
}
