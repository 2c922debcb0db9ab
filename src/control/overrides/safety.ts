import type { Present } from '../../compile/present.ts';
import { endpointStateAtPresent } from '../../compile/states.ts';
import type { Config } from '../../config/config.ts';
import { type Breach, breachesOf, type SafetyPlace, type SafetyRules, worsenedBy } from '../../health/safety.ts';

/** What of a configuration is looked at. */
export type Guarded = Pick<Config, 'services' | 'regions' | 'safety'>;

/** The rules that do not hold in a configuration as things are. */
export function breachesIn(config: Guarded, present: Present): readonly Breach[] {
  if (!hasRules(config)) return [];
  return breachesOf(rulesOf(config), placesIn(config, present));
}

/**
 * The rules of the next configuration that it breaks, or breaks more than things are broken now. An endpoint that goes
 * counts as one that is out: else a rule were kept by taking away what it counts.
 */
export function breachesByReload(
  before: { readonly config: Guarded; readonly present: Present },
  next: { readonly config: Guarded; readonly present: Present },
): readonly Breach[] {
  if (!hasRules(next.config)) return [];
  const rules = rulesOf(next.config);
  const after = [...placesIn(next.config, next.present), ...removedPlaces(before.config, next.config)];
  return worsenedBy(breachesOf(rules, placesIn(before.config, before.present)), breachesOf(rules, after));
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
