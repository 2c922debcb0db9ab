import type { z } from 'zod';
import type { Location } from '../geo/location.ts';

/** A data centre or cloud region. Coordinates are degrees, north and east positive. */
export interface Region {
  readonly name: string;
  readonly location?: { readonly latitude: number; readonly longitude: number };
  readonly tags: readonly string[];
}

/** An endpoint of a service, as far as steering looks at it. */
export interface Candidate {
  readonly region: Region;
  /** A share relative to the other endpoints' weights; 0 is a last resort. */
  readonly weight: number;
}

/** One endpoint of a tier. `candidate` is its index among the service's candidates. */
export interface Share {
  readonly candidate: number;
  readonly weight: number;
}

/** Endpoints that the steps so far hold to be equally good, drawn in proportion to their weights. */
export type Tier = readonly Share[];

/**
 * What one step reads of a client: numbers that depend on the client and the candidates, never on verdicts. Clients
 * for whom every step of a policy reads the same facts are one class: no verdict can make their answers differ.
 */
export type Facts = readonly number[];

/** A name that a step's settings mention. `path` leads to it through the settings as they stand in the config file. */
export interface Reference {
  readonly to: 'region' | 'network';
  readonly name: string;
  readonly path: readonly (string | number)[];
}

/**
 * A kind of step, in two halves so that all that depends on the client is done before verdicts are looked at:
 * `read` once a client class, `order` again at each change of a verdict. Both are pure.
 */
export interface Step<Settings> {
  /** Validates what stands behind the step's name in a config file. */
  readonly schema: z.ZodType<Settings>;
  /** Whether the step may stand as a bare word (`nearest`), with these settings. */
  readonly bare: Settings | undefined;
  /** Whether it compares regions by where they are: then each region it meets needs a location. */
  readonly needsRegionLocations: boolean;
  /**
   * Every name that the settings mention, for the loader to look up. It takes them as they are written, valid or not,
   * so that a slip in one place does not hide an undefined name in another.
   */
  references(written: unknown): readonly Reference[];
  read(settings: Settings, location: Location, candidates: readonly Candidate[]): Facts;
  /** Divides one tier into tiers, the best first. It drops no endpoint: what it prefers least comes last. */
  order(settings: Settings, facts: Facts, tier: Tier, candidates: readonly Candidate[]): readonly Tier[];
}

/** The references in a name or a list of names; whatever is not text is the schema's to refuse. */
export function referencesIn(
  written: unknown,
  to: Reference['to'],
  path: Reference['path'] = [],
): readonly Reference[] {
  if (typeof written === 'string') return [{ to, name: written, path }];
  if (!Array.isArray(written)) return [];
  return written.flatMap((name: unknown, index) =>
    typeof name === 'string' ? [{ to, name, path: [...path, index] }] : [],
  );
}

/** Splits a tier by a key a candidate, least key first; equal keys stay together, in their order. */
export function tiersByKey(tier: Tier, keyOf: (candidate: number) => number): readonly Tier[] {
  const tiers = new Map<number, Share[]>();
  for (const share of tier) {
    const key = keyOf(share.candidate);
    const equals = tiers.get(key);
    if (equals === undefined) tiers.set(key, [share]);
    else equals.push(share);
  }
  return [...tiers.entries()].sort(([a], [b]) => a - b).map(([, shares]) => shares);
}

/** Ranks 0, 1, 2 ... of values, least first; equal values share a rank. So that clients differ only where order does. */
export function denseRanks(values: readonly number[]): number[] {
  const distinct = [...new Set(values)].sort((a, b) => a - b);
  const rankOf = new Map(distinct.map((value, rank) => [value, rank]));
  return values.map((value) => rankOf.get(value) ?? 0);
}
