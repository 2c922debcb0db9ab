import { z } from 'zod';
import { CONTINENT_FORM, continent } from './clients.ts';
import { COUNTRY_FORM, countryCode } from './country.ts';
import type { Candidate, Reference, Region } from './step.ts';
import { oneOrMore, referencesIn } from './written.ts';

const attributes = {
  region: oneOrMore(z.string('text'), 'the name of a region').optional().meta({ description: 'Names of regions' }),
  tag: oneOrMore(z.string('text'), 'a tag of regions').optional().meta({ description: 'Tags of regions' }),
  country: oneOrMore(countryCode, COUNTRY_FORM).optional().meta({ description: 'Countries that regions are in' }),
  continent: oneOrMore(continent, CONTINENT_FORM).optional().meta({ description: 'Continents that regions are on' }),
  endpoint: oneOrMore(z.string('text'), 'the name of an endpoint')
    .optional()
    .meta({ description: 'Names of endpoints' }),
};

const SELECTOR_FORM =
  'the name of a region, or { tag: ... }, { country: ... }, { continent: ... }, { endpoint: ... }, or a list of these';

const NOT_FORM = `at least one of ${Object.keys(attributes).join(', ')}`;

const except = z
  .strictObject(attributes)
  .refine((keys) => Object.keys(keys).length > 0, NOT_FORM)
  .optional()
  .meta({ description: 'Those that are taken out again' });

const one = z.union(
  [
    z.string(),
    z.strictObject({ ...attributes, not: except }).refine((keys) => Object.keys(keys).length > 0, SELECTOR_FORM),
  ],
  { error: SELECTOR_FORM },
);

/**
 * Which endpoints are meant: by the name of their region, by what the region is, or by their own name. A list is a
 * group of equals.
 */
export const selector = z
  .union([one, z.array(one).min(1, SELECTOR_FORM)], { error: SELECTOR_FORM })
  .meta({ id: 'selector' });

export type Selector = z.output<typeof selector>;
type Attributes = z.output<z.ZodObject<typeof attributes>>;

/** Whether an endpoint is meant; of one that is a service, whether one of its regions is. */
export function selects(wanted: Selector, candidate: Pick<Candidate, 'name' | 'regions'>): boolean {
  if (candidate.regions.length === 0) return selectsOne(wanted, candidate.name, undefined);
  return candidate.regions.some((region) => selectsOne(wanted, candidate.name, region));
}

/** The names that are mentioned in what is written, whatever shape it has. */
export function referencesOfSelector(written: unknown, path: Reference['path'] = []): readonly Reference[] {
  if (typeof written === 'string') return [{ to: 'region', name: written, path }];
  if (Array.isArray(written)) return written.flatMap((item, index) => referencesOfSelector(item, [...path, index]));
  const { region, tag, endpoint, not } = Object(written) as Record<string, unknown>;
  return [
    ...referencesIn(region, 'region', [...path, 'region']),
    ...referencesIn(tag, 'tag', [...path, 'tag']),
    ...referencesIn(endpoint, 'endpoint', [...path, 'endpoint']),
    ...(not === undefined ? [] : referencesOfSelector(Object(not), [...path, 'not'])),
  ];
}

function selectsOne(wanted: Selector, endpoint: string, region: Region | undefined): boolean {
  if (typeof wanted === 'string') return region?.name === wanted;
  if (Array.isArray(wanted)) return wanted.some((one) => selectsOne(one, endpoint, region));
  const { not, ...attributesWanted } = wanted;
  if (not !== undefined && hasAttributes(not, endpoint, region)) return false;
  return hasAttributes(attributesWanted, endpoint, region);
}

function hasAttributes(wanted: Attributes, endpoint: string, region: Region | undefined): boolean {
  return (
    (wanted.endpoint === undefined || wanted.endpoint.includes(endpoint)) &&
    (wanted.region === undefined || (region !== undefined && wanted.region.includes(region.name))) &&
    (wanted.tag === undefined || (region?.tags.some((tag) => wanted.tag?.includes(tag)) ?? false)) &&
    (wanted.country === undefined || (region?.country !== undefined && wanted.country.includes(region.country))) &&
    (wanted.continent === undefined ||
      (region?.continent !== undefined && (wanted.continent as readonly string[]).includes(region.continent)))
  );
}
