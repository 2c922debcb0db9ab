import type { Present } from '../compile/present.ts';
import type { Config, EndpointConfig, ServiceConfig, SocketAddress } from '../config/config.ts';
import { nameToText } from '../dns/name.ts';
import type { ProbeConfig } from '../health/schema.ts';
import { type Address, formatAddress, formatHostPort } from '../net/address.ts';
import type { ProbeTarget } from './prober.ts';

/** What of a configuration says what is probed. */
type Judged = Pick<Config, 'services' | 'probes'>;

const NO_ADDRESSES = { a: [], aaaa: [] };

/** An address of an endpoint that a target's verdict speaks for; a name, where all of its addresses share one. */
export interface TargetUse {
  readonly service: string;
  readonly region: string;
  readonly address: string;
}

/** Something to probe, and for whom. */
export interface EndpointTarget extends ProbeTarget {
  readonly uses: readonly TargetUse[];
}

/** The addresses behind a name; undefined while nothing is known. */
export type Resolve = Present['resolved'];

/**
 * What there is to probe in a configuration, as its names are resolved at present. One address under one probe is probed
 * once, whoever uses it.
 */
export function targetsOf(config: Judged, resolve: Resolve): readonly EndpointTarget[] {
  const targets = new Map<string, EndpointTarget & { readonly uses: TargetUse[] }>();
  for (const service of config.services.values()) {
    const probe = probeOf(config, service);
    if (probe === undefined) continue;
    for (const endpoint of service.endpoints) {
      for (const { checked, address } of checksOf(probe, endpoint, resolve)) {
        const key = keyOf(probe, service, checked);
        const place = { address: formatAddress(checked.address), port: checked.port };
        const target = targets.get(key) ?? { key, probe, ...place, uses: [] };
        target.uses.push({ service: service.name, region: endpoint.region, address });
        targets.set(key, target);
      }
    }
  }
  return [...targets.values()];
}

/**
 * The key of the target whose verdict an address has, or an endpoint without known address; undefined where nothing is
 * probed.
 */
export function targetKeyOf(
  config: Judged,
  service: ServiceConfig,
  endpoint: EndpointConfig,
  address: Address | undefined,
): string | undefined {
  const probe = probeOf(config, service);
  const checked = probe && checkedAt(probe, endpoint, address);
  return checked && keyOf(probe, service, checked);
}

/** The places to probe for an endpoint, and what each speaks for, as text. */
function checksOf(probe: ProbeConfig, endpoint: EndpointConfig, resolve: Resolve) {
  const { cname, check } = endpoint;
  const { a, aaaa } = cname === undefined ? endpoint : (resolve(cname) ?? NO_ADDRESSES);
  // Checked at a place of its own, a name's addresses need not be known, and all of them share the verdict.
  if (cname !== undefined && check !== undefined) return [{ checked: check, address: nameToText(cname) }];
  return [...a, ...aaaa].map((address) => ({
    checked: check ?? { address, port: probe.port },
    address: formatAddress(address),
  }));
}

function probeOf(config: Judged, service: ServiceConfig): ProbeConfig | undefined {
  return service.probe === undefined ? undefined : config.probes.get(service.probe);
}

/**
 * The probe's name, what it asks, and where: of two configurations, while one replaces the other, each has verdicts
 * of its own unless they ask the same. When it asks is not in it, so that another schedule keeps the verdict.
 */
function keyOf(probe: ProbeConfig, service: ServiceConfig, checked: SocketAddress): string {
  const { intervalMs: _i, timeoutMs: _t, fall: _f, rise: _r, ...question } = probe;
  return `${service.probe} ${JSON.stringify(question)} ${formatHostPort(checked)}`;
}

/** The one place named to be checked, or the address itself at the probe's port. */
function checkedAt(
  probe: ProbeConfig,
  endpoint: EndpointConfig,
  address: Address | undefined,
): SocketAddress | undefined {
  return endpoint.check ?? (address && { address, port: probe.port });
}
