import { formatAddress, formatHostPort, parseAddress } from '../../net/address.ts';
import { formatPrefix, parsePrefix } from '../../net/prefix.ts';
import type { Problem } from '../../util/problem.ts';
import type { Document } from '../reading/document.ts';
import type { Path } from '../reading/path.ts';
import { entriesIn, isMapping, keysIn, textsIn, written } from '../reading/written.ts';
import { ADMIN_PORT, PUSH_PORT } from '../schema/admin-schema.ts';
import { parseListen } from '../schema/fields.ts';
import { LATENCY_PORT } from '../schema/latency-schema.ts';
import { stepsIn, type WrittenStep } from '../schema/policy.ts';

/** Things that are well-formed each by itself and do not go together. */
export function checkConflicts(document: Document): readonly Problem[] {
  return [
    ...checkListen(document),
    ...checkNetworks(document),
    ...checkEndpoints(document),
    ...checkLocations(document),
    ...checkZoneSources(document),
  ];
}

function checkListen(document: Document): readonly Problem[] {
  const places = [
    { keys: ['server', 'listen'], port: 53 },
    { keys: ['server', 'tls', 'listen'], port: 853 },
    { keys: ['admin', 'listen'], port: ADMIN_PORT },
    { keys: ['admin', 'push'], port: PUSH_PORT },
    { keys: ['latency', 'listen'], port: LATENCY_PORT },
  ].flatMap(({ keys, port }) =>
    textsIn(written(document.value, ...keys)).map(({ text, path }) => {
      const parsed = parseListen(text, port);
      // Each as it is meant: a port that is left out differs between them.
      return { text: parsed === undefined ? '' : formatHostPort(parsed), path: [...keys, ...path] };
    }),
  );
  return repeated(document, 'duplicate-listen', places, (text) => (text === '' ? undefined : text));
}

/** One network inside another is fine (the longest match wins); the same one twice leaves open which name holds. */
function checkNetworks(document: Document): readonly Problem[] {
  const path = ['geo', 'networks'];
  const places = entriesIn(written(document.value, ...path)).flatMap(([name, list]) =>
    textsIn(list).map((entry) => ({ text: entry.text, path: [...path, name, ...entry.path] })),
  );
  const canonical = (text: string): string | undefined => {
    const parsed = parsePrefix(text);
    return parsed.ok ? formatPrefix(parsed.prefix) : undefined;
  };
  return repeated(document, 'duplicate-prefix', places, canonical);
}

function checkEndpoints(document: Document): readonly Problem[] {
  const canonical = (text: string): string | undefined => {
    const parsed = parseAddress(text);
    return parsed && formatAddress(parsed);
  };
  return endpointsIn(document).flatMap(({ path, endpoint }) => {
    if (!isMapping(endpoint)) return [];
    const has = (key: string): boolean => Object.hasOwn(endpoint, key);
    // RFC 2181 section 10.1: where there is a CNAME there is nothing else.
    const others = ['service', 'cname'].filter(has);
    const what = has('a') || has('aaaa') ? [...others, 'addresses'] : others;
    if (what.length > 1) {
      const [first, ...rest] = what;
      const code =
        what.includes('cname') && what.includes('addresses') ? 'cname-and-addresses' : 'endpoint-of-two-kinds';
      const expected = `either ${what.join(' or ')}`;
      return [document.atKey([...path, first], code, expected, `a ${first} beside ${rest.join(' and ')}`)];
    }
    if (others.length > 0) return [];
    if (what.length === 0) {
      const expected = 'a or aaaa with an address, cname with a name, or service';
      return [document.atKey(path, 'endpoint-without-address', expected, 'an endpoint without address')];
    }
    return ['a', 'aaaa'].flatMap((key) => {
      const places = textsIn(written(endpoint, key)).map((entry) => ({
        text: entry.text,
        path: [...path, key, ...entry.path],
      }));
      return repeated(document, 'duplicate-address', places, canonical);
    });
  });
}

/** A region without location where its policy goes by distance would silently come last. Told once a region. */
function checkLocations(document: Document): readonly Problem[] {
  const needs = new Map<string, string>();
  for (const { service, name, endpoint } of endpointsIn(document)) {
    const policy = written(document.value, 'services', service, 'policy');
    if (typeof policy !== 'string') continue;
    const region = String(written(endpoint, 'region') ?? name);
    const kind = stepsIn(written(document.value, 'policies', policy), []).find(needsLocations)?.kind;
    const isLacking =
      isMapping(written(document.value, 'regions', region)) &&
      written(document.value, 'regions', region, 'location') === undefined;
    if (kind !== undefined && isLacking && !needs.has(region))
      needs.set(region, `${kind} in its policy ${policy}, and service ${service} has an endpoint here`);
  }
  return [...needs].map(([region, why]) =>
    document.atKey(
      ['regions', region],
      'missing-location',
      `location: [latitude, longitude]: ${why}`,
      `${region} without location`,
    ),
  );
}

/** Whether a step compares distances, as far as its settings can be read. */
export function needsLocations({ step, settings }: WrittenStep): boolean {
  const valid = step.schema.safeParse(settings ?? step.bare);
  return valid.success && step.needsRegionLocations?.(valid.data) === true;
}

function checkZoneSources(document: Document): readonly Problem[] {
  return entriesIn(written(document.value, 'zones')).flatMap(([name, zone]) => {
    const { length } = ['file', 'records'].filter((key) => written(zone, key) !== undefined);
    if (!isMapping(zone) || length === 1) return [];
    const found = length === 0 ? 'neither' : 'both';
    return [
      document.atKey(
        ['zones', name],
        length === 0 ? 'missing-key' : 'bad-value',
        'exactly one of file and records',
        found,
      ),
    ];
  });
}

function endpointsIn(document: Document): readonly { service: string; name: string; path: Path; endpoint: unknown }[] {
  return keysIn(written(document.value, 'services')).flatMap((service) =>
    entriesIn(written(document.value, 'services', service, 'endpoints')).map(([name, endpoint]) => ({
      service,
      name,
      path: ['services', service, 'endpoints', name],
      endpoint,
    })),
  );
}

/**
 * Texts that mean the same as one before them. `canonical` gives what a text means; `undefined` for one that means
 * nothing.
 */
function repeated(
  document: Document,
  code: string,
  places: readonly { readonly text: string; readonly path: Path }[],
  canonical: (text: string) => string | undefined,
): readonly Problem[] {
  const firsts = new Map<string, Path>();
  return places.flatMap(({ text, path }) => {
    const meaning = canonical(text);
    const first = meaning === undefined ? undefined : firsts.get(meaning);
    if (meaning !== undefined && first === undefined) firsts.set(meaning, path);
    return first === undefined
      ? []
      : [document.atValue(path, code, `each once: line ${document.lineOf(first)} has it already`)];
  });
}
