import { z } from 'zod';
import { denseRanks, type Facts } from './step.ts';

/** Values that lie so close to the best that they count as equal to it. */
export interface Band {
  /** In the unit of the values. */
  readonly absolute: number;
  /** In percent of the best value. */
  readonly percent: number;
}

export const NO_BAND: Band = { absolute: 0, percent: 0 };

/** A band as it is written: `100km`, `10%`, or both in a list, of which the wider one holds. */
export function bandSchema(unit: 'km' | 'ms') {
  const form = `a distance from the best such as 50${unit} or 10%, or a list of both`;
  const part = z.string(form).transform((text, context): Band => {
    const [, amount, of] = /^(\d+(?:\.\d+)?)\s*(%|km|ms)$/.exec(text) ?? [];
    if (of === '%' && Number(amount) <= 100) return { absolute: 0, percent: Number(amount) };
    if (of === unit) return { absolute: Number(amount), percent: 0 };
    context.addIssue({ code: 'custom', message: form });
    return z.NEVER;
  });
  return z.union([part, z.array(part).min(1, form).max(2, form)], { error: form }).transform((parts) =>
    [parts].flat().reduce((a, b) => ({
      absolute: Math.max(a.absolute, b.absolute),
      percent: Math.max(a.percent, b.percent),
    })),
  );
}

/**
 * What has to be known of values to find the bands of any subset of them: the ranks of the values and, with a band, of
 * how far each one's band reaches, in one order. Ranks, not values: clients differ only where that order does.
 */
export function bandFacts(values: readonly number[], band: Band): Facts {
  if (band.absolute === 0 && band.percent === 0) return denseRanks(values);
  const reaches = values.map((value) => value + Math.max(band.absolute, (value * band.percent) / 100));
  return denseRanks([...values, ...reaches]);
}

/**
 * The keys of a tier's candidates: the best and those within its band are 0, the best of the rest and its band 1, and
 * so on.
 */
export function bandKeys(facts: Facts, tier: readonly number[], candidateCount: number): readonly number[] {
  const rankOf = (candidate: number): number => facts[candidate] ?? 0;
  if (facts.length <= candidateCount) return tier.map(rankOf);
  const keys = new Array<number>(tier.length).fill(0);
  const order = tier.map((_, position) => position).sort((a, b) => rankOf(tier[a]!) - rankOf(tier[b]!));
  let key = -1;
  let reach = -1;
  for (const position of order) {
    const candidate = tier[position]!;
    if (rankOf(candidate) > reach) {
      key++;
      reach = facts[candidateCount + candidate] ?? 0;
    }
    keys[position] = key;
  }
  return keys;
}
