import type { Problem } from '../../util/problem.ts';
import type { Document } from '../reading/document.ts';
import { entriesIn, keysIn, textsIn, written } from '../reading/written.ts';
import { settingsOf, stepsIn } from '../schema/policy.ts';
import { needsLocations } from './conflicts.ts';
import { type Mention, mentionsIn } from './references.ts';
import { findRegionChecks } from './region-probes.ts';
import { regionNamesOf } from './regions.ts';

const WEIGHT_DEFAULT = 1;

/** What may be defined and never used; all but networks, which cost nothing and are often kept in stock. */
const KINDS = [
  { to: 'region', section: 'regions', code: 'unused-region', use: 'an endpoint of a service in it' },
  { to: 'probe', section: 'probes', code: 'unused-probe', use: 'a service, region or probe that names it' },
  { to: 'policy', section: 'policies', code: 'unused-policy', use: 'a service that names it' },
  {
    to: 'service',
    section: 'services',
    code: 'unused-service',
    use: 'a zone that names it in a SERVICE record, or a service that leads to it',
  },
] as const;

/**
 * What is defined and never comes to use, or to no effect: no mistake, and probably not what was meant either. Of
 * documents without mistakes only. `servedByZones`: the services that SERVICE records name.
 */
export function findUnused(document: Document, servedByZones: ReadonlySet<string>): readonly Problem[] {
  return [
    ...findUnnamed(document, servedByZones),
    ...findBlindness(document),
    ...findWeights(document),
    ...findBiases(document),
    ...findChecks(document),
    ...findRegionChecks(document),
  ];
}

function findUnnamed(document: Document, servedByZones: ReadonlySet<string>): readonly Problem[] {
  const mentions = mentionsIn(document.value).filter(isUse);
  return KINDS.flatMap(({ to, section, code, use }) => {
    const used = new Set(mentions.filter((mention) => mention.to === to).map(({ name }) => name));
    return keysIn(written(document.value, section))
      .filter((name) => !used.has(name) && !(to === 'service' && servedByZones.has(name)))
      .map((name) => document.atKey([section, name], code, use));
  });
}

/** A policy that names a region does not bring it to use: an endpoint does. */
function isUse({ to, path }: Mention): boolean {
  return to !== 'region' || path[0] === 'services';
}

/** Steps that compare distances, and no database to tell where clients are: to such a step all regions are equal. */
function findBlindness(document: Document): readonly Problem[] {
  const databases = written(document.value, 'geo', 'databases');
  if (textsIn(databases).length > 0) return [];
  return entriesIn(written(document.value, 'policies')).flatMap(([name, steps]) => {
    const blind = stepsIn(steps, []).find(needsLocations);
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

/** Weights in services whose policy has no step that weighs. Told once a service. */
function findWeights(document: Document): readonly Problem[] {
  return entriesIn(written(document.value, 'services')).flatMap(([name, service]) => {
    const policy = String(written(service, 'policy'));
    if (stepsIn(written(document.value, 'policies', policy), []).some(({ step }) => step.isByWeight)) return [];
    const weighted = entriesIn(written(service, 'endpoints')).find(
      ([, endpoint]) => (written(endpoint, 'weight') ?? WEIGHT_DEFAULT) !== WEIGHT_DEFAULT,
    );
    if (weighted === undefined) return [];
    const path = ['services', name, 'endpoints', weighted[0], 'weight'];
    return [document.atValue(path, 'unused-weight', `weighted or sticky in its policy ${policy}, which never weighs`)];
  });
}

/** Biases for regions in which no service of the policy has an endpoint. */
function findBiases(document: Document): readonly Problem[] {
  const services = entriesIn(written(document.value, 'services'));
  return entriesIn(written(document.value, 'policies')).flatMap(([name, steps]) => {
    const users = services.filter(([, service]) => written(service, 'policy') === name).map(([service]) => service);
    if (users.length === 0) return []; // It is told of the policy as a whole.
    const regions = new Set(users.flatMap((service) => [...regionNamesOf(document.value, service)]));
    const expected = `a region in which a service with this policy has an endpoint (${users.join(', ')})`;
    return stepsIn(steps, ['policies', name]).flatMap((step) =>
      Object.keys(settingsOf(step, 'nearest')?.bias ?? {})
        .filter((region) => !regions.has(region))
        .map((region) => document.atKey([...step.path, 'bias', region], 'unused-bias', expected)),
    );
  });
}

/** Where to probe an endpoint that is not probed: because its service has no probe, or because it is a service. */
function findChecks(document: Document): readonly Problem[] {
  return entriesIn(written(document.value, 'services')).flatMap(([name, service]) =>
    entriesIn(written(service, 'endpoints')).flatMap(([endpoint, value]) => {
      if (written(value, 'check') === undefined) return [];
      const isService = written(value, 'service') !== undefined;
      if (!isService && written(service, 'probe') !== undefined) return [];
      const expected = isService
        ? 'nothing here: the endpoints of a service are probed by its own probe'
        : `a probe in service ${name}: without one nothing is checked`;
      return [document.atKey(['services', name, 'endpoints', endpoint, 'check'], 'unused-check', expected)];
    }),
  );
}
