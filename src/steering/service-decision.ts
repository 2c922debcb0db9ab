import { type Course, withAllUp } from './course.ts';
import type { EndpointState, Mode, Outcome, Tier, World } from './decision.ts';
import { Ordering } from './ordering.ts';
import { type Plan, type PlanFacts, type PlannedStep, stepOf } from './plan.ts';
import { isInForce } from './policy.ts';
import { isAnyReached, isAnyWithin } from './reach.ts';
import type { Draw, Facts } from './step.ts';
import type { Fence } from './steps/fence.ts';

const RANDOM: Draw = { kind: 'random' };

/** Decides for a service, and for those that it leads to, on one course. */
export function decideOnce(plan: Plan, course: Course): Outcome {
  const active = activeSteps(plan, course);
  const answers = answersOf(plan, active);
  const inner: Course = { ...course, answersMin: Math.max(course.answersMin, answers) };
  return new Decider(plan, active, answers, inner).decide();
}

/**
 * The same for the service that is asked for. Clients try again after SERVFAIL, and remember that there is no data (RFC
 * 2308 section 5). So a type is not refused of which there would be nothing with everything up either, unless that
 * holds for all types.
 */
export function decideWhole(plan: Plan, course: Course): Outcome {
  const outcome = decideOnce(plan, course);
  if (outcome.kind !== 'refuse' || !isAnyReached(plan, activeSteps(plan, course), course)) return outcome;
  const { kind } = decideOnce(plan, withAllUp(course));
  return kind === 'draw' || kind === 'unknown'
    ? outcome
    : { ...outcome, kind: 'none', health: 'nothing', mode: 'normal' };
}

/** One service's decision for one class of clients. */
class Decider {
  readonly #plan: Plan;
  readonly #active: readonly PlannedStep[];
  readonly #answers: number;
  readonly #course: Course;
  readonly #outcomes: readonly (Outcome | undefined)[];
  readonly #ordering: Ordering;

  constructor(plan: Plan, active: readonly PlannedStep[], answers: number, course: Course) {
    this.#plan = plan;
    this.#active = active;
    this.#answers = answers;
    this.#course = course;
    this.#outcomes = plan.targets.map((target) => ('plan' in target ? decideOnce(target.plan, course) : undefined));
    this.#ordering = new Ordering(plan, active, this.#outcomes, course);
  }

  decide(): Outcome {
    const { trace } = this.#course;
    const states = this.#plan.targets.map((_, candidate) => this.#stateOf(candidate));
    trace?.states(this.#plan, states);
    let admitted = this.#plan.candidates.map((_, candidate) => !this.#plan.isCanaryOnly[candidate]);
    let isFenced = false;
    let fenceElse: 'all' | undefined;
    const { division } = this.#ordering;
    for (const planned of this.#active) {
      const isDivided = division !== undefined && division.at < planned.at; // nothing is left then to put a canary before
      if (planned.canary?.candidate !== undefined && this.#course.isTaken[planned.canary.index] && !isDivided)
        admitted[planned.canary.candidate] = true;
      const { admits } = stepOf(planned.step);
      if (admits === undefined || (planned.fenceBit & this.#course.lifted) !== 0) continue;
      const facts = this.#facts(planned);
      const within = admitted.map(
        (is, candidate) => is && admits(planned.step.settings, facts, candidate, this.#plan.candidates),
      );
      trace?.admitted(this.#plan, planned, admitted, within);
      const isFence = planned.step.kind === 'fence' && facts.length > 0;
      if (isFence && !planned.isInherited && !within.some((is, candidate) => is && isAnswerable(states[candidate]))) {
        const other = this.#elseOf(planned, within, states);
        if (other !== 'all') return other;
        fenceElse = 'all';
      }
      isFenced ||= isFence;
      admitted = within;
    }
    for (const state of ['up', 'draining'] as const) {
      const eligible = admitted.map((is, candidate) => is && states[candidate] === state);
      if (eligible.includes(true)) return this.#ordered(eligible, state, state === 'up' ? 'normal' : 'draining');
    }
    return this.#allDown(admitted, states, isFenced, fenceElse);
  }

  /** What becomes of clients whom a fence leaves nothing that is up; all: what is within, as if it were up. */
  #elseOf(planned: PlannedStep, within: readonly boolean[], states: readonly EndpointState[]): Outcome | 'all' {
    // Of this type there is nothing within the fence, up or down: that is no failure.
    if (this.#isNeverAny(within, states) && isAnyWithin(this.#plan, this.#active, this.#course, planned))
      return this.#outcome('none', 'nothing', 'normal', []);
    const other = (planned.step.settings as Fence).else;
    const instead = other === 'ignore' ? undefined : this.#fallbackUp();
    if (instead !== undefined) return instead;
    this.#course.trace?.fenceElse(this.#plan, planned, other);
    if (other === 'all') return other;
    if (other !== 'ignore') return this.#outcome(other, 'down', other, []);
    return decideOnce(this.#plan, { ...this.#course, lifted: this.#course.lifted | planned.fenceBit });
  }

  #stateOf(candidate: number): EndpointState {
    const target = this.#plan.targets[candidate];
    if ('leaf' in target) return this.#course.world.states[target.leaf] ?? 'down';
    return this.#outcomes[candidate]?.health ?? 'down';
  }

  #allDown(
    admitted: readonly boolean[],
    states: readonly EndpointState[],
    isFenced: boolean,
    fenceElse: 'all' | undefined,
  ): Outcome {
    const { trace, world } = this.#course;
    if (states.every((state) => state === 'nothing')) return this.#outcome('none', 'nothing', 'normal', []);
    const kind = fenceElse ?? this.#plan.service.whenAllDown.kind;
    trace?.allDown(this.#plan, kind);
    const health = isNothing(admitted, states) ? 'nothing' : 'down';
    const present = admitted.map((is, candidate) => is && isPresent(states[candidate]));
    if (kind === 'none' || kind === 'refuse') return this.#outcome(kind, health, kind, []);
    if (kind === 'fixed' || kind === 'service')
      return this.#fallback(isFenced) ?? this.#outcome('none', health, 'none', []);
    if (kind === 'lastGood') {
      const good = present.map((is, candidate) => {
        const target = this.#plan.targets[candidate];
        return is && ('plan' in target || world.wasGood[target.leaf] === true);
      });
      if (good.includes(true)) return this.#ordered(good, 'down', 'lastGood');
    }
    if (present.includes(true)) return this.#ordered(present, 'down', 'all');
    const isUnknown = admitted.some((is, candidate) => is && states[candidate] === 'unknown');
    return isUnknown ? this.#outcome('unknown', 'unknown', kind, []) : this.#outcome('none', health, kind, []);
  }

  /** Whether with everything up there would be nothing of the type that is asked for, either. */
  #isNeverAny(within: readonly boolean[], states: readonly EndpointState[]): boolean {
    const course = withAllUp(this.#course);
    return this.#plan.targets.every((target, candidate) => {
      if (!within[candidate] || states[candidate] === 'nothing') return true;
      if ('leaf' in target) return false;
      // Where everything is up already this is known, and to ask again at each level would double the work.
      return !isAnswerable(course === this.#course ? states[candidate] : decideOnce(target.plan, course).health);
    });
  }

  /** What the service leads to while nothing of its own is up; undefined where a fence keeps the client from it. */
  #fallback(isFenced: boolean): Outcome | undefined {
    const { fallback, service } = this.#plan;
    if (fallback === undefined) return undefined;
    if ('plan' in fallback) return { ...decideOnce(fallback.plan, this.#course), health: 'down', mode: 'service' };
    if (isFenced && !('breaksFence' in service.whenAllDown && service.whenAllDown.breaksFence)) return undefined;
    if (this.#course.world.states[fallback.leaf] === 'nothing') return this.#outcome('none', 'down', 'fixed', []);
    return this.#outcome('draw', 'down', 'fixed', [[{ leaf: fallback.leaf, weight: 1 }]]);
  }

  /** The same for clients that are fenced in, where it has something that is up. */
  #fallbackUp(): Outcome | undefined {
    const { fallback, service } = this.#plan;
    if (fallback !== undefined && 'plan' in fallback && !isAnswerable(decideOnce(fallback.plan, this.#course).health))
      return undefined;
    const outcome = this.#fallback(true);
    if (outcome !== undefined) this.#course.trace?.allDown(this.#plan, service.whenAllDown.kind);
    return outcome;
  }

  #ordered(isEligible: readonly boolean[], health: Outcome['health'], mode: Mode): Outcome {
    const { tiers, draw, candidates } = this.#ordering.order(isEligible);
    this.#course.trace?.tiers(this.#plan, tiers);
    if (tiers.length > 0) return this.#outcome('draw', health, mode, tiers, draw);
    const kinds = candidates.map((candidate) => this.#outcomes[candidate]?.kind);
    const kind = (['refuse', 'unknown'] as const).find((one) => kinds.includes(one)) ?? 'none';
    return this.#outcome(kind, health, mode, []);
  }

  #facts({ at }: PlannedStep): Facts {
    return this.#course.facts[this.#plan.index][at].facts;
  }

  #outcome(
    kind: Outcome['kind'],
    health: Outcome['health'],
    mode: Mode,
    tiers: readonly Tier[],
    draw: Draw = RANDOM,
  ): Outcome {
    // With one endpoint a tier there is nothing to draw.
    const isSettled = tiers.every(({ length }) => length === 1);
    return { kind, health, mode, tiers, draw: isSettled ? RANDOM : draw, answers: this.#answers };
  }
}

/** The steps of a plan that apply to a class of clients. */
function activeSteps(plan: Plan, { facts, world }: Course): readonly PlannedStep[] {
  return plan.steps.filter((step) => isNow(plan, step, facts, world));
}

/** Whether a step applies now to a class of clients. */
export function isNow(plan: Plan, step: PlannedStep, facts: PlanFacts, world: World): boolean {
  return step.guards.length === 0 || isInForce(step, facts[plan.index][step.at].bits, world);
}

function isAnswerable(state: EndpointState): boolean {
  return state === 'up' || state === 'draining';
}

function isPresent(state: EndpointState): boolean {
  return state !== 'nothing' && state !== 'unknown';
}

/** Whether what is admitted has nothing of the kind that is asked for. */
function isNothing(admitted: readonly boolean[], states: readonly EndpointState[]): boolean {
  return admitted.every((is, candidate) => !is || states[candidate] === 'nothing');
}

/** What the service says and what the policy says, whichever is less; one where neither says anything. */
export function answersOf({ service }: Plan, active: readonly PlannedStep[]): number {
  const limits = active.flatMap(({ step }) => stepOf(step).answersMax?.(step.settings) ?? []);
  return service.answers === undefined && limits.length === 0 ? 1 : Math.min(service.answers ?? Infinity, ...limits);
}
