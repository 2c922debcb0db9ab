import type { Location } from '../geo/location.ts';
import { type GuardedStep, guardBits, isNeverInForce, type Policy } from './policy.ts';
import type { Candidate, Facts, Knowledge, Region, Step } from './step.ts';
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
  /**
   * Whether it comes from a service that leads to this one: then it only keeps out, and that service says what else.
   */
  readonly isInherited: boolean;
  /** Of a canary: its index in the whole plan, and the candidate that is its service. */
  readonly canary?: { readonly index: number; readonly candidate: number | undefined };
}

/** An endpoint with addresses of its own, of whatever type. */
export interface Reached extends Pick<Candidate, 'name' | 'regions'> {
  /** Whether fences do not keep it out. */
  readonly isUnfenced?: boolean;
}

/** What a candidate stands for: an endpoint of its own, or another service by its plan. */
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
  /** All endpoints there are, its own and those of the services within it; none where there is no fence around it. */
  readonly reach: readonly Reached[];
  /** The same with all that canaries, and services that are all down, lead to. */
  readonly wholeReach: readonly Reached[];
}

/** A plan and all plans and leaves within it. */
export interface WholePlan {
  readonly root: Plan;
  readonly plans: readonly Plan[];
  readonly leaves: readonly Leaf[];
  readonly canaries: readonly { readonly plan: Plan; readonly step: PlannedStep }[];
}

/** What one step reads of a class of clients, with the bits of the step's guards. */
export interface StepFacts {
  readonly bits: number;
  readonly facts: Facts;
}

/** What is read of a class of clients: by plan and step. */
export type PlanFacts = readonly (readonly StepFacts[])[];

const NO_FACTS: Facts = [];

const NOTHING_KNOWN: Knowledge = { latencyMs: () => undefined };

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

/** The names of the services that a plan leads to, its own included. */
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
