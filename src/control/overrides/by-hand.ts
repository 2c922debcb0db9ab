import type { Present } from '../../compile/present.ts';
import { isUpByHand, type OverridePlace, type Overrides } from '../../health/overrides.ts';

interface Named {
  readonly name: string;
}

/** The present as it is once the operator's word counts: before what probes found, and before what was made of that. */
export function presentByHand(present: Present, overrides: Overrides): Present {
  if (overrides.size === 0) return present;
  return {
    ...present,
    isUp(service, endpoint, address) {
      return isUpByHand(overrides.of(placeOf(service, endpoint)), present.isUp(service, endpoint, address));
    },
    isDraining(service, endpoint) {
      const force = overrides.of(placeOf(service, endpoint))?.force;
      // Who says that it is up, says it of its region's verdict, too.
      return force === 'drain' || (force !== 'up' && present.isDraining?.(service, endpoint) === true);
    },
    isRegionDown(region) {
      return overrides.get({ kind: 'region', name: region })?.force !== 'up' && present.isRegionDown?.(region) === true;
    },
    ttlSecondsMax(service, endpoint, address) {
      // What is forced up is not about to be down, whatever its probe finds.
      if (overrides.of(placeOf(service, endpoint))?.force === 'up') return undefined;
      return present.ttlSecondsMax?.(service, endpoint, address);
    },
  };
}

/** Where an endpoint is, as far as overrides go. */
export function placeOf(service: Named, endpoint: Named & { readonly region: string | undefined }): OverridePlace {
  return { service: service.name, endpoint: endpoint.name, region: endpoint.region };
}
