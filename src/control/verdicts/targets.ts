import type { Present } from '../../compile/present.ts';
import type { Config, EndpointConfig, RegionConfig, ServiceConfig } from '../../config/config.ts';
import { nameToText } from '../../dns/name.ts';
import { type ProbeConfig, questionOf } from '../../health/schema.ts';
import type { Part } from '../../health/schema-combined.ts';
import { type Address, formatAddress, formatHostPort, type HostPort } from '../../net/address.ts';
import type { ProbeTarget } from '../probes/entry.ts';

/** The parts of a configuration that say what is probed. */
type Judged = Pick<Config, 'services' | 'probes'> & Partial<Pick<Config, 'regions'>>;

/** What the subject of a region begins with; no name of a service has a colon. */
const REGION = 'region:';

const NO_ADDRESSES = { a: [], aaaa: [] };

/** Kinds that ask about an endpoint by name. So two endpoints with one address are probed separately. */
const BY_NAME: ReadonlySet<string> = new Set(['exec', 'push', 'file']);

/** An address of an endpoint that a target's verdict speaks for; a name, where all of its addresses share one. */
export interface TargetUse {
  readonly service: string;
  readonly endpoint: string;
  /** Undefined where the endpoint is in none. */
  readonly region: string | undefined;
  readonly address: string;
}

/** Something to probe, and whom its verdict is for: nobody, if it is only a part of something combined. */
export interface EndpointTarget extends ProbeTarget {
  readonly uses: readonly TargetUse[];
  /** The region that it speaks for as a whole. */
  readonly ofRegion?: string;
}

/** The addresses behind a name; undefined while nothing is known. */
export type Resolve = Present['resolved'];

/** One probe of one place of one endpoint, or of a region. */
interface Question {
  readonly config: Judged;
  readonly resolve: Resolve;
  /** Who is asked about: `SERVICE/ENDPOINT`, or `region:NAME`. */
  readonly subject: string;
  /** Of the probe. */
  readonly name: string;
  readonly address: Address;
  /** Where it is checked, if not at its address. */
  readonly check: HostPort | undefined;
}

type Targets = Map<string, EndpointTarget & { readonly uses: TargetUse[] }>;

/**
 * What there is to probe in a configuration, as its names are resolved at present. One address is probed once for each
 * probe, however many endpoints use it.
 */
export function targetsOf(config: Judged, resolve: Resolve): readonly EndpointTarget[] {
  const targets: Targets = new Map();
  for (const service of config.services.values()) {
    if (service.probe === undefined) continue;
    for (const endpoint of service.endpoints) {
      const { name, region } = endpoint;
      for (const { checked, check, address } of checksOf(endpoint, resolve)) {
        const subject = nameOf(service, endpoint);
        const question = { config, resolve, subject, name: service.probe, address: checked, check };
        const uses = [{ service: service.name, endpoint: name, region, address }];
        add(targets, question, uses);
      }
    }
  }
  for (const region of config.regions?.values() ?? []) addRegion(targets, config, resolve, region);
  return [...targets.values()];
}

/**
 * The key of the target whose verdict holds for an address, or for an endpoint of which no address is known. Undefined
 * where nothing is probed.
 */
export function targetKeyOf(
  config: Judged,
  service: ServiceConfig,
  endpoint: EndpointConfig,
  address: Address | undefined,
): string | undefined {
  const name = service.probe;
  const checked = endpoint.check?.address ?? address;
  if (name === undefined || checked === undefined) return undefined;
  const subject = nameOf(service, endpoint);
  return keyOf({ config, resolve: () => undefined, subject, name, address: checked, check: endpoint.check });
}

function addRegion(
  targets: Targets,
  config: Judged,
  resolve: Resolve,
  { name: region, probe, check }: RegionConfig,
): void {
  if (probe === undefined || check === undefined) return;
  const question = { config, resolve, subject: `${REGION}${region}`, name: probe, address: check.address, check };
  add(targets, question, [], region);
}

/** Adds a target, and what it is made of. */
function add(targets: Targets, question: Question, uses: readonly TargetUse[], ofRegion?: string): void {
  const key = keyOf(question);
  const known = targets.get(key);
  if (known !== undefined) {
    known.uses.push(...uses);
    return;
  }
  const { subject, address } = question;
  const probe = probeOf(question);
  if (probe === undefined) return;
  const parts: (readonly string[])[] = [];
  // Before its parts, so that one that leads back here finds it.
  targets.set(key, {
    key,
    probe,
    address: formatAddress(address),
    port: portOf(question, probe),
    ...(BY_NAME.has(probe.kind) && { endpoint: subject }),
    ...(probe.kind === 'combined' && { parts }),
    uses: [...uses],
    ...(ofRegion !== undefined && { ofRegion }),
  });
  if (probe.kind === 'combined') parts.push(...probe.of.map((part) => keysOfPart(targets, question, part)));
}

/** The keys of a part, which is up while one of them is; none if the part is always up. */
function keysOfPart(targets: Targets, question: Question, part: Part): readonly string[] {
  if ('service' in part) return keysOfService(question, part.service, new Set()) ?? [];
  const ofPart = { ...question, name: part.probe };
  add(targets, ofPart, []);
  return [keyOf(ofPart)];
}

/**
 * The keys of everything that a service may be answered by. Undefined if some of it is not probed, and so always up.
 */
function keysOfService(
  place: Pick<Question, 'config' | 'resolve'>,
  name: string,
  seen: Set<string>,
): readonly string[] | undefined {
  if (seen.has(name)) return [];
  seen.add(name);
  const { config, resolve } = place;
  const service = config.services.get(name);
  const keys: string[] = [];
  for (const endpoint of service?.endpoints ?? []) {
    const own =
      endpoint.service === undefined
        ? keysOfEndpoint({ config, resolve }, service!, endpoint)
        : keysOfService(place, endpoint.service, seen);
    if (own === undefined) return undefined;
    keys.push(...own);
  }
  return keys;
}

function keysOfEndpoint(
  place: Pick<Question, 'config' | 'resolve'>,
  service: ServiceConfig,
  endpoint: EndpointConfig,
): readonly string[] | undefined {
  const { probe: name } = service;
  if (name === undefined) return undefined;
  return checksOf(endpoint, place.resolve).map(({ checked, check }) =>
    keyOf({ ...place, subject: nameOf(service, endpoint), name, address: checked, check }),
  );
}

/** The places to probe for an endpoint, and what each speaks for, as text. */
function checksOf(endpoint: EndpointConfig, resolve: Resolve) {
  const { cname, check } = endpoint;
  const { a, aaaa } = cname === undefined ? endpoint : (resolve(cname) ?? NO_ADDRESSES);
  // Checked at a place of its own, a name's addresses need not be known, and all of them share the verdict.
  if (cname !== undefined && check !== undefined) {
    return [{ checked: check.address, check, address: nameToText(cname) }];
  }
  return [...a, ...aaaa].map((address) => ({
    checked: check?.address ?? address,
    check,
    address: formatAddress(address),
  }));
}

function probeOf({ config, name }: Question): ProbeConfig | undefined {
  return config.probes.get(name);
}

/** 0 for kinds that know no ports. */
function portOf({ check }: Question, probe: ProbeConfig): number {
  return check?.port ?? ('port' in probe ? (probe.port ?? 0) : 0);
}

function nameOf(service: ServiceConfig, endpoint: EndpointConfig): string {
  return `${service.name}/${endpoint.name}`;
}

/** What a probe asks, as text: made once for all who are asked. */
const questions = new WeakMap<ProbeConfig, string>();

function textOf(probe: ProbeConfig): string {
  const known = questions.get(probe) ?? JSON.stringify(questionOf(probe));
  questions.set(probe, known);
  return known;
}

/**
 * What the probe asks, its name, and where. While one configuration replaces another, each has verdicts of its own
 * unless both ask the same. The schedule is not part of it, so a target with another schedule keeps its verdict.
 */
function keyOf(question: Question): string {
  const { config, subject, name, address } = question;
  const probe = config.probes.get(name);
  if (probe === undefined) return `${name} undefined`;
  const place = formatHostPort({ address, port: portOf(question, probe) });
  const isByName = BY_NAME.has(probe.kind) || probe.kind === 'combined' || subject.startsWith(REGION);
  return `${name} ${textOf(probe)} ${isByName ? `${subject} ` : ''}${place}`;
}
