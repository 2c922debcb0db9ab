import type { Present } from '../../compile/present.ts';
import { endpointStateAtPresent } from '../../compile/states.ts';
import type { Config } from '../../config/config.ts';
import type { Overrides } from '../../health/overrides.ts';
import { type Breach, breachesOf, type SafetyPlace, type SafetyRules, worsenedBy } from '../../health/safety.ts';
import { presentByHand } from './by-hand.ts';

/** What of a configuration is looked at. */
export type Guarded = Pick<Config, 'services' | 'regions' | 'safety'>;

/** A configuration, and what is observed of it, before anything is said by hand. */
export interface Observation {
  readonly config: Guarded;
  readonly observed: Present;
}

/**
 * Every probe passes. Rules have to hold then, too: else whoever takes something out while all is down would not be
 * refused, since it gets no worse, and be left with the broken rule once probes pass again.
 */
export const ALL_WELL: Present = { nowMs: 0, isUp: () => true, resolved: () => undefined };

// Each is a look at all endpoints, some 50 ms where there are 100,000. Such overrides are few, and end together.
const ENDS_MAX = 4;

/** The rules that do not hold in a configuration as things are. */
export function breachesIn(config: Guarded, present: Present): readonly Breach[] {
  if (!hasRules(config)) return [];
  return breachesOf(rulesOf(config), placesIn(config, present));
}

/** The rules that overrides break, or break more than those before them: as things are, and lastingly. */
export function breachesByHand(
  { config, observed }: Observation,
  before: Overrides,
  next: Overrides,
  nowMs: number,
): readonly Breach[] {
  const under = (overrides: Overrides): readonly Breach[] => breachesIn(config, presentByHand(observed, overrides));
  return distinct([...worsenedBy(under(before), under(next)), ...lastingBreaches(config, before, next, nowMs)]);
}

/**
 * Those that they break whatever probes find, now or as soon as one of them ends: an endpoint that is forced up for an
 * hour may be all that keeps a rule.
 */
export function lastingBreaches(config: Guarded, before: Overrides, next: Overrides, nowMs: number): readonly Breach[] {
  if (!hasRules(config)) return [];
  const under = (overrides: Overrides): readonly Breach[] => breachesIn(config, presentByHand(ALL_WELL, overrides));
  const at = (overrides: Overrides, atMs: number): readonly Breach[] => under(overrides.at(atMs).holding);
  return distinct([
    ...worsenedBy(under(before), under(next)),
    ...endsOf(next, nowMs).flatMap((endMs) =>
      worsenedBy(at(before, endMs), at(next, endMs)).map((breach) => ({
        ...breach,
        what: `${breach.what}${from(endMs)}`,
      })),
    ),
  ]);
}

/**
 * The rules of the next configuration that it breaks, or breaks more than things are broken now. An endpoint that goes
 * counts as one that is out: else a rule were kept by taking away what it counts.
 */
export function breachesByReload(before: Observation, next: Observation, overrides: Overrides): readonly Breach[] {
  if (!hasRules(next.config)) return [];
  const removed = removedPlaces(before.config, next.config);
  const rules = rulesOf(next.config);
  const breaches = ({ config }: Observation, observed: Present, more: readonly SafetyPlace[]): readonly Breach[] =>
    breachesOf(rules, [...placesIn(config, presentByHand(observed, overrides)), ...more]);
  return distinct([
    ...worsenedBy(breaches(before, before.observed, []), breaches(next, next.observed, removed)),
    ...worsenedBy(breaches(before, ALL_WELL, []), breaches(next, ALL_WELL, removed)),
  ]);
}

/**
 * When what an override breaks may be another matter than now: at the end of one that holds something up, or of one that
 * breaks a rule itself, beside which others are no worse.
 */
function endsOf(overrides: Overrides, nowMs: number): readonly number[] {
  const ends = overrides.all
    .filter(({ force, isUnsafe }) => force === 'up' || isUnsafe)
    .flatMap(({ untilMs }) => (untilMs !== undefined && untilMs > nowMs ? untilMs : []));
  return [...new Set(ends)].sort((a, b) => a - b).slice(0, ENDS_MAX);
}

function from(endMs: number): string {
  return `, from ${new Date(endMs).toISOString()} on, when an override ends`;
}

/** Of several of one rule the first: as things are, before what will be. */
function distinct(breaches: readonly Breach[]): readonly Breach[] {
  return [...new Map(breaches.toReversed().map((breach) => [breach.key, breach])).values()].reverse();
}

function hasRules({ safety, services }: Guarded): boolean {
  return (
    safety.atLeastUp > 0 ||
    safety.neverTogether.length > 0 ||
    [...services.values()].some(({ atLeastUp = 0 }) => atLeastUp > 0)
  );
}

function rulesOf({ safety, services }: Guarded): SafetyRules {
  return {
    atLeastUp: (service) => services.get(service)?.atLeastUp ?? safety.atLeastUp,
    neverTogether: safety.neverTogether,
  };
}

function placesIn(config: Guarded, present: Present): readonly SafetyPlace[] {
  return [...config.services.values()].flatMap((service) =>
    service.endpoints.map((endpoint) => {
      const state = endpointStateAtPresent(config, present, service, endpoint);
      const isAvailable = state === 'up' || state === 'degraded';
      return { service: service.name, region: endpoint.region, isAvailable };
    }),
  );
}

/** Of services that stay: the endpoints that do not. */
function removedPlaces(before: Guarded, next: Guarded): readonly SafetyPlace[] {
  return [...before.services.values()].flatMap(({ name, endpoints }) => {
    const kept = next.services.get(name)?.endpoints;
    if (kept === undefined) return [];
    const names = new Set(kept.map((endpoint) => endpoint.name));
    return endpoints
      .filter((endpoint) => !names.has(endpoint.name))
      .map(({ region }) => ({ service: name, region, isAvailable: false }));
  });
}
