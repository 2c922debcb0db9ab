import { formatAddress, parseAddress } from '../../net/address.ts';
import type { Clients } from '../../steering/clients.ts';
import type { Problem } from '../../util/problem.ts';
import type { Document } from '../reading/document.ts';
import type { Path } from '../reading/path.ts';
import { entriesIn, textsIn, written } from '../reading/written.ts';
import { settingsOf, stepsIn } from '../schema/policy.ts';

/** What is written twice where the second brings nothing, or less than it seems to. */
export function findDoubles(document: Document): readonly Problem[] {
  return [...findRows(document), ...findAddresses(document)];
}

/** Rows of a map for the same clients: the second only comes into play while all regions of the first are down. */
function findRows(document: Document): readonly Problem[] {
  return entriesIn(written(document.value, 'policies')).flatMap(([name, steps]) =>
    stepsIn(steps, ['policies', name]).flatMap((step) => {
      const rows = settingsOf(step, 'map')?.rows ?? [];
      const path = Array.isArray(step.settings) ? step.path : [...step.path, 'rows'];
      const places = rows.map(({ from }, index) => ({ meaning: meaningOf(from), path: [...path, index] }));
      return againIn(places).map(({ path: second, first }) => {
        const expected = `one row for these clients: the regions of line ${document.lineOf(first)} come before these`;
        return document.atValue(second, 'duplicate-row', expected, 'another row for the same clients');
      });
    }),
  );
}

/**
 * An address in two endpoints of a service whose answers name several: an answer would name it once (RFC 2181 section
 * 5).
 */
function findAddresses(document: Document): readonly Problem[] {
  return entriesIn(written(document.value, 'services')).flatMap(([service, body]) => {
    if (answersOf(document.value, body) <= 1) return [];
    const places = entriesIn(written(body, 'endpoints')).flatMap(([endpoint, value]) =>
      ['a', 'aaaa'].flatMap((key) =>
        textsIn(written(value, key)).map(({ text, path }) => ({
          meaning: canonical(text),
          path: ['services', service, 'endpoints', endpoint, key, ...path],
        })),
      ),
    );
    return againIn(places).map(({ path, first }) => {
      const other = `endpoint ${first[3]} has this one (line ${document.lineOf(first)})`;
      const expected = `addresses of its own: ${other}, and an answer that names both leaves this endpoint out`;
      return document.atValue(path, 'shared-address', expected);
    });
  });
}

/** The most endpoints that an answer of a service may name. */
function answersOf(value: unknown, service: unknown): number {
  const own = written(service, 'answers');
  const steps = stepsIn(written(value, 'policies', String(written(service, 'policy'))), []);
  const limits = steps.flatMap((step) => settingsOf(step, 'limit')?.answers ?? []);
  const ownMax = typeof own === 'number' ? own : undefined;
  return limits.length === 0 ? (ownMax ?? 1) : Math.min(ownMax ?? Infinity, Math.max(...limits));
}

/** Places that mean what one before them means, each with the first of them. */
function againIn(places: readonly { readonly meaning: string; readonly path: Path }[]) {
  const firsts = new Map<string, Path>();
  return places.flatMap(({ meaning, path }) => {
    const first = firsts.get(meaning);
    if (first === undefined) firsts.set(meaning, path);
    return first === undefined ? [] : [{ path, first }];
  });
}

function canonical(text: string): string {
  const parsed = parseAddress(text);
  return parsed === undefined ? text : formatAddress(parsed);
}

/** Equal for equal clients, in whatever order their keys and values stand. */
function meaningOf({ not, ...places }: Clients = {}): string {
  const sorted = (of: object): unknown =>
    Object.entries(of)
      .filter(([, values]) => values !== undefined)
      .map(([key, values]) => [key, [...new Set((values as unknown[]).map(String))].sort()])
      .sort(([a], [b]) => (String(a) < String(b) ? -1 : 1));
  return JSON.stringify([sorted(places), sorted(not ?? {})]);
}
