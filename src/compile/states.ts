import type { Config, EndpointConfig, ServiceConfig } from '../config/config.ts';
import type { Condition, State } from '../steering/steps/when.ts';
import type { Present } from './present.ts';

type Services = Pick<Config, 'services' | 'regions'>;

/** The state of a service or of a region at present, for policies that look at it. */
export function stateAtPresent(config: Services, present: Present, other: Condition): State {
  if ('service' in other) return stateOfService(config, present, other.service);
  if (present.isRegionDown?.(other.region) === true) return 'down';
  return combined(
    [...config.services.values()].flatMap((service) =>
      service.endpoints
        .filter(({ region }) => region === other.region)
        .map((endpoint) => endpointStateAtPresent(config, present, service, endpoint)),
    ),
  );
}

/** The state of an endpoint at present; of one that is a service, that of the service. */
export function endpointStateAtPresent(
  config: Services,
  present: Present,
  service: ServiceConfig,
  endpoint: EndpointConfig,
): State {
  if (endpoint.service !== undefined) return stateOfService(config, present, endpoint.service);
  if (!isAnyUp(service, endpoint, present)) return 'down';
  const isInDrainingRegion = endpoint.region !== undefined && config.regions.get(endpoint.region)?.isDraining === true;
  const isDraining = endpoint.isDraining || isInDrainingRegion || present.isDraining?.(service, endpoint) === true;
  return isDraining ? 'draining' : 'up';
}

function stateOfService(config: Services, present: Present, name: string): State {
  const service = config.services.get(name);
  return combined(
    service?.endpoints.map((endpoint) => endpointStateAtPresent(config, present, service, endpoint)) ?? [],
  );
}

/** Nothing at all is up: there is nothing that could be down. */
function combined(states: readonly State[]): State {
  if (states.every((state) => state === 'up')) return 'up';
  if (states.some((state) => state === 'up' || state === 'degraded')) return 'degraded';
  return states.includes('draining') ? 'draining' : 'down';
}

function isAnyUp(service: ServiceConfig, endpoint: EndpointConfig, present: Present): boolean {
  if (endpoint.cname === undefined) {
    return [...endpoint.a, ...endpoint.aaaa].some((address) => present.isUp(service, endpoint, address));
  }
  const resolved = present.resolved(endpoint.cname);
  if (resolved === undefined) return present.isUp(service, endpoint, undefined);
  return [...resolved.a, ...resolved.aaaa].some((address) => present.isUp(service, endpoint, address));
}
