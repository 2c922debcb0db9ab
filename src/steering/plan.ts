import type { Location } from '../geo/location.ts';
import { assert } from '../util/assert.ts';
import { flatten, type GuardedStep, guardBits, isNeverInForce, type Policy } from './policy.ts';
import type { Candidate, Facts, Knowledge, Region, Step } from './step.ts';
import { canaryService } from './steps/canary.ts';
import { type ConfiguredStep, steps } from './steps/index.ts';

/** What a service does while none of its endpoints is up. */
export type WhenAllDown =
  | { readonly kind: 'all' | 'none' | 'refuse' | 'lastGood' }
  | { readonly kind: 'service'; readonly service: string; readonly breaksFence: boolean }
  /** Addresses of its own, which count as always up. */
  | { readonly kind: 'fixed'; readonly breaksFence: boolean };

/** An endpoint as steering sees it: with addresses (or a name) of its own in a region, or another service. */
export interface SteeredEndpoint {
  readonly name: string;
  readonly region?: Region | undefined;
  readonly service?: string | undefined;
  readonly weight: number;
}

/** A service as steering sees it. */
export interface SteeredService {
  readonly name: string;
  readonly policy: Policy;
  readonly endpoints: readonly SteeredEndpoint[];
  readonly whenAllDown: WhenAllDown;
  /** How many endpoints an answer names; undefined: the policy says it, or one. */
  readonly answers?: number | undefined;
}

/** What is answered in the end: an endpoint of some service, or its fixed addresses. */
export interface Leaf {
  readonly service: string;
  /** Undefined: the fixed addresses. */
  readonly endpoint: string | undefined;
  readonly region: Region | undefined;
}

/** A step of a plan. */
export interface PlannedStep extends GuardedStep {
  /** Its place among the steps of its plan. */
  readonly at: number;
  /** The bit of a fence, by which it can be lifted from all that it holds for. */
  readonly fenceBit: number;
  /** Whether it comes from a service that leads to this one: then it only keeps out, and that service says what else. */
  readonly isInherited: boolean;
  /** Of a canary: its index in the whole plan, and the candidate that is its service. */
  readonly canary?: { readonly index: number; readonly candidate: number | undefined };
}

/** A candidate's endpoint: a leaf, or another service by its plan. */
export type Target = { readonly leaf: number } | { readonly plan: Plan };

/**
 * A service with all that it may lead to, ready to decide. `index` is its place among the plans of the whole, by which
 * its facts are found. Loops are refused when the configuration is read.
 */
export interface Plan {
  readonly index: number;
  readonly service: SteeredService;
  readonly steps: readonly PlannedStep[];
  readonly candidates: readonly Candidate[];
  /** By candidate. */
  readonly targets: readonly Target[];
  /** By candidate: whether it is there for a canary alone. */
  readonly isCanaryOnly: readonly boolean[];
  readonly fallback?: Target;
  /** All endpoints there are, of whatever type, its own and those of the services within it. */
  readonly reach: readonly Pick<Candidate, 'name' | 'regions'>[];
}

/** A plan and all plans and leaves within it. */
export interface WholePlan {
  readonly root: Plan;
  readonly plans: readonly Plan[];
  readonly leaves: readonly Leaf[];
  readonly canaries: readonly { readonly plan: Plan; readonly step: PlannedStep }[];
}

/** What is read of a class of clients for one step: the bits of its guards, and what the step reads. */
export interface StepFacts {
  readonly bits: number;
  readonly facts: Facts;
}

/** What is read of a class of clients: by plan and step. */
export type PlanFacts = readonly (readonly StepFacts[])[];

const NO_FACTS: Facts = [];

export const NOTHING_KNOWN: Knowledge = { latencyMs: () => undefined };

/** The most plans that one service may lead to, itself included: a bound on what a configuration can make us do. */
export const PLANS_MAX = 256;

/** Fences are bits of a number. */
export const FENCES_MAX = 30;

/** Canaries on the way of one answer: each doubles the rows of a class of clients. */
export const CANARIES_MAX = 8;

/** Endpoints that one service may come to: as many as the data plane has room for in a draw. */
export const ENDPOINTS_MAX = 1024;

/** How deep conditions may stand within conditions: those of a step are bits of a number. */
export const CONDITIONS_DEPTH_MAX = 16;

/** Makes the plan of a service. `includes` says which endpoints take part (those with addresses of one family, say). */
export function planOf(
  name: string,
  services: ReadonlyMap<string, SteeredService>,
  includes: (service: SteeredService, endpoint: SteeredEndpoint) => boolean = () => true,
): WholePlan {
  return new Planner(services, includes).plan(name);
}

/** The service's names that a plan leads to, its own among them. */
export function servicesIn({ plans }: WholePlan): readonly string[] {
  return [...new Set(plans.map(({ service }) => service.name))];
}

/** The half of a decision that looks at the client; see {@link Facts}. */
export function readFacts({ plans }: WholePlan, location: Location, knowledge = NOTHING_KNOWN): PlanFacts {
  return plans.map(({ steps: planned, candidates }) =>
    planned.map((guarded) => {
      const bits = guardBits(guarded, location);
      if (isNeverInForce(guarded, bits)) return { bits, facts: NO_FACTS };
      const { step } = guarded;
      return { bits, facts: stepOf(step).read?.(step.settings, location, candidates, knowledge) ?? NO_FACTS };
    }),
  );
}

// The table pairs each kind with its own settings type; TypeScript cannot follow that pairing through an index.
export const stepOf = (step: ConfiguredStep): Step<unknown> => steps[step.kind] as Step<unknown>;

class Planner {
  readonly #services: ReadonlyMap<string, SteeredService>;
  readonly #includes: (service: SteeredService, endpoint: SteeredEndpoint) => boolean;
  readonly #plans: Plan[] = [];
  readonly #leaves: Leaf[] = [];
  readonly #leafIndex = new Map<string, number>();
  readonly #canaries: { plan: Plan; step: PlannedStep }[] = [];
  #fences = 0;

  constructor(
    services: ReadonlyMap<string, SteeredService>,
    includes: (service: SteeredService, endpoint: SteeredEndpoint) => boolean,
  ) {
    this.#services = services;
    this.#includes = includes;
  }

  plan(name: string): WholePlan {
    const root = this.#plan(name, []);
    return { root, plans: this.#plans, leaves: this.#leaves, canaries: this.#canaries };
  }

  #plan(name: string, inherited: readonly PlannedStep[]): Plan {
    const service = this.#services.get(name);
    assert(service !== undefined, `service ${name} is defined`);
    const index = this.#plans.length;
    assert(index < PLANS_MAX, `service ${name} leads to at most ${PLANS_MAX} services`);
    const plan = { index, service } as { -readonly [K in keyof Plan]: Plan[K] };
    this.#plans.push(plan);
    const own = flatten(service.policy).map(
      (step, at): PlannedStep => ({
        ...step,
        at: inherited.length + at,
        fenceBit: this.#fenceBit(step),
        isInherited: false,
      }),
    );
    const fences = [...inherited, ...own.filter(({ step }) => step.kind === 'fence')].map(asInherited);
    const endpoints = service.endpoints.filter((endpoint) => this.#includes(service, endpoint));
    const candidates: Candidate[] = [];
    const targets: Target[] = [];
    const isCanaryOnly: boolean[] = [];
    for (const endpoint of endpoints) {
      const target = this.#target(service, endpoint, fences);
      targets.push(target);
      isCanaryOnly.push(false);
      candidates.push({
        name: endpoint.name,
        regions: endpoint.region === undefined ? regionsOf(target, this.#leaves) : [endpoint.region],
        weight: endpoint.weight,
        isService: 'plan' in target,
      });
    }
    const planned = own.map((step): PlannedStep => {
      if (step.step.kind !== 'canary') return step;
      const to = canaryService(step.step.settings);
      const candidate = to === undefined ? undefined : targets.length;
      if (to !== undefined) {
        const target = { plan: this.#plan(to, fences) };
        targets.push(target);
        isCanaryOnly.push(true);
        candidates.push({ name: to, regions: regionsOf(target, this.#leaves), weight: 1, isService: true });
      }
      const withCanary = { ...step, canary: { index: this.#canaries.length, candidate } };
      this.#canaries.push({ plan, step: withCanary });
      return withCanary;
    });
    plan.steps = [...inherited, ...planned];
    plan.candidates = candidates;
    plan.targets = targets;
    plan.isCanaryOnly = isCanaryOnly;
    plan.reach = fences.length === 0 ? [] : this.#reach(service);
    const fallback = this.#fallback(service, fences);
    if (fallback !== undefined) plan.fallback = fallback;
    return plan;
  }

  #target(service: SteeredService, endpoint: SteeredEndpoint, fences: readonly PlannedStep[]): Target {
    if (endpoint.service !== undefined) return { plan: this.#plan(endpoint.service, fences) };
    return { leaf: this.#leaf({ service: service.name, endpoint: endpoint.name, region: endpoint.region }) };
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

  /** All that a service leads to as endpoints, of whatever type. */
  #reach({ endpoints }: SteeredService): Plan['reach'] {
    return endpoints.flatMap(({ name, region, service }) => {
      const inner = service === undefined ? undefined : this.#services.get(service);
      return inner === undefined ? [{ name, regions: region === undefined ? [] : [region] }] : this.#reach(inner);
    });
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

function regionsOf(target: Target, leaves: readonly Leaf[]): readonly Region[] {
  if ('leaf' in target) return [leaves[target.leaf]?.region].filter((region) => region !== undefined);
  const all = target.plan.targets.flatMap((inner) => regionsOf(inner, leaves));
  return [...new Map(all.map((region) => [region.name, region])).values()];
}
