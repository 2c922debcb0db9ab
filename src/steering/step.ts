import type { z } from 'zod';
import type { Location } from '../geo/location.ts';
import type { Estimate } from '../latency/estimating/estimate.ts';

/** A data centre or cloud region. Coordinates are degrees, north and east positive. */
export interface Region {
  readonly name: string;
  readonly location?: { readonly latitude: number; readonly longitude: number };
  readonly tags: readonly string[];
  /** ISO 3166-1. */
  readonly country?: string;
  /** AF, AN, AS, EU, NA, OC or SA. */
  readonly continent?: string;
}

/** An endpoint of a service, as far as steering looks at it. */
export interface Candidate {
  readonly name: string;
  /** Its region; of an endpoint that is a service, its own or else those of that service's endpoints. */
  readonly regions: readonly Region[];
  /** A share relative to the other endpoints' weights. */
  readonly weight: number;
  readonly isService: boolean;
}

/**
 * What one step reads of a client: numbers that depend on the client and the candidates, never on verdicts. Clients
 * for whom every step of a policy reads the same facts are one class: no verdict can make their answers differ.
 */
export type Facts = readonly number[];

/** What is known of clients besides where they are. */
export interface Knowledge {
  /** The estimated round-trip time from clients at a location to a region, in milliseconds; undefined: not known. */
  latencyMs(location: Location, region: string): number | undefined;
  /** What that estimate rests on, as it is known now: for whoever asks why. Its ms are those of {@link latencyMs}. */
  why?(location: Location, region: string): Estimate | undefined;
  /** Of clients, in tenths of a percent, who are sent to the second fastest, so that its times go on being measured. */
  readonly explorationPerMille?: number;
}

/** What a step may look at when it ranks, beside its facts. */
export interface Situation {
  readonly candidates: readonly Candidate[];
  /** By candidate: whether it is among those that may be answered as things are. */
  readonly isEligible: readonly boolean[];
  /** Whether the client is one of those that a canary takes, for the canary at hand. */
  readonly isCanary: boolean;
  /** Whether the client is one of those that are sent to the second fastest. */
  readonly isExploring?: boolean;
}

/** How one of several endpoints that are equally good is taken for a client. */
export type Draw =
  | { readonly kind: 'random' | 'rotate' }
  /** By a hash of the client's prefix, whose lengths are in bits. */
  | { readonly kind: 'sticky'; readonly ipv4Bits: number; readonly ipv6Bits: number };

/** A name that a step's settings mention. `path` leads to it through the settings as they stand in the config file. */
export interface Reference {
  readonly to: 'region' | 'network' | 'tag' | 'endpoint' | 'service';
  readonly name: string;
  readonly path: readonly (string | number)[];
  /** Whether the name is a key there. */
  readonly isKey?: boolean;
}

/**
 * A kind of step. What depends on the client is read once a client class (`read`); the rest is done again at each
 * change of a verdict, from these facts alone. All of it is pure. A step has one or more of three powers: it keeps
 * endpoints out (`admits`), it orders those that the steps before left equal (`rank`), or it divides them by share
 * (`divide`), which leaves nothing equal for the steps after.
 */
export interface Step<Settings> {
  /** Validates what stands behind the step's name in a config file. */
  readonly schema: z.ZodType<Settings>;
  /** Whether the step may stand as a bare word (`nearest`), with these settings. */
  readonly bare: Settings | undefined;
  /** Whether it compares regions by where they are: then each region it meets needs a location. */
  needsRegionLocations?(settings: Settings): boolean;
  /**
   * Every name that the settings mention, for the loader to look up. It takes them as they are written, valid or not,
   * so that a slip in one place does not hide an undefined name in another.
   */
  references(written: unknown): readonly Reference[];
  read?(settings: Settings, location: Location, candidates: readonly Candidate[], knowledge: Knowledge): Facts;
  /** Whether an endpoint may be answered to these clients at all, while the step is in force. */
  admits?(settings: Settings, facts: Facts, candidate: number, candidates: readonly Candidate[]): boolean;
  /** A key for each candidate of a tier, in its order: the least is the best, equal keys stay equal. */
  rank?(settings: Settings, facts: Facts, tier: readonly number[], situation: Situation): readonly number[];
  /** Whether the keys depend on the facts alone: each candidate's on nothing but its own, and on no verdict. */
  isIndependent?(settings: Settings): boolean;
  /** Whether an endpoint's weight counts in the division. */
  readonly isByWeight?: boolean;
  divide?(settings: Settings): Draw;
  /** How many endpoints an answer names, at most. */
  answersMax?(settings: Settings): number | undefined;
}

/**
 * Ranks 0, 1, 2 ... of values, least first; equal values share a rank. So that clients differ only where order does.
 */
export function denseRanks(values: readonly number[]): number[] {
  const distinct = [...new Set(values)].sort((a, b) => a - b);
  const rankOf = new Map(distinct.map((value, rank) => [value, rank]));
  return values.map((value) => rankOf.get(value) ?? 0);
}
