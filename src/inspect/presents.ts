import type { Present } from '../compile/present.ts';
import type { Config, EndpointConfig, ServiceConfig } from '../config/config.ts';
import { suggest } from '../config/reading/spelling.ts';

type World = Pick<Config, 'regions' | 'services'>;

/** The world in which everything is up, and nothing is known of names. */
export function assumedPresent(nowMs: number): Present {
  return { nowMs, isUp: () => true, resolved: () => undefined };
}

export type Downed =
  | { readonly ok: true; readonly present: Present }
  | { readonly ok: false; readonly problem: NotDown };

/** A name in `down` that nothing has. */
export interface NotDown {
  readonly name: string;
  readonly expected: string;
}

/**
 * A present with regions, services, or endpoints (`service/endpoint`) down besides. A service is down with what it
 * leads to as endpoints.
 */
export function withDown(config: World, present: Present, names: readonly string[]): Downed {
  const down = new Set<EndpointConfig>();
  for (const name of names) {
    const meant = endpointsMeant(config, name);
    if (meant === undefined) return { ok: false, problem: { name, expected: suggest(name, namesIn(config), FORM) } };
    for (const endpoint of meant) down.add(endpoint);
  }
  const isUp: Present['isUp'] = (service, endpoint, address) =>
    !down.has(endpoint) && present.isUp(service, endpoint, address);
  return { ok: true, present: { ...present, isUp } };
}

const FORM = 'the name of a region or service, or service/endpoint';

function endpointsMeant(config: World, name: string): readonly EndpointConfig[] | undefined {
  const { regions, services } = config;
  const slash = name.indexOf('/');
  if (slash !== -1) {
    const endpoint = services.get(name.slice(0, slash))?.endpoints.find((one) => one.name === name.slice(slash + 1));
    return endpoint && withNested(config, [endpoint]);
  }
  const service = services.get(name);
  const isRegion = regions.has(name);
  if (service === undefined && !isRegion) return undefined;
  const inRegion = isRegion ? [...services.values()].flatMap((one) => one.endpoints.filter(isIn(name))) : [];
  return withNested(config, [...inRegion, ...(service?.endpoints ?? [])]);
}

/** Endpoints, and those of the services among them. Services lead back nowhere: the loader has seen to it. */
function withNested({ services, ...rest }: World, endpoints: readonly EndpointConfig[]): readonly EndpointConfig[] {
  return endpoints.flatMap((endpoint) => {
    const nested: ServiceConfig | undefined =
      endpoint.service === undefined ? undefined : services.get(endpoint.service);
    return [endpoint, ...(nested === undefined ? [] : withNested({ services, ...rest }, nested.endpoints))];
  });
}

function isIn(name: string): (endpoint: EndpointConfig) => boolean {
  return ({ region }) => region === name;
}

function namesIn({ regions, services }: World): readonly string[] {
  const endpoints = [...services.values()].flatMap((one) => one.endpoints.map(({ name }) => `${one.name}/${name}`));
  return [...regions.keys(), ...services.keys(), ...endpoints];
}
