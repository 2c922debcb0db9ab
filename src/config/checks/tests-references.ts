import { parsePrefix } from '../../net/prefix.ts';
import { referencesOfClients } from '../../steering/clients.ts';
import { isCountry } from '../../steering/country.ts';
import { referencesOfSelector } from '../../steering/selector.ts';
import type { Problem } from '../../util/problem.ts';
import type { Document } from '../reading/document.ts';
import type { Path } from '../reading/path.ts';
import { suggest } from '../reading/spelling.ts';
import { entriesIn, isMapping, keysIn, textsIn, written } from '../reading/written.ts';
import { expectedName } from './references.ts';

/** Names in tests that nothing has, and clients that are none. Tests bring nothing to use: see findUnused. */
export function checkTests(document: Document): readonly Problem[] {
  const list = written(document.value, 'tests');
  if (!Array.isArray(list)) return [];
  return list.flatMap((test: unknown, index) => {
    const path: Path = ['tests', index];
    return [
      ...clientProblems(document, written(test, 'from'), [...path, 'from']),
      ...textsIn(written(test, 'down')).flatMap((entry) =>
        nameProblems(document, entry.text, [...path, 'down', ...entry.path], []),
      ),
      ...expectProblems(document, written(test, 'expect'), [...path, 'expect']),
      ...propertyProblems(document, test, path),
    ];
  });
}

function clientProblems(document: Document, from: unknown, path: Path): readonly Problem[] {
  const networks = keysIn(written(document.value, 'geo', 'networks'));
  return textsIn(from).flatMap(({ text, path: inner }) => {
    if (networks.includes(text) || isCountry(text) || parsePrefix(text).ok) return [];
    const form = "an address, a country's code such as DE, or the name of a network";
    return [document.atValue([...path, ...inner], 'bad-client', suggest(text, networks, form))];
  });
}

const NOTHING = ['none', 'refuse'];

/** Texts are names of whatever can be answered; what is in mappings is as selectors have it. */
function expectProblems(document: Document, expect: unknown, path: Path): readonly Problem[] {
  if (isShares(expect)) {
    return keysIn(expect).flatMap((name) => nameProblems(document, name, [...path, name], NOTHING, true));
  }
  const texts = textsIn(expect);
  const items = Array.isArray(expect) ? expect : [expect];
  const selectors = items.flatMap((item: unknown, index) =>
    isMapping(item) ? referencesOfSelector(item, Array.isArray(expect) ? [index] : []) : [],
  );
  return [
    ...texts.flatMap((entry) => nameProblems(document, entry.text, [...path, ...entry.path], NOTHING)),
    ...referenceProblems(document, selectors, path),
  ];
}

function propertyProblems(document: Document, test: unknown, path: Path): readonly Problem[] {
  const never = written(test, 'never');
  const references = [
    ...referencesOfClients(written(never, 'from'), ['from']),
    ...referencesOfSelector(written(never, 'to'), ['to']),
  ];
  const services = ['never', 'everyRegionServes', 'noSingleFailureExceeds'].flatMap((key) =>
    textsIn(written(test, key, 'services')).map(({ text, path: inner }) => ({
      ...{ to: 'service' as const, name: text, path: [key, 'services', ...inner] },
    })),
  );
  return [
    ...referenceProblems(document, references, [...path, 'never']),
    ...referenceProblems(document, services, path),
  ];
}

function referenceProblems(
  document: Document,
  references: ReturnType<typeof referencesOfSelector>,
  path: Path,
): readonly Problem[] {
  return references.flatMap(({ to, name, path: inner }) => {
    const expected = expectedName(document.value, to, name);
    return expected === undefined ? [] : [document.atValue([...path, ...inner], `undefined-${to}`, expected)];
  });
}

/** A name of a region, a service or an endpoint. */
function nameProblems(
  document: Document,
  name: string,
  path: Path,
  words: readonly string[],
  isKey = false,
): readonly Problem[] {
  const services = entriesIn(written(document.value, 'services'));
  const endpoints = services.flatMap(([service, body]) =>
    keysIn(written(body, 'endpoints')).flatMap((endpoint) => [endpoint, `${service}/${endpoint}`]),
  );
  const known = [...keysIn(written(document.value, 'regions')), ...services.map(([service]) => service), ...endpoints];
  if (known.includes(name) || words.includes(name)) return [];
  const expected = suggest(name, [...new Set(known)], 'the name of a region, service or endpoint');
  return [
    isKey ? document.atKey(path, 'undefined-target', expected) : document.atValue(path, 'undefined-target', expected),
  ];
}

function isShares(expect: unknown): boolean {
  const values = entriesIn(expect).map(([, value]) => value);
  return values.length > 0 && values.every((value) => typeof value === 'string' && value.endsWith('%'));
}
