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
      const isByHand = overrides.of(placeOf(service, endpoint))?.force === 'drain';
      return isByHand || present.isDraining?.(service, endpoint) === true;
    },
  };
}

/** Where an endpoint is, as far as overrides go. */
export function placeOf(service: Named, endpoint: Named & { readonly region: string | undefined }): OverridePlace {
  return { service: service.name, endpoint: endpoint.name, region: endpoint.region };
}
