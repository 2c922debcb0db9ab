import type { Sliced } from '../util/slices.ts';

/** An endpoint, and whether new clients may be sent to it: it is up, and drains neither by config nor by hand. */
export interface SafetyPlace {
  readonly service: string;
  /** Undefined where it is in none. */
  readonly region: string | undefined;
  readonly isAvailable: boolean;
}

/** What must hold. A service may have fewer endpoints than it should have left: then all of them. */
export interface SafetyRules {
  atLeastUp(service: string): number;
  /** Lists of regions, of each of which one at most may be out. */
  readonly neverTogether: readonly (readonly string[])[];
}

/** A rule that does not hold, and by how much. */
export interface Breach {
  readonly rule: 'atLeastUp' | 'neverTogether';
  /** Undefined: over all services. */
  readonly service: string | undefined;
  /** How many endpoints are missing, or how many regions are out beyond the one that may be. */
  readonly excess: number;
  /** In words: `web has 1 endpoint available, and needs 2`. */
  readonly what: string;
  /** The same for the same rule of the same service, however much it is broken. */
  readonly key: string;
}

/** Every rule that does not hold for endpoints, given by service, in slices: one service after the other. */
export function* findingBreaches(
  rules: SafetyRules,
  services: Iterable<readonly SafetyPlace[]>,
): Sliced<readonly Breach[]> {
  const ofServices: Breach[] = [];
  const regions: Regions = new Map();
  for (const places of services) {
    const [service] = places.map((place) => place.service);
    if (service === undefined) continue;
    const own: Regions = new Map();
    for (const place of places) note(own, place);
    for (const place of places) note(regions, place);
    ofServices.push(...tooFew(rules.atLeastUp(service), service, places));
    ofServices.push(...rules.neverTogether.flatMap((group) => together(group, service, own)));
    yield;
  }
  return [...rules.neverTogether.flatMap((group) => together(group, undefined, regions)), ...ofServices];
}

/** The breaches that were not there before, or are worse now: what an act is to answer for. */
export function worsenedBy(before: readonly Breach[], after: readonly Breach[]): readonly Breach[] {
  const known = new Map(before.map(({ key, excess }) => [key, excess]));
  return after.filter(({ key, excess }) => excess > (known.get(key) ?? 0));
}

function tooFew(atLeast: number, service: string, places: readonly SafetyPlace[]): readonly Breach[] {
  const available = places.filter(({ isAvailable }) => isAvailable).length;
  const wanted = Math.min(atLeast, places.length);
  if (available >= wanted) return [];
  const what = `${service} has ${available} of ${places.length} endpoints available, and needs ${wanted} (atLeastUp)`;
  return [{ rule: 'atLeastUp', service, excess: wanted - available, what, key: `atLeastUp ${service}` }];
}

/** By region that has endpoints, whether one of them is available. */
type Regions = Map<string, boolean>;

function note(regions: Regions, { region, isAvailable }: SafetyPlace): void {
  if (region !== undefined && regions.get(region) !== true) regions.set(region, isAvailable);
}

/** A region is out where it has endpoints, and none of them is available. */
function together(group: readonly string[], service: string | undefined, regions: Regions): readonly Breach[] {
  const out = group.filter((region) => regions.get(region) === false);
  if (out.length < 2) return [];
  const where = service === undefined ? '' : ` of ${service}`;
  const what = `${out.join(' and ')}${where} are out together (neverTogether)`;
  const key = `neverTogether ${group.join(' ')} ${service ?? ''}`;
  return [{ rule: 'neverTogether', service, excess: out.length - 1, what, key }];
}
