import type { EndpointConfig, ServiceConfig } from '../config/config.ts';
import type { Facts } from '../control/facts.ts';
import type { Verdict } from '../health/verdict.ts';
import { formatAddress } from '../net/address.ts';
import { formatProblem } from '../util/problem.ts';
import { type OverrideStatus, overrideStatus } from './status-overrides.ts';
import { type RegionRow, regionRows } from './status-regions.ts';

/** What `aya status` shows. Times are ISO 8601. */
export interface Status {
  readonly generation: number;
  readonly isProberSuspect: boolean;
  readonly services: readonly ServiceStatus[];
  readonly regions: readonly RegionRow[];
  readonly overrides: readonly OverrideStatus[];
  /** What is wrong with the file of overrides, which is ignored for that; none: it is used. */
  readonly refused: readonly string[];
  /** The rules of safety that do not hold, in words. */
  readonly broken: readonly string[];
}

export interface ServiceStatus {
  readonly service: string;
  /** How some clients are answered for whom no endpoint is up. */
  readonly fallbacks: readonly string[];
  readonly endpoints: readonly EndpointStatus[];
}

export interface EndpointStatus {
  readonly endpoint: string;
  readonly region: string | undefined;
  /** What it is answered as. */
  readonly state: 'up' | 'draining' | 'down' | 'service';
  readonly forced: OverrideStatus | undefined;
  readonly addresses: readonly AddressStatus[];
}

export interface AddressStatus {
  readonly address: string;
  /** By its probe; undefined where it has none. */
  readonly verdict: Verdict | undefined;
  /** For how long. */
  readonly forMs: number | undefined;
  readonly lastDurationMs: number | undefined;
  /** Of the last probe, where it failed. */
  readonly lastError: string | undefined;
}

export async function statusOf(facts: Facts): Promise<Status> {
  const { config, world, operations } = facts;
  const broken = await operations.safety.current();
  return {
    generation: facts.generation,
    isProberSuspect: facts.isProberSuspect,
    services: [...config.services.values()].map((service) => ({
      service: service.name,
      fallbacks: world.modesOf(service.name).filter((mode) => mode !== 'normal'),
      endpoints: service.endpoints.map((endpoint) => endpointStatus(facts, service, endpoint)),
    })),
    regions: regionRows(facts),
    overrides: operations.hand.overrides.all.map(overrideStatus),
    refused: operations.hand.refusal.map(formatProblem),
    broken: broken.map(({ what }) => what),
  };
}

function endpointStatus(facts: Facts, service: ServiceConfig, endpoint: EndpointConfig): EndpointStatus {
  const { name, region } = endpoint;
  const override = facts.operations.hand.overrides.of({ service: service.name, endpoint: name, region });
  return {
    ...{ endpoint: name, region, state: stateOf(facts, service, endpoint) },
    forced: override && overrideStatus(override),
    addresses: facts.addresses(endpoint).map((address) => {
      const probed = facts.probed(service, endpoint, address);
      return {
        address: formatAddress(address),
        ...{ verdict: probed?.verdict, forMs: probed?.forMs, lastDurationMs: probed?.last?.durationMs },
        lastError: probed?.last?.ok === false ? probed.last.reason : undefined,
      };
    }),
  };
}

function stateOf(facts: Facts, service: ServiceConfig, endpoint: EndpointConfig): EndpointStatus['state'] {
  if (endpoint.service !== undefined) return 'service';
  if (!facts.addresses(endpoint).some((address) => facts.isUp(service, endpoint, address))) return 'down';
  return facts.isDraining(service, endpoint) ? 'draining' : 'up';
}
