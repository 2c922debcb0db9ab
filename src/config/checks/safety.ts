import type { Problem } from '../../util/problem.ts';
import type { Document } from '../reading/document.ts';
import type { Path } from '../reading/path.ts';
import { entriesIn, textOf, textsIn, written } from '../reading/written.ts';
import { expectedName } from './references.ts';

/** Rules that name what is not there, or that the document itself breaks, whatever the verdicts. */
export function checkSafety(document: Document): readonly Problem[] {
  return [...checkRegions(document), ...checkCounts(document), ...checkDrains(document)];
}

/** A reload that breaks a rule as things are, though the document by itself does not. */
export function unsafeReload(file: string, what: string): Problem {
  return {
    code: 'unsafe-reload',
    file,
    found: what,
    expected: 'the rules of safety kept: wait until more is up, change the rule, or aya reload --override',
  };
}

/** The lists of regions of which one at most may be out, each with its path. */
function groupsIn(value: unknown): readonly { readonly group: unknown; readonly path: Path }[] {
  const path = ['safety', 'neverTogether'];
  const list = written(value, ...path);
  if (!Array.isArray(list)) return [];
  if (list.some((entry) => typeof entry === 'string')) return [{ group: list, path }];
  return list.map((group: unknown, index) => ({ group, path: [...path, index] }));
}

function checkRegions(document: Document): readonly Problem[] {
  return groupsIn(document.value).flatMap(({ group, path }) =>
    textsIn(group).flatMap(({ text, path: within }) => {
      const expected = expectedName(document.value, 'region', text);
      return expected === undefined ? [] : [document.atValue([...path, ...within], 'undefined-region', expected)];
    }),
  );
}

/**
 * A service's own rule that it can't keep even with all endpoints, or does not keep with those that drain by config.
 */
function checkCounts(document: Document): readonly Problem[] {
  const usual = written(document.value, 'safety', 'atLeastUp');
  return entriesIn(written(document.value, 'services')).flatMap(([name, service]) => {
    const endpoints = entriesIn(written(service, 'endpoints'));
    const own = written(service, 'atLeastUp');
    if (typeof own === 'number' && own > endpoints.length) {
      const expected = `at most ${endpoints.length}: so many endpoints it has`;
      return [document.atValue(['services', name, 'atLeastUp'], 'unsafe-rule', expected)];
    }
    const wanted = typeof own === 'number' ? own : Math.min(Number(usual ?? 0), endpoints.length);
    const left = endpoints.filter(([endpoint, value]) => !isDraining(document.value, endpoint, value)).length;
    if (!(left < wanted)) return [];
    const expected = `${wanted} of its endpoints without drain (atLeastUp)`;
    return [document.atKey(['services', name], 'unsafe-drain', expected, `${name} with ${left}`)];
  });
}

function isDraining(value: unknown, name: string, endpoint: unknown): boolean {
  const region = textOf(endpoint, 'region') ?? name;
  return written(endpoint, 'drain') === true || written(value, 'regions', region, 'drain') === true;
}

/** Regions that drain together and never may. */
function checkDrains(document: Document): readonly Problem[] {
  return groupsIn(document.value).flatMap(({ group }) => {
    const draining = textsIn(group)
      .map(({ text }) => text)
      .filter((region) => written(document.value, 'regions', region, 'drain') === true);
    return draining.slice(1).map((region) => {
      const expected = `no drain: ${draining[0]} drains already, and never both (neverTogether)`;
      return document.atValue(['regions', region, 'drain'], 'unsafe-drain', expected);
    });
  });
}
