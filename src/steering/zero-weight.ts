import { z } from 'zod';
import type { Candidate } from './step.ts';

/** What weight 0 means: no client ever, or none while an endpoint with a weight is up. */
export const zeroWeight = z
  .enum(['never', 'lastResort'], { error: 'never or lastResort' })
  .default('lastResort')
  .meta({ description: 'What weight 0 means: never, or lastResort: only while nothing with a weight is up' });

export type ZeroWeight = z.output<typeof zeroWeight>;

export function admitsWeight(zero: ZeroWeight, candidate: Candidate | undefined): boolean {
  return zero === 'lastResort' || (candidate?.weight ?? 0) > 0;
}

/** 0 for endpoints with a weight, 1 for last resorts. */
export function weightKeys(tier: readonly number[], candidates: readonly Candidate[]): readonly number[] {
  return tier.map((candidate) => ((candidates[candidate]?.weight ?? 0) > 0 ? 0 : 1));
}
