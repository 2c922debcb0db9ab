import type { Course } from './course.ts';
import type { Outcome, Share, Tier } from './decision.ts';
import { type Plan, type PlannedStep, stepOf } from './plan.ts';
import type { Draw } from './step.ts';
import { isUniform, joined, leastAbove, once, partition, partOf, stronger } from './tiers.ts';

/** What has been found while a tier is divided: how many endpoints, and which canaries' services. */
interface Found {
  count: number;
  readonly leads: Set<number>;
}

const RANDOM: Draw = { kind: 'random' };

/** What the steps make of the endpoints that may be answered. */
export interface Ordered {
  readonly tiers: readonly Tier[];
  readonly draw: Draw;
  /** Those that were looked at, of which services may have nothing to answer. */
  readonly candidates: readonly number[];
}

/** The order of a service's endpoints for one class of clients, by the steps that apply to it. */
export class Ordering {
  /** The step that divides what those before it left equal; those after it have nothing to do. */
  readonly division: PlannedStep | undefined;
  readonly #plan: Plan;
  readonly #active: readonly PlannedStep[];
  readonly #outcomes: readonly (Outcome | undefined)[];
  readonly #course: Course;

  /** @param outcomes by candidate, of those that are services. */
  constructor(plan: Plan, active: readonly PlannedStep[], outcomes: readonly (Outcome | undefined)[], course: Course) {
    this.#plan = plan;
    this.#active = active;
    this.#outcomes = outcomes;
    this.#course = course;
    this.division = active.find(({ step }) => stepOf(step).divide !== undefined);
  }

  order(isEligible: readonly boolean[]): Ordered {
    const start = isEligible.flatMap((is, candidate) => (is && !this.#plan.isCanaryOnly[candidate] ? [candidate] : []));
    const groups: (readonly number[])[] = [];
    this.#fill(start, 0, isEligible, groups, { count: 0, leads: new Set() });
    const tiers = once(groups.flatMap((group) => this.#tiersOf(group)));
    return { tiers, draw: this.#drawOf(groups), candidates: groups.flat() };
  }

  /** How endpoints are drawn: as the policy says, or as the services say that an answer may come from. */
  #drawOf(groups: readonly (readonly number[])[]): Draw {
    const { division } = this;
    const needed = firstOf(groups, this.#course.answersMin);
    const isAnyEqual = needed.some(({ length }) => length > 1);
    const own = division === undefined ? undefined : stepOf(division.step).divide?.(division.step.settings);
    const ofServices = needed.flat().flatMap((candidate) => this.#outcomes[candidate]?.draw ?? []);
    const all = [own ?? (isAnyEqual ? RANDOM : undefined), ...ofServices].filter((draw) => draw !== undefined);
    return all.length === 0 ? RANDOM : all.reduce(stronger);
  }

  /** Divides a tier by the steps from one on, the best first, until there are as many endpoints as an answer names. */
  #fill(
    tier: readonly number[],
    from: number,
    isEligible: readonly boolean[],
    groups: (readonly number[])[],
    found: Found,
  ): void {
    const { trace, answersMin, isTaken } = this.#course;
    for (let index = from; index < this.#active.length; index++) {
      const planned = this.#active[index];
      const step = stepOf(planned.step);
      const taken = planned.canary !== undefined && isTaken[planned.canary.index] === true;
      const keys = step.rank?.(planned.step.settings, this.#course.facts[this.#plan.index][planned.at].facts, tier, {
        candidates: this.#plan.candidates,
        isEligible,
        isCanary: taken,
        isExploring: this.#course.isExploring,
      });
      const isLast = step.divide !== undefined;
      const lead = this.#lead(planned, isEligible, found);
      const isWhole = keys === undefined || isUniform(keys);
      trace?.ordered(this.#plan, planned, lead, isWhole ? [tier] : partition(tier, keys));
      if (lead === undefined && isWhole && !isLast) continue;
      const rest = isLast ? this.#active.length : index + 1;
      if (lead !== undefined) this.#fill([lead], rest, isEligible, groups, found);
      if (isWhole) {
        if (trace === undefined && found.count >= answersMin) return;
        this.#fill(tier, rest, isEligible, groups, found);
        return;
      }
      for (let key = leastAbove(-Infinity, keys); key < Infinity; key = leastAbove(key, keys)) {
        // Whoever asks why sees all of them.
        if (trace === undefined && found.count >= answersMin) return;
        this.#fill(partOf(tier, keys, key), rest, isEligible, groups, found);
      }
      return;
    }
    if (tier.length === 0) return;
    groups.push(tier);
    found.count += tier.length;
  }

  /**
   * The service of a canary that takes the client: before all that the steps so far left equal, the first time it comes
   * up.
   */
  #lead({ canary }: PlannedStep, isEligible: readonly boolean[], found: Found): number | undefined {
    if (canary?.candidate === undefined || !this.#course.isTaken[canary.index]) return undefined;
    if (!isEligible[canary.candidate] || found.leads.has(canary.candidate)) return undefined;
    found.leads.add(canary.candidate);
    return canary.candidate;
  }

  /** The tiers of endpoints that are equal: one, and more below it where services among them have more. */
  #tiersOf(group: readonly number[]): readonly Tier[] {
    const { world } = this.#course;
    const isByWeight = this.division !== undefined && stepOf(this.division.step).isByWeight === true;
    const weights = group.map((candidate): number =>
      isByWeight ? (this.#plan.candidates[candidate]?.weight ?? 0) : 1,
    );
    // A tier of last resorts alone.
    if (!weights.some((weight) => weight > 0)) weights.fill(1);
    const levels: Share[][] = [];
    for (const [position, candidate] of group.entries()) {
      const target = this.#plan.targets[candidate];
      const weight = weights[position];
      if ('leaf' in target) {
        levels[0] ??= [];
        levels[0].push({ leaf: target.leaf, weight: weight * (world.factors?.[target.leaf] ?? 1) });
        continue;
      }
      for (const [level, tier] of (this.#outcomes[candidate]?.tiers ?? []).entries()) {
        const sum = tier.reduce((total, share) => total + share.weight, 0);
        levels[level] ??= [];
        levels[level].push(...tier.map((share) => ({ leaf: share.leaf, weight: (weight * share.weight) / sum })));
      }
    }
    return levels.map(joined);
  }
}

/** The first groups, until there are as many candidates as an answer names: a trace has them all. */
function firstOf(groups: readonly (readonly number[])[], answers: number): readonly (readonly number[])[] {
  let count = 0;
  const end = groups.findIndex((group) => {
    count += group.length;
    return count >= answers;
  });
  return end === -1 ? groups : groups.slice(0, end + 1);
}
