import { assert } from '../util/assert.ts';
import {
  FENCES_MAX,
  type Leaf,
  PLANS_MAX,
  type Plan,
  type PlannedStep,
  type SteeredEndpoint,
  type SteeredService,
  type Target,
  type WholePlan,
} from './plan.ts';
import { flatten, type GuardedStep } from './policy.ts';
import { reachOf, wholeReachOf } from './reach.ts';
import type { Candidate, Region } from './step.ts';
import { canaryService } from './steps/canary.ts';

/** Which endpoints take part: those with addresses of one family, say. */
export type Includes = (service: SteeredService, endpoint: SteeredEndpoint) => boolean;

/** Makes the plan of a service. */
export function planOf(
  name: string,
  services: ReadonlyMap<string, SteeredService>,
  includes: Includes = () => true,
): WholePlan {
  return new Planner(services, includes).plan(name);
}

/** A candidate, and what its endpoint is. */
interface Planned {
  readonly candidate: Candidate;
  readonly target: Target;
  readonly isCanaryOnly: boolean;
}

/** Makes the plans of a service and of all that it leads to, one inside the other. */
class Planner {
  readonly #services: ReadonlyMap<string, SteeredService>;
  readonly #includes: Includes;
  readonly #plans: Plan[] = [];
  readonly #leaves: Leaf[] = [];
  readonly #leafIndex = new Map<string, number>();
  readonly #canaries: { plan: Plan; step: PlannedStep }[] = [];
  #fences = 0;

  constructor(services: ReadonlyMap<string, SteeredService>, includes: Includes) {
    this.#services = services;
    this.#includes = includes;
  }

  plan(name: string): WholePlan {
    const root = this.#plan(name, []);
    return { root, plans: this.#plans, leaves: this.#leaves, canaries: this.#canaries };
  }

  /** @param inherited the fences of the services that lead to this one. */
  #plan(name: string, inherited: readonly PlannedStep[]): Plan {
    const service = this.#services.get(name);
    assert(service !== undefined, `service ${name} is defined`);
    const index = this.#plans.length;
    assert(index < PLANS_MAX, `service ${name} leads to at most ${PLANS_MAX} services`);
    // Listed before it is complete: plans are numbered from the outside in, and canaries name the plan that they are
    // in.
    const plan = { index, service } as { -readonly [K in keyof Plan]: Plan[K] };
    this.#plans.push(plan);
    const own = this.#ownSteps(service, inherited.length);
    const fences = [...inherited, ...own.filter(({ step }) => step.kind === 'fence')].map(asInherited);
    const planned = service.endpoints
      .filter((endpoint) => this.#includes(service, endpoint))
      .map((endpoint) => this.#endpoint(service, endpoint, fences));
    plan.steps = [...inherited, ...own.map((step) => this.#withCanary(plan, step, planned, fences))];
    plan.candidates = planned.map(({ candidate }) => candidate);
    plan.targets = planned.map(({ target }) => target);
    plan.isCanaryOnly = planned.map(({ isCanaryOnly }) => isCanaryOnly);
    plan.reach = fences.length === 0 ? [] : reachOf(service, this.#services);
    plan.wholeReach = fences.length === 0 ? [] : wholeReachOf(service, this.#services);
    const fallback = this.#fallback(service, fences);
    if (fallback !== undefined) plan.fallback = fallback;
    return plan;
  }

  /** @param before how many steps of its plan come before these. */
  #ownSteps({ policy }: SteeredService, before: number): readonly PlannedStep[] {
    return flatten(policy).map((step, at) => ({
      ...step,
      at: before + at,
      fenceBit: this.#fenceBit(step),
      isInherited: false,
    }));
  }

  #endpoint(service: SteeredService, endpoint: SteeredEndpoint, fences: readonly PlannedStep[]): Planned {
    const { name, region, weight } = endpoint;
    const target = this.#target(service, endpoint, fences);
    const regions = region === undefined ? regionsOf(target, this.#leaves) : [region];
    return { candidate: { name, regions, weight, isService: 'plan' in target }, target, isCanaryOnly: false };
  }

  #target(service: SteeredService, endpoint: SteeredEndpoint, fences: readonly PlannedStep[]): Target {
    if (endpoint.service !== undefined) return { plan: this.#plan(endpoint.service, fences) };
    return { leaf: this.#leaf({ service: service.name, endpoint: endpoint.name, region: endpoint.region }) };
  }

  /** A step as it is, or a canary with its number, and its service as one more candidate. */
  #withCanary(plan: Plan, step: PlannedStep, planned: Planned[], fences: readonly PlannedStep[]): PlannedStep {
    if (step.step.kind !== 'canary') return step;
    const to = canaryService(step.step.settings);
    const candidate = to === undefined ? undefined : planned.length;
    if (to !== undefined) planned.push(this.#canaryTarget(to, fences));
    const withCanary = { ...step, canary: { index: this.#canaries.length, candidate } };
    this.#canaries.push({ plan, step: withCanary });
    return withCanary;
  }

  #canaryTarget(name: string, fences: readonly PlannedStep[]): Planned {
    const target = { plan: this.#plan(name, fences) };
    const regions = regionsOf(target, this.#leaves);
    return { candidate: { name, regions, weight: 1, isService: true }, target, isCanaryOnly: true };
  }

  #fallback({ name, whenAllDown }: SteeredService, fences: readonly PlannedStep[]): Target | undefined {
    if (whenAllDown.kind === 'fixed')
      return { leaf: this.#leaf({ service: name, endpoint: undefined, region: undefined }) };
    if (whenAllDown.kind !== 'service') return undefined;
    return { plan: this.#plan(whenAllDown.service, whenAllDown.breaksFence ? [] : fences) };
  }

  /** One for an endpoint, however many ways lead to it. */
  #leaf(leaf: Leaf): number {
    const key = JSON.stringify([leaf.service, leaf.endpoint]);
    const known = this.#leafIndex.get(key);
    if (known !== undefined) return known;
    this.#leafIndex.set(key, this.#leaves.length);
    return this.#leaves.push(leaf) - 1;
  }

  #fenceBit({ step }: GuardedStep): number {
    if (step.kind !== 'fence') return 0;
    assert(this.#fences < FENCES_MAX, `at most ${FENCES_MAX} fences on the way of an answer`);
    return 1 << this.#fences++;
  }
}

function asInherited(step: PlannedStep, at: number): PlannedStep {
  return { ...step, at, isInherited: true };
}

/**
 * Where a target is: in its region, or those of all endpoints of the service, each as it is said there. Where canaries of
 * the service lead counts only if it has no endpoint of its own: most of its clients do not get there.
 */
function regionsOf(target: Target, leaves: readonly Leaf[]): readonly Region[] {
  if ('leaf' in target) return [leaves[target.leaf]?.region].filter((region) => region !== undefined);
  const { candidates, isCanaryOnly } = target.plan;
  const own = candidates.filter((_, candidate) => !isCanaryOnly[candidate]);
  const all = (own.length > 0 ? own : candidates).flatMap(({ regions }) => regions);
  return [...new Map(all.map((region) => [region.name, region])).values()];
}
