import { isFixed } from '../../compile/origins.ts';
import type { Present } from '../../compile/present.ts';
import type { EndpointConfig, ServiceConfig } from '../../config/config.ts';
import { isUpByHand, type Override, type OverridePlace, type Overrides } from '../../health/overrides.ts';

interface Named {
  readonly name: string;
}

/** The present with overrides laid over it: they win over what probes found, and over what follows from that. */
export function presentByHand(present: Present, overrides: Overrides): Present {
  if (overrides.size === 0) return present;
  // What a service falls back to is no part of what is forced: who takes it out wants its fallback answered.
  const on = (service: ServiceConfig, endpoint: EndpointConfig): Override | undefined =>
    isFixed(endpoint) ? undefined : overrides.of(placeOf(service, endpoint));
  return {
    ...present,
    isUp(service, endpoint, address) {
      return isUpByHand(on(service, endpoint), present.isUp(service, endpoint, address));
    },
    isDraining(service, endpoint) {
      const force = on(service, endpoint)?.force;
      // An override to up wins over the region's verdict, too.
      return force === 'drain' || (force !== 'up' && present.isDraining?.(service, endpoint) === true);
    },
    isRegionDown(region) {
      return overrides.get({ kind: 'region', name: region })?.force !== 'up' && present.isRegionDown?.(region) === true;
    },
    ttlSecondsMax(service, endpoint, address) {
      // An endpoint that is forced up is not about to be down, whatever its probe finds.
      if (on(service, endpoint)?.force === 'up') return undefined;
      return present.ttlSecondsMax?.(service, endpoint, address);
    },
  };
}

/** An endpoint's place in terms of overrides. */
export function placeOf(service: Named, endpoint: Named & { readonly region: string | undefined }): OverridePlace {
  return { service: service.name, endpoint: endpoint.name, region: endpoint.region };
}
