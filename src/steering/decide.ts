import type { Location } from '../geo/location.ts';
import type { Candidate, Facts, Step, Tier } from './step.ts';
import { type ConfiguredStep, type Policy, steps } from './steps/index.ts';

/** What a decision depends on besides the policy and the client. */
export interface World {
  readonly candidates: readonly Candidate[];
  /** By candidate: whether it may be answered. */
  readonly up: readonly boolean[];
  readonly whenAllDown: 'all' | 'none' | { readonly service: string };
}

/**
 * The answer to one class of clients, as a distribution: the best tier first; within a tier by weight.
 * `normal`: over the endpoints that are up. `all`: over all, since none is up. `none`: nothing to answer. `service`: ask that one instead.
 */
export type Decision =
  | { readonly kind: 'normal' | 'all'; readonly tiers: readonly Tier[] }
  | { readonly kind: 'none' }
  | { readonly kind: 'service'; readonly service: string };

/** What each step read of the client and made of the endpoints, in order: the answer to 'why'. */
export interface TracedStep {
  readonly kind: ConfiguredStep['kind'];
  readonly facts: Facts;
  readonly tiers: readonly Tier[];
}

// The table pairs each kind with its own settings type; TypeScript cannot follow that pairing through an index.
const stepOf = (step: ConfiguredStep): Step<unknown> => steps[step.kind] as Step<unknown>;

/** All that the policy reads of a client: one list of facts a step. Independent of verdicts; see {@link Facts}. */
export function readFacts(policy: Policy, location: Location, candidates: readonly Candidate[]): readonly Facts[] {
  return policy.steps.map((step) => stepOf(step).read(step.settings, location, candidates));
}

/** The second half of {@link decide}: what the verdicts make of the facts of a class of clients. */
export function decideFromFacts(policy: Policy, facts: readonly Facts[], world: World, trace?: TracedStep[]): Decision {
  const everyone: Tier = world.candidates.map((_, candidate) => ({ candidate, weight: 1 }));
  const up = everyone.filter(({ candidate }) => world.up[candidate]);
  if (everyone.length === 0) return { kind: 'none' };
  if (up.length > 0) return { kind: 'normal', tiers: applySteps(policy, facts, up, world.candidates, trace) };
  if (world.whenAllDown === 'none') return { kind: 'none' };
  if (world.whenAllDown !== 'all') return { kind: 'service', service: world.whenAllDown.service };
  return { kind: 'all', tiers: applySteps(policy, facts, everyone, world.candidates, trace) };
}

/**
 * Decides what a client at a location is answered. Pure: no clock, no I/O, no chance (a draw comes after, from the
 * distribution). The compiler calls its two halves for every class of clients; whoever asks why calls it whole.
 */
export function decide(policy: Policy, location: Location, world: World, trace?: TracedStep[]): Decision {
  return decideFromFacts(policy, readFacts(policy, location, world.candidates), world, trace);
}

function applySteps(
  policy: Policy,
  facts: readonly Facts[],
  start: Tier,
  candidates: readonly Candidate[],
  trace: TracedStep[] | undefined,
): readonly Tier[] {
  let tiers: readonly Tier[] = [start];
  for (const [index, step] of policy.steps.entries()) {
    const read = facts[index] ?? [];
    // Within each tier only: what an earlier step decided stands.
    tiers = tiers.flatMap((tier) => stepOf(step).order(step.settings, read, tier, candidates));
    trace?.push({ kind: step.kind, facts: read, tiers });
  }
  return tiers;
}
