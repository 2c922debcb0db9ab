import { z } from 'zod';
import { referencesOfSelector, type Selector, selector, selects } from '../selector.ts';
import type { Candidate, Step } from '../step.ts';

/** Regions or groups, the preferred one first. */
export type Ordered = readonly Selector[];

const LIST_FORM = 'a list of regions, the preferred one first';

export const orderedList = z.array(selector, { error: LIST_FORM }).min(1, 'at least one region');

/** Failover order: the first of the list that is up. Regions that the list does not name come after it, as equals. */
export const ordered: Step<Ordered> = {
  schema: orderedList.meta({
    description: 'Failover order of regions or groups; those not named come last, as equals',
  }),
  bare: undefined,
  references: (written) =>
    Array.isArray(written) ? written.flatMap((item, index) => referencesOfSelector(item, [index])) : [],
  read: (list, _location, candidates) => candidates.map((candidate) => positionIn(list, candidate)),
  isIndependent: () => true,
  rank: (_list, facts, tier) => tier.map((candidate) => facts[candidate] ?? 0),
};

/** The first place in the list that means an endpoint; behind its end where none does. */
export function positionIn(list: readonly Selector[], candidate: Candidate): number {
  const position = list.findIndex((wanted) => selects(wanted, candidate));
  return position === -1 ? list.length : position;
}
