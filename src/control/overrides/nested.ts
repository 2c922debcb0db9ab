import type { Config, EndpointConfig } from '../../config/config.ts';
import type { OverrideTarget } from '../../health/overrides.ts';

type Services = Pick<Config, 'services'>;

/** An endpoint that stands for a service. */
export interface Nested {
  /** SERVICE/ENDPOINT */
  readonly name: string;
  readonly service: string;
}

/** What an override of a service or region does not reach, though it seems to. */
export interface Untouched {
  readonly endpoints: readonly Nested[];
  /** Whether it would reach nothing else. */
  readonly isWhole: boolean;
}

/**
 * Endpoints that stay as they are when their service or region is forced, because they stand for services. Those answer
 * for others too, and are up or down by themselves.
 */
export function untouchedBy({ services }: Services, { kind, name }: OverrideTarget): Untouched {
  const placed = [...services.values()].flatMap((service) =>
    service.endpoints
      .filter(({ region }) => (kind === 'region' ? region === name : kind === 'service' && service.name === name))
      .map((endpoint) => ({ service: service.name, endpoint })),
  );
  const isInside = ({ region }: EndpointConfig): boolean => kind === 'region' && region === name;
  const endpoints = placed.flatMap(({ service, endpoint }) =>
    endpoint.service === undefined || leavesOf({ services }, endpoint.service).every(isInside)
      ? []
      : [{ name: `${service}/${endpoint.name}`, service: endpoint.service }],
  );
  return { endpoints, isWhole: kind === 'service' && placed.length > 0 && endpoints.length === placed.length };
}

export function explainNested({ name, service }: Nested): string {
  return `${name} stands for the service ${service}, and is not forced itself: force service:${service}, wherever it is used`;
}

/** The endpoints that a service comes to in the end. */
function leavesOf({ services }: Services, name: string): readonly EndpointConfig[] {
  return (services.get(name)?.endpoints ?? []).flatMap((endpoint) =>
    endpoint.service === undefined ? [endpoint] : leavesOf({ services }, endpoint.service),
  );
}
