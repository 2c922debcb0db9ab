import { z } from 'zod';
import { wholeNumber } from '../util/whole-number.ts';
import { isMapping } from './schema-fields.ts';

/**
 * What a combined probe looks at: another probe of the same endpoint, or whether another service has an endpoint up.
 */
export type Part = { readonly probe: string } | { readonly service: string };

const partExpected = 'the name of a probe, or { service: name }';
const part = z
  .union(
    [
      z.string(),
      z.strictObject({ service: z.string().meta({ description: 'Whether this service has an endpoint up.' }) }),
    ],
    { error: partExpected },
  )
  .transform((written): Part => (typeof written === 'string' ? { probe: written } : written));

const parts = z.array(part, `a list: ${partExpected}`).min(1, `a list of at least one: ${partExpected}`);

export const allOptions = parts.meta({
  description: 'Up while all of these are: probes by name, or { service: name }.',
});

export const anyOptions = parts.meta({
  description: 'Up while any of these is: probes by name, or { service: name }.',
});

const atLeastExpected = 'a map such as { up: 2, of: [a, b, c] }';

export const atLeastOptions = z
  .strictObject(
    { up: wholeNumber(1, 1_000).meta({ description: 'How many.' }), of: parts.meta({ description: 'Of these.' }) },
    { error: (issue) => (issue.code === 'invalid_type' ? atLeastExpected : undefined) },
  )
  .refine(({ up, of }) => up <= of.length, { path: ['up'], message: 'no more than there are parts' })
  .meta({ description: 'Up while at least so many of these are.' });

/** A mention of a part in a document, in whatever state the rest of it is: `path` is from the section `probes` on. */
export interface PartMention {
  readonly to: 'probe' | 'service';
  readonly name: string;
  readonly path: readonly (string | number)[];
}

/** What the combined probes of a `probes` section mention. */
export function partsMentioned(section: unknown): readonly PartMention[] {
  if (!isMapping(section)) return [];
  return Object.entries(section).flatMap(([name, probe]) => mentionsOf(name, probe));
}

function mentionsOf(name: string, probe: unknown): readonly PartMention[] {
  if (!isMapping(probe)) return [];
  const { all, any, atLeast } = probe;
  const lists: [(string | number)[], unknown][] = [
    [['all'], all],
    [['any'], any],
    [['atLeast', 'of'], isMapping(atLeast) ? atLeast.of : undefined],
  ];
  return lists.flatMap(([path, list]) =>
    (Array.isArray(list) ? list : []).flatMap((written: unknown, index): PartMention[] => {
      const at = [name, ...path, index];
      if (typeof written === 'string') return [{ to: 'probe', name: written, path: at }];
      const service = isMapping(written) ? written.service : undefined;
      return typeof service === 'string' ? [{ to: 'service', name: service, path: [...at, 'service'] }] : [];
    }),
  );
}

/**
 * Loops among combined probes and the services they look at, each once: `probe NAME` and `service NAME` in order, from
 * one that leads back to itself.
 * @param services the document's section of that name: of each its probe is looked at, and services that are endpoints.
 */
export function probeLoops(section: unknown, services: unknown): readonly (readonly string[])[] {
  const next = new Map<string, string[]>();
  const add = (from: string, to: string): unknown => next.set(from, [...(next.get(from) ?? []), to]);
  for (const { to, name, path } of partsMentioned(section)) add(`probe ${path[0]}`, `${to} ${name}`);
  for (const [name, service] of Object.entries(isMapping(services) ? services : {})) {
    if (!isMapping(service)) continue;
    if (typeof service.probe === 'string') add(`service ${name}`, `probe ${service.probe}`);
    for (const endpoint of Object.values(isMapping(service.endpoints) ? service.endpoints : {})) {
      const nested = isMapping(endpoint) ? endpoint.service : undefined;
      if (typeof nested === 'string') add(`service ${name}`, `service ${nested}`);
    }
  }
  return loopsIn(next);
}

function loopsIn(next: ReadonlyMap<string, readonly string[]>): readonly (readonly string[])[] {
  const loops: (readonly string[])[] = [];
  const done = new Set<string>();
  const walk = (node: string, chain: readonly string[]): void => {
    const seen = chain.indexOf(node);
    if (seen >= 0) loops.push(chain.slice(seen));
    if (seen >= 0 || done.has(node)) return;
    for (const each of next.get(node) ?? []) walk(each, [...chain, node]);
    done.add(node);
  };
  for (const node of next.keys()) walk(node, []);
  return loops;
}
