import { z } from 'zod';
import { wholeNumber } from '../../util/whole-number.ts';
import type { Step } from '../step.ts';
import { mappingLike } from '../written.ts';

const LIMIT_FORM = '{ answers: ... } or { healthy: ... }, or both';

const settings = z
  .strictObject(
    {
      answers: wholeNumber(1, 64).optional().meta({ description: 'An answer names so many endpoints, at most' }),
      healthy: wholeNumber(1, 1024)
        .optional()
        .meta({ description: 'A region counts only while so many of its endpoints are up, for IPv4 and IPv6 apart' }),
    },
    mappingLike(LIMIT_FORM),
  )
  .refine(({ answers, healthy }) => answers !== undefined || healthy !== undefined, LIMIT_FORM);

export type Limit = z.output<typeof settings>;

/**
 * Bounds: on how many endpoints an answer names, and on how few of a region's endpoints may be up before it is left
 * aside. A region below its bound comes last: it is still better than endpoints that are down.
 */
export const limit: Step<Limit> = {
  schema: settings.meta({ description: 'At most so many answers; at least so many healthy before a region counts' }),
  bare: undefined,
  references: () => [],
  rank({ healthy }, _facts, tier, { candidates, isEligible }) {
    if (healthy === undefined) return tier.map(() => 0);
    const upIn = new Map<string, number>();
    for (const [index, { regions }] of candidates.entries()) {
      if (isEligible[index]) for (const { name } of regions) upIn.set(name, (upIn.get(name) ?? 0) + 1);
    }
    const counts = (candidate: number): boolean =>
      candidates[candidate]?.regions.some(({ name }) => (upIn.get(name) ?? 0) >= healthy) ?? false;
    return tier.map((candidate) => (counts(candidate) ? 0 : 1));
  },
  isIndependent: ({ healthy }) => healthy === undefined,
  answersMax: ({ answers }) => answers,
};
