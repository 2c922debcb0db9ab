import type { Moment } from './policy.ts';
import type { Draw } from './step.ts';

/**
 * The state of an endpoint. draining: up, but left alone while another is up. nothing: it has no records of the type
 * that is asked for. unknown: what it has is not known yet.
 */
export type EndpointState = 'up' | 'draining' | 'down' | 'nothing' | 'unknown';

/** What a decision depends on besides the plan and the client. */
export interface World extends Moment {
  /** By leaf of the plan. */
  readonly states: readonly EndpointState[];
  /** By leaf: whether it was up when something of its service last was. */
  readonly wasGood: readonly boolean[];
  /** By leaf, what its weight is multiplied by: 1, or less for one that is slower than it used to be. */
  readonly factors?: readonly number[];
  /**
   * The least number of endpoints that a decision names, if there are so many: it may be more than an answer names.
   * Default: 1.
   */
  readonly answersMin?: number;
  /**
   * Of clients, in tenths of a percent, who get the second fastest where a plan goes by round-trip times. Default: 0.
   */
  readonly explorationPerMille?: number;
}

/** One endpoint of a tier, by its leaf in the plan; weights are relative to the others of the tier. */
export interface Share {
  readonly leaf: number;
  readonly weight: number;
}

/** Endpoints that are equally good, drawn in proportion to their weights. */
export type Tier = readonly Share[];

/** Why these endpoints are answered, if not because they are up. */
export type Mode = 'normal' | 'draining' | 'all' | 'lastGood' | 'service' | 'fixed' | 'refuse' | 'none';

/**
 * The answer to one class of clients, as a distribution: the best tier first; within a tier by draw. `health` tells a
 * service that has this one as an endpoint what it is worth. `split`: some clients, the same ones each time, get one
 * decision and the others another.
 */
export type Decision = Outcome | Split;

export interface Outcome {
  /** unknown: what the endpoints have is not known yet. */
  readonly kind: 'draw' | 'none' | 'refuse' | 'unknown';
  readonly health: EndpointState;
  readonly mode: Mode;
  readonly tiers: readonly Tier[];
  readonly draw: Draw;
  readonly answers: number;
}

export interface Split {
  readonly kind: 'split';
  /** Of clients, in tenths of a percent. */
  readonly perMille: number;
  /** Canaries with one name take the same clients first. */
  readonly name: string;
  readonly ipv4Bits: number;
  readonly ipv6Bits: number;
  readonly inside: Decision;
  readonly outside: Decision;
}
