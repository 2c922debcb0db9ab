import type { Config, EndpointConfig, ServiceConfig } from '../config/config.ts';
import type { ProbeConfig } from '../health/schema.ts';
import { type Address, formatAddress, formatHostPort } from '../net/address.ts';
import type { ProbeTarget } from './prober.ts';

/** What of a configuration says what is probed. */
type Judged = Pick<Config, 'services' | 'probes'>;

/** An address of an endpoint that a target's verdict speaks for. */
export interface TargetUse {
  readonly service: string;
  readonly region: string;
  readonly address: string;
}

/** Something to probe, and for whom. */
export interface EndpointTarget extends ProbeTarget {
  readonly uses: readonly TargetUse[];
}

/** What there is to probe in a configuration. One address under one probe is probed once, whoever uses it. */
export function targetsOf(config: Judged): readonly EndpointTarget[] {
  const targets = new Map<string, EndpointTarget & { readonly uses: TargetUse[] }>();
  for (const service of config.services.values()) {
    const probe = probeOf(config, service);
    if (probe === undefined) continue;
    for (const endpoint of service.endpoints) {
      for (const address of [...endpoint.a, ...endpoint.aaaa]) {
        const key = keyOf(probe, service, endpoint, address);
        const checked = checkedAt(probe, endpoint, address);
        const target = targets.get(key) ?? {
          key,
          probe,
          address: formatAddress(checked.address),
          port: checked.port,
          uses: [],
        };
        target.uses.push({ service: service.name, region: endpoint.region, address: formatAddress(address) });
        targets.set(key, target);
      }
    }
  }
  return [...targets.values()];
}

/** The key of the target whose verdict an address has; undefined where nothing is probed. */
export function targetKeyOf(
  config: Judged,
  service: ServiceConfig,
  endpoint: EndpointConfig,
  address: Address,
): string | undefined {
  const probe = probeOf(config, service);
  return probe && keyOf(probe, service, endpoint, address);
}

function probeOf(config: Judged, service: ServiceConfig): ProbeConfig | undefined {
  return service.probe === undefined ? undefined : config.probes.get(service.probe);
}

/**
 * The probe's name, what it asks, and where: of two configurations, while one replaces the other, each has verdicts
 * of its own unless they ask the same. When it asks is not in it, so that another schedule keeps the verdict.
 */
function keyOf(probe: ProbeConfig, service: ServiceConfig, endpoint: EndpointConfig, address: Address): string {
  const { intervalMs: _i, timeoutMs: _t, fall: _f, rise: _r, ...question } = probe;
  return `${service.probe} ${JSON.stringify(question)} ${formatHostPort(checkedAt(probe, endpoint, address))}`;
}

/** The one place named to be checked, or the address itself at the probe's port. */
function checkedAt(probe: ProbeConfig, endpoint: EndpointConfig, address: Address) {
  return endpoint.check ?? { address, port: probe.port };
}
