import { selects } from '../../steering/selector.ts';
import type { Problem } from '../../util/problem.ts';
import type { Document } from '../reading/document.ts';
import { entriesIn, textOf, written } from '../reading/written.ts';
import { settingsOf, stepsIn } from '../schema/policy.ts';
import { expectedName } from './references.ts';
import type { Regions } from './regions.ts';

const REGION_WITHIN = 'a region by its name, tag, country or continent: none that is defined is within this fence';

/** Fences within which there is no region and no endpoint at all: whoever is fenced in would never get an answer. */
export function checkFences(document: Document, regions: Regions): readonly Problem[] {
  const everything = candidatesIn(document.value, regions);
  return entriesIn(written(document.value, 'policies')).flatMap(([name, steps]) =>
    stepsIn(steps, ['policies', name]).flatMap((step) => {
      const to = settingsOf(step, 'fence')?.to;
      if (to === undefined || everything.some((one) => selects(to, one))) return [];
      // What is not defined is told where it stands.
      const isDefined = step.step
        .references({ to })
        .every((one) => expectedName(document.value, one.to, one.name) === undefined);
      return isDefined ? [document.atValue([...step.path, 'to'], 'fence-without-region', REGION_WITHIN)] : [];
    }),
  );
}

/** Each endpoint with its region, and regions by themselves. */
function candidatesIn(value: unknown, regions: Regions) {
  const ofServices = entriesIn(written(value, 'services')).flatMap(([, service]) =>
    entriesIn(written(service, 'endpoints')).map(([name, endpoint]) => {
      const region = regions.get(textOf(endpoint, 'region') ?? name);
      return { name, regions: region === undefined ? [] : [region] };
    }),
  );
  return [...[...regions.values()].map((region) => ({ name: '', regions: [region] })), ...ofServices];
}
