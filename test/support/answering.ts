import type { Resolved } from '../../src/compile/present.ts';
import { type Blocks, CompiledWorld } from '../../src/compile/world.ts';
import type { EndpointConfig, ServiceConfig } from '../../src/config/config.ts';
import type { ClientAddress } from '../../src/dataplane/answering/client.ts';
import type { Source } from '../../src/dataplane/answering/source.ts';
import { nameToText } from '../../src/dns/name.ts';
import { buildGeoMap } from '../../src/geo/geomap.ts';
import { type Address, parseAddress } from '../../src/net/address.ts';
import { parsePrefix } from '../../src/net/prefix.ts';
import type { PlaneSettings } from '../../src/snapshot/settings.ts';
import { Snapshot } from '../../src/snapshot/snapshot.ts';
import type { WhenAllDown } from '../../src/steering/plan.ts';
import type { ConfiguredStep } from '../../src/steering/steps/index.ts';
import { loadZone, type Zone } from '../../src/zone/zone.ts';
import { InProcess } from './in-process.ts';
import { overNetwork } from './over/network.ts';
import { wireName } from './rdata-text.ts';
import { CLIENT, OVER, type Way } from './way.ts';

export type { Way } from './way.ts';

/** A service in few words: addresses by region, or the name that the endpoint is an alias of; and its policy. */
export interface TestService {
  readonly endpoints: Readonly<Record<string, readonly string[] | string>>;
  readonly steps?: readonly ConfiguredStep[];
  readonly answers?: number;
  readonly whenAllDown?: 'all' | 'none' | 'refuse' | 'lastGood' | { readonly service: string };
}

export interface TestName {
  readonly addresses: readonly string[];
  readonly ttlSeconds?: number;
}

export interface TestWorld {
  /** Text of the zone file by apex; a SOA and an NS are put in front where it has none. */
  readonly zones: Readonly<Record<string, string>>;
  /** Zones made without a zone file. */
  readonly made?: readonly Zone[];
  readonly services?: Readonly<Record<string, TestService>>;
  readonly networks?: Readonly<Record<string, readonly string[]>>;
  /** Addresses that are down. */
  readonly down?: readonly string[];
  /** Whether services say why they answer so. */
  readonly isExplained?: boolean;
  /** What is behind names of which that is known. */
  readonly resolved?: Readonly<Record<string, TestName>>;
}

export const SOA_RDATA = 'ns1.example. hostmaster.example. 1 7200 3600 1209600 60';

/** The SOA as it stands in a denial. */
export const soaOf = (apex: string): string => `${apex} 60 SOA ${SOA_RDATA}`;

/** A server that says nothing of itself and limits nobody. */
const SILENT: PlaneSettings = { cookies: { secrets: [new Uint8Array(16)], isRequired: false } };

/**
 * A world that answers bytes with bytes: as a worker does, without sockets; or real workers over theirs, where the suite
 * is told to go over them ({@link OVER}).
 */
export class Answering {
  readonly #ask: (message: Uint8Array, way: Way) => Uint8Array | undefined;

  constructor(world: TestWorld, settings: Partial<PlaneSettings> = {}, nowMs: () => number = () => 0) {
    const answer = OVER === undefined ? inProcess : overNetwork.bind(undefined, OVER);
    this.#ask = answer(blocksOf(world), { ...SILENT, ...settings }, nowMs);
  }

  /** The response's octets; undefined where there is none. */
  ask(message: Uint8Array, way: Way = {}): Uint8Array | undefined {
    return this.#ask(message, way);
  }
}

/** Over UDP each message is answered in two ways, which must agree: see {@link InProcess}. */
function inProcess(blocks: Blocks, settings: PlaneSettings, nowMs: () => number) {
  const answering = new InProcess(blocks, settings, nowMs);
  return (message: Uint8Array, way: Way): Uint8Array | undefined => {
    const response = answering.answer(message, sourceOf(way));
    return response.length === 0 ? undefined : response.slice();
  };
}

/** What a worker is given of a world. */
export const snapshotOf = (world: TestWorld): Snapshot => new Snapshot({ generation: 1, ...blocksOf(world) });

function blocksOf({
  zones,
  made = [],
  services = {},
  networks = {},
  down = [],
  resolved = {},
  isExplained = false,
}: TestWorld): Blocks {
  const prefixes = Object.entries(networks).map(([name, texts]) => [name, texts.map(prefixOf)] as const);
  const map = buildGeoMap({ databases: [], networks: new Map(prefixes), countries: new Map() });
  const regions = Object.values(services).flatMap(({ endpoints }) => Object.keys(endpoints));
  const config = {
    ...{
      file: 'test',
      files: [],
      probes: new Map(),
      server: { listen: [], workers: 1, ...(isExplained && { explain: { name: wireName('explain.'), allow: [] } }) },
    },
    geo: { databases: [], networks: new Map(prefixes) },
    regions: new Map(regions.map((name) => [name, { name, tags: [], isDraining: false }])),
    services: new Map(Object.entries(services).map(([name, service]) => [name, serviceOf(name, service)])),
    zones: [...Object.entries(zones).map(([apex, text]) => zoneOf(apex, text)), ...made],
  };
  const downOctets = down.map((text) => addressOf(text).bytes.join());
  return new CompiledWorld(config, map).compileAll({
    nowMs: 0,
    isUp: (_, __, address) => address === undefined || !downOctets.includes(address.bytes.join()),
    resolved: (name) => resolvedOf(resolved[nameToText(name)]),
  });
}

/** Throws where the zone has a mistake: the test is wrong about it. */
export function zoneOf(apex: string, text: string): Zone {
  const head = / SOA /.test(text) ? '' : `@ SOA ${SOA_RDATA}\n@ NS ns1.example.\n`;
  const options = { apex: wireName(apex), file: apex, readInclude: () => ({ ok: false, reason: 'none' }) as const };
  const { zone, problems } = loadZone(`$TTL 300\n${head}${text}\n`, options);
  if (zone === undefined) throw new Error(`${apex}: ${JSON.stringify(problems)}`);
  return zone;
}

function serviceOf(name: string, service: TestService): ServiceConfig {
  const endpoints = Object.entries(service.endpoints).map(([region, texts]): EndpointConfig => {
    const rest = { name: region, region, isDraining: false, weight: 1, check: undefined };
    if (typeof texts === 'string') return { ...rest, a: [], aaaa: [], cname: wireName(texts) };
    return { ...rest, ...byFamily(texts) };
  });
  const { steps = [], answers = 1, whenAllDown = 'all' } = service;
  const fallback: WhenAllDown =
    typeof whenAllDown === 'string' ? { kind: whenAllDown } : { kind: 'service', ...whenAllDown, breaksFence: false };
  return {
    ...{ name, policy: { name, steps }, probe: undefined, ttlSeconds: 20, answers, endpoints },
    whenAllDown: fallback,
    fixed: undefined,
  };
}

function resolvedOf(name: TestName | undefined): Resolved | undefined {
  return name && { ...byFamily(name.addresses), ttlSeconds: name.ttlSeconds ?? Infinity };
}

function byFamily(texts: readonly string[]): Pick<Resolved, 'a' | 'aaaa'> {
  const addresses = texts.map(addressOf);
  const [a, aaaa] = [4, 6].map((family) => addresses.filter((address) => address.family === family));
  return { a, aaaa };
}

function sourceOf({ from = CLIENT, isStream = false, ...rest }: Way): Source {
  return { isStream, ...rest, resolverAddress: (into: ClientAddress) => into.setAddress(addressOf(from)) };
}

function addressOf(text: string): Address {
  const address = parseAddress(text);
  if (address === undefined) throw new Error(`no address: ${text}`);
  return address;
}

function prefixOf(text: string) {
  const parsed = parsePrefix(text);
  if (!parsed.ok) throw new Error(`${text} ${parsed.reason}`);
  return parsed.prefix;
}
