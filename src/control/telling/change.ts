import type { Force, OverrideKind } from '../../health/overrides.ts';
import type { Verdict } from '../../health/verdict.ts';

/** A failure, and how long ago it was. */
export interface PastFailure {
  readonly why: string;
  readonly agoMs: number;
}

/** The verdict on an address of an endpoint changed. */
export interface VerdictTold {
  readonly kind: 'verdict';
  readonly service: string;
  readonly region: string | undefined;
  readonly endpoint: string;
  readonly address: string;
  readonly from: Verdict;
  readonly to: Verdict;
  readonly why: string;
  /** The last ones, the newest first. */
  readonly failures: readonly PastFailure[];
}

/** A region went down as a whole, or came up again. */
export interface RegionTold {
  readonly kind: 'region';
  readonly region: string;
  readonly to: 'up' | 'down';
  readonly why: string;
  /** The last ones of its own probes, where it has any and they fail. */
  readonly failures: readonly PastFailure[];
}

/** Something was overridden by hand, or is no longer. */
export interface OverrideTold {
  readonly kind: 'override';
  readonly what: 'set' | 'removed' | 'expired';
  readonly target: OverrideKind;
  readonly name: string;
  readonly force: Force;
  /** ISO 8601; undefined: until it is taken back. */
  readonly until: string | undefined;
  readonly who: string;
  readonly why: string;
  /** The rules that it breaks, and was told to. */
  readonly breaks: readonly string[];
}

/** Answers of a service come about in another way than before. */
export interface FallbackTold {
  readonly kind: 'fallback';
  readonly service: string;
  /** Ways in which some clients are answered because no endpoint is up for them; none: all is as usual again. */
  readonly modes: readonly string[];
}

/** A rule of safety is broken, or holds again. */
export interface SafetyTold {
  readonly kind: 'safety';
  readonly isBroken: boolean;
  readonly rule: string;
  readonly service: string | undefined;
  readonly what: string;
}

/** The prober doubts itself, or trusts itself again. */
export interface DoubtTold {
  readonly kind: 'doubt';
  readonly isSuspect: boolean;
  readonly why: string;
}

/** What others are told. */
export type Change = VerdictTold | RegionTold | OverrideTold | FallbackTold | SafetyTold | DoubtTold;

export type Tell = (change: Change) => void;
