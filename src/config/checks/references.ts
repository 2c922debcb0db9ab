import { partsMentioned } from '../../health/schema-combined.ts';
import type { Reference } from '../../steering/step.ts';
import type { Problem } from '../../util/problem.ts';
import type { Document } from '../reading/document.ts';
import type { Path } from '../reading/path.ts';
import { suggest } from '../reading/spelling.ts';
import { entriesIn, isMapping, keysIn, textsIn, written } from '../reading/written.ts';
import { referencesOfPolicy } from '../schema/policy.ts';
import { RESERVED_SERVICE_NAMES } from './names.ts';

/** What can be referred to. */
export type Referable = Reference['to'] | 'probe' | 'policy';

/** Where each kind of name is defined, the code of a name that is not, and what to say where there is none at all. */
const DEFINITIONS: Readonly<
  Record<Referable, { code: string; none: string; names: (value: unknown) => readonly string[] }>
> = {
  region: inSection('region', 'regions'),
  network: inSection('network', 'geo', 'networks'),
  probe: inSection('probe', 'probes'),
  policy: inSection('policy', 'policies'),
  service: inSection('service', 'services'),
  tag: { code: 'undefined-tag', none: 'a tag that a region has', names: tagsIn },
  endpoint: { code: 'undefined-endpoint', none: 'an endpoint that a service has', names: endpointsIn },
};

/** A mention of a name: what it is to be the name of, and where it stands. */
export interface Mention {
  readonly to: Referable;
  readonly name: string;
  readonly path: Path;
  /** Whether the name is a key there: an endpoint's, which is that of its region. */
  readonly isKey?: boolean;
  /** Words that may stand there, too. */
  readonly words?: readonly string[];
}

/** Names that are mentioned and not defined. */
export function checkReferences(document: Document): readonly Problem[] {
  const mentions = Map.groupBy(mentionsIn(document.value), ({ to }) => to);
  return [...mentions].flatMap(([to, ofKind]) => {
    const defined = definedIn(document.value, to);
    return ofKind.filter(({ name }) => !defined.has(name)).map((mention) => undefinedName(document, mention));
  });
}

function undefinedName(document: Document, { to, name, path, isKey, words }: Mention): Problem {
  const { code } = DEFINITIONS[to];
  const expected = expectedName(document.value, to, name, words) ?? '';
  if (!isKey) return document.atValue(path, code, expected);
  // A bias has regions for keys, too; but an endpoint need not be called as its region is.
  const isEndpoint = path[0] === 'services';
  return document.atKey(path, code, isEndpoint ? `${expected}; or region: with the region it is in` : expected);
}

/**
 * What would be right in place of a name that is not defined; `undefined` for one that is. `words` may stand there,
 * too.
 */
export function expectedName(
  value: unknown,
  to: Referable,
  name: string,
  words: readonly string[] = [],
): string | undefined {
  const defined = definedIn(value, to);
  return defined.has(name) ? undefined : suggest(name, [...defined, ...words], DEFINITIONS[to].none);
}

/** By document, the names that it defines: each of ten thousand records may mention one of ten thousand services. */
const found = new WeakMap<object, Map<Referable, ReadonlySet<string>>>();

function definedIn(value: unknown, to: Referable): ReadonlySet<string> {
  if (!isMapping(value)) return new Set();
  const known = found.get(value) ?? new Map<Referable, ReadonlySet<string>>();
  found.set(value, known);
  const names = known.get(to) ?? new Set(DEFINITIONS[to].names(value));
  known.set(to, names);
  return names;
}

/** Every name that the document mentions, in whatever state the rest of it is. */
export function mentionsIn(value: unknown): readonly Mention[] {
  const ofServices = entriesIn(written(value, 'services')).flatMap(([name, service]) =>
    mentionsOfService(['services', name], service),
  );
  const ofPolicies = entriesIn(written(value, 'policies')).flatMap(([name, steps]) =>
    referencesOfPolicy(steps, ['policies', name]),
  );
  const ofProbes = partsMentioned(written(value, 'probes')).map((part) => ({
    ...part,
    path: ['probes', ...part.path],
  }));
  const ofRegions = entriesIn(written(value, 'regions')).flatMap(([region, body]): readonly Mention[] => {
    const name = written(body, 'probe');
    return typeof name === 'string' ? [{ to: 'probe', name, path: ['regions', region, 'probe'] }] : [];
  });
  const ofLatency = keysIn(written(value, 'latency', 'objects')).map(
    (name): Mention => ({ to: 'region', name, path: ['latency', 'objects', name], isKey: true }),
  );
  return [...ofServices, ...ofPolicies, ...ofProbes, ...ofRegions, ...ofLatency];
}

/** Every name that a service mentions. `path` leads to it. */
export function mentionsOfService(path: Path, service: unknown): readonly Mention[] {
  const text = (to: Referable, ...keys: readonly string[]): readonly Mention[] => {
    const name = written(service, ...keys);
    return typeof name === 'string' ? [{ to, name, path: [...path, ...keys] }] : [];
  };
  const fallback = text('service', 'whenAllDown')
    .filter(({ name }) => !RESERVED_SERVICE_NAMES.includes(name))
    .map((mention) => ({ ...mention, words: RESERVED_SERVICE_NAMES }));
  const ofEndpoints = entriesIn(written(service, 'endpoints')).flatMap(([name, endpoint]): readonly Mention[] => {
    const at = ['endpoints', name];
    const nested = text('service', ...at, 'service');
    if (written(endpoint, 'region') !== undefined) return [...text('region', ...at, 'region'), ...nested];
    // Without a region of its own the endpoint's name is that of its region; a service may do without.
    return nested.length > 0 ? nested : [{ to: 'region', name, path: [...path, ...at], isKey: true }];
  });
  return [
    ...text('policy', 'policy'),
    ...text('probe', 'probe'),
    ...fallback,
    ...text('service', 'whenAllDown', 'service'),
    ...ofEndpoints,
  ];
}

function inSection(kind: Referable, ...path: readonly string[]) {
  return {
    code: `undefined-${kind}`,
    none: `a ${kind} that ${path.join('.')} defines`,
    names: (value: unknown) => keysIn(written(value, ...path)),
  };
}

/** The tags of all regions. */
function tagsIn(value: unknown): readonly string[] {
  const regions = entriesIn(written(value, 'regions'));
  return [...new Set(regions.flatMap(([, region]) => textsIn(written(region, 'tags')).map(({ text }) => text)))];
}

/** The names of all services' endpoints. */
function endpointsIn(value: unknown): readonly string[] {
  const services = entriesIn(written(value, 'services'));
  return [...new Set(services.flatMap(([, service]) => keysIn(written(service, 'endpoints'))))];
}
