import type { EndpointConfig, RegionConfig, ServiceConfig } from '../config/config.ts';
import type { Leaf } from '../steering/plan.ts';
import { assert } from '../util/assert.ts';
import type { Form } from './forms.ts';

/** What a configuration defines, by name. */
export interface Defined {
  readonly services: ReadonlyMap<string, ServiceConfig>;
  readonly regions: ReadonlyMap<string, RegionConfig>;
}

/** Where the answers of a leaf come from. */
export interface Origin {
  readonly service: ServiceConfig;
  readonly endpoint: EndpointConfig;
  readonly isDraining: boolean;
}

/**
 * Whether an endpoint may ever have something in a form; of one that is a service, whether one of that service's may.
 */
export function includes(
  form: Form,
  services: ReadonlyMap<string, ServiceConfig>,
  service: string,
  name: string,
): boolean {
  const endpoint = services.get(service)?.endpoints.find((one) => one.name === name);
  assert(endpoint !== undefined, `service ${service} has an endpoint ${name}`);
  if (endpoint.service === undefined) return form.includes(endpoint);
  const nested = services.get(endpoint.service);
  return nested?.endpoints.some((inner) => includes(form, services, nested.name, inner.name)) ?? false;
}

/** Where the answers of a leaf of a plan come from. */
export function originOf(leaf: Leaf, { services, regions }: Defined): Origin {
  const service = services.get(leaf.service);
  assert(service !== undefined, `service ${leaf.service} is defined`);
  const endpoint =
    leaf.endpoint === undefined ? fixedEndpoint(service) : service.endpoints.find(({ name }) => name === leaf.endpoint);
  assert(endpoint !== undefined, `service ${leaf.service} has an endpoint ${leaf.endpoint}`);
  const isInDrainingRegion = endpoint.region !== undefined && regions.get(endpoint.region)?.isDraining === true;
  return { service, endpoint, isDraining: endpoint.isDraining || isInDrainingRegion };
}

/** No endpoint of a configuration has this name. */
const FIXED_NAME = '';

/** Whether an endpoint stands for a service's fixed addresses, which count as always up. */
export function isFixed({ name }: Pick<EndpointConfig, 'name'>): boolean {
  return name === FIXED_NAME;
}

/** A service's fixed addresses, in the shape of an endpoint that nobody probes. */
function fixedEndpoint({ fixed }: ServiceConfig): EndpointConfig {
  const { a, aaaa } = fixed ?? { a: [], aaaa: [] };
  return { name: FIXED_NAME, region: undefined, a, aaaa, isDraining: false, weight: 1, check: undefined };
}
