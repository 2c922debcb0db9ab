import type { Problem } from '../util/problem.ts';
import type { Document } from './document.ts';
import { readStep } from './policy.ts';
import { type Mention, mentionsIn } from './references.ts';
import { entriesIn, keysIn, textsIn, written } from './written.ts';

/** What may be defined and never used; all but networks, which cost nothing and are often kept in stock. */
const KINDS = [
  { to: 'region', section: 'regions', code: 'unused-region', use: 'an endpoint of a service in it' },
  { to: 'probe', section: 'probes', code: 'unused-probe', use: 'a service that names it' },
  { to: 'policy', section: 'policies', code: 'unused-policy', use: 'a service that names it' },
  {
    to: 'service',
    section: 'services',
    code: 'unused-service',
    use: 'a zone that names it in a SERVICE record, or a service that falls back to it',
  },
] as const;

/** What is no mistake, and probably not what was meant either. `servedByZones`: the services that SERVICE records name. */
export function findWarnings(document: Document, servedByZones: ReadonlySet<string>): readonly Problem[] {
  return [...findUnused(document, servedByZones), ...findBlindness(document)];
}

function findUnused(document: Document, servedByZones: ReadonlySet<string>): readonly Problem[] {
  const mentions = mentionsIn(document.value).filter(isUse);
  return KINDS.flatMap(({ to, section, code, use }) => {
    const used = new Set(mentions.filter((mention) => mention.to === to).map(({ name }) => name));
    return keysIn(written(document.value, section))
      .filter((name) => !used.has(name) && !(to === 'service' && servedByZones.has(name)))
      .map((name) => document.atKey([section, name], code, use));
  });
}

/** A policy that names a region does not bring it to use: an endpoint does, which mentions it as a key. */
function isUse({ to, isKey }: Mention): boolean {
  return to !== 'region' || isKey === true;
}

/** Steps that compare distances, and no database to tell where clients are: to such a step all regions are equal. */
function findBlindness(document: Document): readonly Problem[] {
  const databases = written(document.value, 'geo', 'databases');
  if (textsIn(databases).length > 0) return [];
  return entriesIn(written(document.value, 'policies')).flatMap(([name, steps]) => {
    const blind = (Array.isArray(steps) ? steps : []).flatMap(readStep).find(({ step }) => step.needsRegionLocations);
    if (blind === undefined) return [];
    return [
      document.atKey(
        ['policies', name],
        'no-geo-database',
        `geo.databases: without one ${blind.kind} finds all regions equal`,
      ),
    ];
  });
}
