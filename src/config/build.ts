import type { CountryTable } from '../geo/countries.ts';
import type { KeyPair } from './certificate.ts';
import type { Config, EndpointConfig, RegionConfig, ServiceConfig } from './config.ts';
import { buildLatency } from './latency-config.ts';
import { buildAdmin, buildHook, buildSafety } from './operations.ts';
import { withAbsolutePaths } from './probe-files.ts';
import type { ValidConfig, ValidEndpoint, ValidRegion, ValidService } from './schema/schema.ts';
import { buildServer } from './server.ts';

/** The parts of a configuration that do not come from the document itself. */
export type Surroundings = Pick<Config, 'file' | 'files' | 'zones' | 'namedServices' | 'tests'> & {
  readonly databases: readonly string[];
  readonly countries: CountryTable;
  readonly pair: KeyPair | undefined;
  /** Of files that probes name: absolute, by how they are written. */
  readonly probePaths: ReadonlyMap<string, string>;
};

/** The configuration that a valid document says, its names looked up. Every name is known to be defined. */
export function buildConfig(
  valid: ValidConfig,
  { databases, countries, pair, probePaths, ...surroundings }: Surroundings,
): Config {
  const policies = mapOf(valid.policies, (steps, name) => ({ name, steps }));
  return {
    ...surroundings,
    server: buildServer(valid.server, pair, surroundings.file),
    geo: { databases, networks: mapOf(valid.geo.networks, (prefixes) => prefixes) },
    latency: valid.latency && buildLatency(valid.latency, surroundings.file),
    admin: buildAdmin(valid.admin, surroundings.file),
    safety: buildSafety(valid.safety),
    reload: { maxMovedPercent: valid.reload.maxMovedClients },
    hooks: mapOf(valid.hooks, buildHook),
    regions: mapOf(valid.regions, (region, name) => buildRegion(region, name, countries)),
    probes: mapOf(valid.probes, (probe) => withAbsolutePaths(probe, probePaths)),
    health: valid.health,
    services: mapOf(valid.services, (service, name) => ({
      ...buildService(service, name, valid.regions),
      policy: policies.get(service.policy)!,
    })),
  };
}

function buildRegion(
  { location, tags, country, drain, ...region }: ValidRegion,
  name: string,
  countries: CountryTable,
): RegionConfig {
  // A country alone tells the continent, too: a fence may go by either.
  const continent = region.continent ?? countries.get(country ?? '')?.continent;
  const [latitude, longitude] = location ?? [];
  return {
    name,
    tags,
    isDraining: drain,
    ...(latitude !== undefined && longitude !== undefined && { location: { latitude, longitude } }),
    ...(country !== undefined && { country }),
    ...(continent !== undefined && { continent }),
    ...(region.probe !== undefined && { probe: region.probe }),
    ...(region.check !== undefined && { check: region.check }),
  };
}

function buildService(
  service: ValidService,
  name: string,
  regions: Readonly<Record<string, unknown>>,
): Omit<ServiceConfig, 'policy'> {
  return {
    name,
    probe: service.probe,
    ttlSeconds: service.ttl / 1000,
    answers: service.answers,
    ...(service.atLeastUp !== undefined && { atLeastUp: service.atLeastUp }),
    ...buildWhenAllDown(service.whenAllDown),
    endpoints: Object.entries(service.endpoints).map(([endpoint, valid]) => buildEndpoint(valid, endpoint, regions)),
  };
}

function buildWhenAllDown(written: ValidService['whenAllDown']): Pick<ServiceConfig, 'whenAllDown' | 'fixed'> {
  if (typeof written !== 'string') {
    const breaksFence = written.breakFence;
    return written.service !== undefined
      ? { whenAllDown: { kind: 'service', service: written.service, breaksFence }, fixed: undefined }
      : { whenAllDown: { kind: 'fixed', breaksFence }, fixed: { a: written.a ?? [], aaaa: written.aaaa ?? [] } };
  }
  const kind = (['all', 'none', 'refuse', 'lastGood'] as const).find((word) => word === written);
  return {
    whenAllDown: kind === undefined ? { kind: 'service', service: written, breaksFence: false } : { kind },
    fixed: undefined,
  };
}

function buildEndpoint(
  { a = [], aaaa = [], cname, service, weight, check, drain, ...written }: ValidEndpoint,
  name: string,
  regions: Readonly<Record<string, unknown>>,
): EndpointConfig {
  const region = written.region ?? (Object.hasOwn(regions, name) ? name : undefined);
  const target = { ...(cname !== undefined && { cname }), ...(service !== undefined && { service }) };
  return { name, region, a, aaaa, ...target, isDraining: drain, weight, check };
}

function mapOf<In, Out>(
  record: Readonly<Record<string, In>>,
  build: (value: In, name: string) => Out,
): ReadonlyMap<string, Out> {
  return new Map(Object.entries(record).map(([name, value]) => [name, build(value, name)]));
}
