import type { CountryTable } from '../../geo/countries.ts';
import type { Region } from '../../steering/step.ts';
import type { Problem } from '../../util/problem.ts';
import { isElsewhere } from '../reading/countries.ts';
import type { Document } from '../reading/document.ts';
import { entriesIn, textOf, textsIn, written } from '../reading/written.ts';

/**
 * By name, the regions of a document as far as they can be read, each on the continent of its country unless it says
 * another.
 */
export type Regions = ReadonlyMap<string, Region>;

/** What policies can know regions by, whatever else is wrong with them. */
export function regionsIn(document: Document, countries: CountryTable): Regions {
  return new Map(
    entriesIn(written(document.value, 'regions')).map(([name, region]) => {
      const country = textOf(region, 'country');
      const continent = textOf(region, 'continent') ?? countries.get(country ?? '')?.continent;
      const tags = textsIn(written(region, 'tags')).map(({ text }) => text);
      return [name, { name, tags, ...(country && { country }), ...(continent && { continent }) }];
    }),
  );
}

/** Regions whose continent is not that of their country. */
export function findMisplaced(document: Document, countries: CountryTable): readonly Problem[] {
  return entriesIn(written(document.value, 'regions')).flatMap(([name, region]) => {
    const [country, continent] = [textOf(region, 'country'), textOf(region, 'continent')];
    if (country === undefined || continent === undefined || !isElsewhere(countries, country, continent)) return [];
    const known = countries.get(country);
    const expected = `${known?.continent}, the continent of ${known?.name}`;
    return [document.atValue(['regions', name, 'continent'], 'misplaced-region', expected)];
  });
}

/** The names of the regions in which a service has endpoints, those of the services that are its endpoints included. */
export function regionNamesOf(value: unknown, service: string, seen = new Set<string>()): ReadonlySet<string> {
  const names = new Set<string>();
  if (seen.has(service)) return names;
  seen.add(service);
  for (const [name, endpoint] of entriesIn(written(value, 'services', service, 'endpoints'))) {
    const [region, inner] = [textOf(endpoint, 'region'), textOf(endpoint, 'service')];
    if (region !== undefined) names.add(region);
    else if (inner === undefined) names.add(name);
    else for (const below of regionNamesOf(value, inner, seen)) names.add(below);
  }
  return names;
}
