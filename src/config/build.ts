import { availableParallelism, hostname } from 'node:os';
import type { Region } from '../steering/step.ts';
import { VERSION } from '../util/version.ts';
import type { KeyPair } from './certificate.ts';
import type { Config, EndpointConfig, RateLimitConfig, ServerConfig, ServiceConfig } from './config.ts';
import type { ValidConfig, ValidEndpoint, ValidRegion, ValidService } from './schema.ts';
import type { ValidRateLimit } from './server-schema.ts';

/** What of a configuration is in other files than the document itself. */
export type Surroundings = Pick<Config, 'file' | 'files' | 'zones'> & {
  readonly databases: readonly string[];
  readonly pair: KeyPair | undefined;
};

/** The configuration that a valid document says, its names looked up. Every name is known to be defined. */
export function buildConfig(valid: ValidConfig, { databases, pair, ...surroundings }: Surroundings): Config {
  const policies = mapOf(valid.policies, (steps, name) => ({ name, steps }));
  return {
    ...surroundings,
    server: buildServer(valid.server, pair),
    geo: { databases, networks: mapOf(valid.geo.networks, (prefixes) => prefixes) },
    regions: mapOf(valid.regions, buildRegion),
    probes: mapOf(valid.probes, (probe) => probe),
    services: mapOf(valid.services, (service, name) => ({
      ...buildService(service, name),
      policy: policies.get(service.policy)!,
    })),
  };
}

function buildServer(
  { listen, workers, resolvers, cookies, rateLimit, tcp, tls, proxyProtocol, ...identity }: ValidConfig['server'],
  pair: KeyPair | undefined,
): ServerConfig {
  return {
    listen,
    workers: workers === 'auto' ? availableParallelism() : workers,
    resolvers,
    identity: buildIdentity(identity),
    cookies: { secrets: cookies.secrets ?? [], isRequired: cookies.required },
    rateLimit: rateLimit && buildRateLimit(rateLimit),
    tcp: { idleMs: tcp.idle, connections: tcp.connections, perNetwork: tcp.perNetwork },
    tls: tls && pair && { listen: tls.listen, ...pair },
    proxyProtocol,
  };
}

function buildIdentity(
  written: Pick<ValidConfig['server'], 'nsid' | 'hostname' | 'version'>,
): ServerConfig['identity'] {
  const automatic = { nsid: hostname(), hostname: hostname(), version: `Aya ${VERSION}` };
  const said = Object.entries(automatic).flatMap(([key, auto]) => {
    const value = written[key as keyof typeof automatic];
    return value === 'off' ? [] : [[key, value === 'auto' ? auto : value]];
  });
  return Object.fromEntries(said) as ServerConfig['identity'];
}

function buildRateLimit({ responsesPerSecond: data, ...limit }: ValidRateLimit): RateLimitConfig {
  return {
    perSecond: {
      data,
      noData: limit.noDataPerSecond ?? data,
      nxdomain: limit.nxdomainsPerSecond ?? data,
      referral: limit.referralsPerSecond ?? data,
      error: limit.errorsPerSecond ?? data,
    },
    slip: limit.slip,
    ipv4Bits: limit.ipv4Prefix,
    ipv6Bits: limit.ipv6Prefix,
    exempt: limit.exempt,
    buckets: limit.buckets,
  };
}

function buildRegion({ location, tags }: ValidRegion, name: string): Region {
  const [latitude, longitude] = location ?? [];
  return {
    name,
    tags,
    ...(latitude !== undefined && longitude !== undefined && { location: { latitude, longitude } }),
  };
}

function buildService(service: ValidService, name: string): Omit<ServiceConfig, 'policy'> {
  const { whenAllDown } = service;
  return {
    name,
    probe: service.probe,
    ttlSeconds: service.ttl / 1000,
    answers: service.answers,
    whenAllDown: whenAllDown === 'all' || whenAllDown === 'none' ? whenAllDown : { service: whenAllDown },
    endpoints: Object.entries(service.endpoints).map(([region, endpoint]) => buildEndpoint(endpoint, region)),
  };
}

function buildEndpoint({ a = [], aaaa = [], cname, weight, check }: ValidEndpoint, region: string): EndpointConfig {
  return { region, a, aaaa, ...(cname !== undefined && { cname }), weight, check };
}

function mapOf<In, Out>(
  record: Readonly<Record<string, In>>,
  build: (value: In, name: string) => Out,
): ReadonlyMap<string, Out> {
  return new Map(Object.entries(record).map(([name, value]) => [name, build(value, name)]));
}
