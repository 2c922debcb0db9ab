import type { Override } from '../health/overrides.ts';

/** An override, as `aya status` shows it. Times are ISO 8601. */
export interface OverrideStatus {
  readonly kind: Override['kind'];
  readonly name: string;
  readonly force: Override['force'];
  readonly since: string;
  readonly until: string | undefined;
  readonly who: string;
  readonly why: string;
  /** Whether a rule of safety was broken for it, with --override. */
  readonly isUnsafe: boolean;
}

export function overrideStatus({ kind, name, force, sinceMs, untilMs, who, why, isUnsafe }: Override): OverrideStatus {
  const until = untilMs === undefined ? undefined : new Date(untilMs).toISOString();
  return { kind, name, force, since: new Date(sinceMs).toISOString(), until, who, why, isUnsafe };
}
