import type { EndpointState } from '../steering/decision.ts';
import { type Plan, type PlanFacts, stepOf, type WholePlan } from '../steering/plan.ts';
import { isUniform, partition } from '../steering/tiers.ts';
import { atOnce, type Sliced } from '../util/slices.ts';

/** Classes of clients, by number, in groups that get the same answer as things are. */
export interface Groups {
  readonly groupOfClass: Int32Array;
  /** One class of each group: its decision holds for all of them. */
  readonly representatives: readonly number[];
}

/** A set of candidates is the bits of a number; with more of them it would not fit. */
const CANDIDATES_MAX = 30;

/** Each class takes some ten microseconds. */
const CLASSES_A_SLICE = 32;

/**
 * Tells which classes get the same answer, without a decision for each of them. It works for plans whose order never
 * changes with verdicts: there, the best of the endpoints that are up come first in the order of all endpoints, too. It
 * takes some ten microseconds for a thousand classes; deciding takes that for a few.
 */
export class AlikeClasses {
  /** By class and candidate: 0 for the best. */
  readonly #ranks: Uint8Array;
  /** By class: the candidates that no step keeps out, as bits. */
  readonly #admitted: Int32Array;
  readonly #candidates: number;

  private constructor(ranks: Uint8Array, admitted: Int32Array, candidates: number) {
    this.#ranks = ranks;
    this.#admitted = admitted;
    this.#candidates = candidates;
  }

  /** Undefined for plans that are not so simple. */
  static of(plan: WholePlan, facts: readonly PlanFacts[]): AlikeClasses | undefined {
    return atOnce(AlikeClasses.making(plan, facts));
  }

  /** {@link of} in slices. */
  static *making({ root }: WholePlan, facts: readonly PlanFacts[]): Sliced<AlikeClasses | undefined> {
    const { candidates, targets, steps } = root;
    const isSimple =
      candidates.length <= CANDIDATES_MAX &&
      targets.every((target) => 'leaf' in target) &&
      steps.every(({ guards, step }) => guards.length === 0 && stepOf(step).isIndependent?.(step.settings) === true);
    if (!isSimple) return undefined;
    const ranks = new Uint8Array(facts.length * candidates.length);
    const admitted = new Int32Array(facts.length);
    for (const [number, ofClass] of facts.entries()) {
      ranks.set(ranksOf(root, ofClass), number * candidates.length);
      admitted[number] = admittedBits(root, ofClass);
      if (number % CLASSES_A_SLICE === 0) yield;
    }
    return new AlikeClasses(ranks, admitted, candidates.length);
  }

  /** The groups for the states of the plan's leaves, where each answer names so many endpoints. */
  groups(plan: Plan, states: readonly EndpointState[], answers: number): Groups {
    const bitsOf = (wanted: EndpointState): number =>
      plan.targets.reduce((bits, target, candidate) => {
        const state = 'leaf' in target ? states[target.leaf] : 'down';
        return state === wanted ? bits | (1 << candidate) : bits;
      }, 0);
    const up = bitsOf('up');
    const draining = bitsOf('draining');
    const groupOfClass = new Int32Array(this.#admitted.length);
    const representatives: number[] = [];
    const groupByBest = new Map<string | number, number>();
    for (let number = 0; number < groupOfClass.length; number++) {
      const admitted = this.#admitted[number];
      const eligible = (up & admitted) === 0 ? draining & admitted : up & admitted;
      // If none of them is up, what becomes of a class depends on more than its order.
      const best = eligible === 0 ? `class ${number}` : this.#best(number, eligible, answers);
      let group = groupByBest.get(best);
      if (group === undefined) {
        group = representatives.push(number) - 1;
        groupByBest.set(best, group);
      }
      groupOfClass[number] = group;
    }
    return { groupOfClass, representatives };
  }

  /** What an answer may come from: the bits of the best candidates, and of those after them where more are wanted. */
  #best(number: number, eligible: number, answers: number): string | number {
    const first = this.#next(number, eligible, -1);
    if (answers === 1 || first.count >= answers) return first.bits;
    const all = [first.bits];
    let { rank, count } = first;
    while (count < answers) {
      const next = this.#next(number, eligible, rank);
      if (next.count === 0) break;
      all.push(next.bits);
      rank = next.rank;
      count += next.count;
    }
    return all.join();
  }

  /** The candidates of the least rank that is above another. */
  #next(number: number, eligible: number, above: number): { bits: number; rank: number; count: number } {
    const from = number * this.#candidates;
    let least = 0x100;
    let bits = 0;
    let count = 0;
    for (let candidate = 0; candidate < this.#candidates; candidate++) {
      if (((eligible >> candidate) & 1) === 0) continue;
      const rank = this.#ranks[from + candidate];
      if (rank > least || rank <= above) continue;
      if (rank < least) {
        least = rank;
        bits = 0;
        count = 0;
      }
      bits |= 1 << candidate;
      count++;
    }
    return { bits, rank: least, count };
  }
}

/** The candidates that no step keeps from a class, as bits. */
function admittedBits(plan: Plan, facts: PlanFacts): number {
  const { candidates, steps } = plan;
  return candidates.reduce((bits, _, candidate) => {
    const isAdmitted = steps.every(({ step, at }) => {
      const { admits } = stepOf(step);
      return admits === undefined || admits(step.settings, facts[plan.index][at].facts, candidate, candidates);
    });
    return isAdmitted ? bits | (1 << candidate) : bits;
  }, 0);
}

/** By candidate its place in the whole order, 0 for the best. */
function ranksOf(plan: Plan, facts: PlanFacts): readonly number[] {
  const { candidates, steps } = plan;
  const isEligible = candidates.map(() => true);
  let tiers: readonly (readonly number[])[] = [candidates.map((_, candidate) => candidate)];
  for (const { step, at } of steps) {
    const { rank, divide } = stepOf(step);
    const read = facts[plan.index][at].facts;
    tiers = tiers.flatMap((tier) => {
      const keys = rank?.(step.settings, read, tier, { candidates, isEligible, isCanary: false });
      return keys === undefined || isUniform(keys) ? [tier] : partition(tier, keys);
    });
    if (divide !== undefined) break;
  }
  const ranks = new Array<number>(candidates.length).fill(0);
  for (const [place, tier] of tiers.entries()) for (const candidate of tier) ranks[candidate] = place;
  return ranks;
}
