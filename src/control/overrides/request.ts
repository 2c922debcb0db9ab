import type { Force, Override } from '../../health/overrides.ts';

/** What somebody wants an endpoint, a region or a service to be. */
export interface ForceRequest {
  /** As on the command line: see targetOf. */
  readonly target: string;
  readonly force: Force;
  /** Undefined: until it is taken back. */
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
  | { readonly ok: false; readonly because: 'unknown' | 'unsafe' | 'not-forced'; readonly why: string };
