import type { Problem } from '../util/problem.ts';
import type { Document, Path } from './document.ts';
import { RESERVED_SERVICE_NAMES } from './names.ts';
import { readStep } from './policy.ts';
import { suggest } from './spelling.ts';
import { entriesIn, keysIn, written } from './written.ts';

/** What can be referred to: the section that defines it, and the code of a reference to one that is not defined. */
const DEFINED_IN = {
  region: { path: ['regions'], code: 'undefined-region' },
  network: { path: ['geo', 'networks'], code: 'undefined-network' },
  probe: { path: ['probes'], code: 'undefined-probe' },
  policy: { path: ['policies'], code: 'undefined-policy' },
  service: { path: ['services'], code: 'undefined-service' },
} as const;

export type Referable = keyof typeof DEFINED_IN;

/** A mention of a name: what it is to be the name of, and where it stands. */
export interface Mention {
  readonly to: Referable;
  readonly name: string;
  readonly path: Path;
  /** A name that is a key, as the regions of endpoints are. */
  readonly isKey?: boolean;
}

/** Names that are mentioned and not defined. */
export function checkReferences(document: Document): readonly Problem[] {
  return mentionsIn(document.value).flatMap(({ to, name, path, isKey }) => {
    const expected = expectedName(document.value, to, name);
    if (expected === undefined) return [];
    const { code } = DEFINED_IN[to];
    return [isKey ? document.atKey(path, code, expected) : document.atValue(path, code, expected)];
  });
}

/** What would be right in place of a name that is not defined; `undefined` for one that is. */
export function expectedName(value: unknown, to: Referable, name: string): string | undefined {
  const { path } = DEFINED_IN[to];
  const defined = keysIn(written(value, ...path));
  return defined.includes(name) ? undefined : suggest(name, defined, `a ${to} that ${path.join('.')} defines`);
}

/** Every name that the document mentions, in whatever state the rest of it is. */
export function mentionsIn(value: unknown): readonly Mention[] {
  const ofServices = entriesIn(written(value, 'services')).flatMap(([name, service]) =>
    mentionsOfService(['services', name], service),
  );
  const ofPolicies = entriesIn(written(value, 'policies')).flatMap(([name, steps]) =>
    Array.isArray(steps) ? steps.flatMap((step, index) => mentionsOfStep(['policies', name, index], step)) : [],
  );
  return [...ofServices, ...ofPolicies];
}

function mentionsOfService(path: Path, service: unknown): readonly Mention[] {
  const texts = { policy: 'policy', probe: 'probe', whenAllDown: 'service' } as const;
  const ofKeys = Object.entries(texts).flatMap(([key, to]): Mention[] => {
    const name = written(service, key);
    if (typeof name !== 'string' || (to === 'service' && RESERVED_SERVICE_NAMES.includes(name))) return [];
    return [{ to, name, path: [...path, key] }];
  });
  const ofEndpoints = keysIn(written(service, 'endpoints')).map(
    (name): Mention => ({ to: 'region', name, path: [...path, 'endpoints', name], isKey: true }),
  );
  return [...ofKeys, ...ofEndpoints];
}

function mentionsOfStep(path: Path, written: unknown): readonly Mention[] {
  return readStep(written).flatMap(({ kind, step, settings }) =>
    step
      .references(settings)
      .map(({ to, name, path: inner }): Mention => ({ to, name, path: [...path, kind, ...inner] })),
  );
}

/** Services that lead back to themselves by whenAllDown: with all of them down, none could answer. Each loop is told once. */
export function checkServiceLoops(document: Document): readonly Problem[] {
  const services = written(document.value, 'services');
  const nextOf = (name: string): unknown => written(services, name, 'whenAllDown');
  const told = new Set<string>();
  return keysIn(services).flatMap((start) => {
    const chain = [start];
    // A chain that runs into a loop it is not part of is stopped by its length; the loop is told at its own services.
    for (let next = nextOf(start); typeof next === 'string' && !chain.includes(next); next = nextOf(next))
      chain.push(next);
    const closes = nextOf(chain.at(-1)!) === start;
    if (!closes || told.has(start)) return [];
    for (const name of chain) told.add(name);
    const loop = [...chain, start].join(' -> ');
    return [
      document.atValue(
        ['services', start, 'whenAllDown'],
        'service-loop',
        `a service that does not lead back here: ${loop}`,
      ),
    ];
  });
}
