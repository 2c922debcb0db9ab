import type { EndpointState, Tier } from './decision.ts';
import type { Plan, PlannedStep } from './plan.ts';

/** One thing that happened on the way to a decision. Endpoints are candidates of the service's plan, by index. */
export type TraceEvent =
  | { readonly kind: 'branch'; readonly step: PlannedStep; readonly isTaken: boolean; readonly perMille: number }
  | { readonly kind: 'states'; readonly plan: Plan; readonly states: readonly EndpointState[] }
  /** A step kept endpoints out. */
  | {
      readonly kind: 'kept-out';
      readonly plan: Plan;
      readonly step: PlannedStep;
      readonly candidates: readonly number[];
    }
  | { readonly kind: 'fence-else'; readonly plan: Plan; readonly step: PlannedStep; readonly other: string }
  | { readonly kind: 'all-down'; readonly plan: Plan; readonly mode: string }
  /** A step ordered a tier: the best part first. */
  | {
      readonly kind: 'ordered';
      readonly plan: Plan;
      readonly step: PlannedStep;
      /** The service of a canary that takes the client: before all parts. */
      readonly lead: number | undefined;
      readonly parts: readonly (readonly number[])[];
    }
  | { readonly kind: 'tiers'; readonly plan: Plan; readonly tiers: readonly Tier[] };

/** Notes what happens in a decision, in its order: the answer to 'why'. */
export class Trace {
  readonly events: TraceEvent[] = [];

  branch(step: PlannedStep, isTaken: boolean, perMille: number): void {
    this.events.push({ kind: 'branch', step, isTaken, perMille });
  }

  states(plan: Plan, states: readonly EndpointState[]): void {
    this.events.push({ kind: 'states', plan, states });
  }

  admitted(plan: Plan, step: PlannedStep, before: readonly boolean[], after: readonly boolean[]): void {
    const candidates = before.flatMap((was, candidate) => (was && !after[candidate] ? [candidate] : []));
    this.events.push({ kind: 'kept-out', plan, step, candidates });
  }

  fenceElse(plan: Plan, step: PlannedStep, other: string): void {
    this.events.push({ kind: 'fence-else', plan, step, other });
  }

  allDown(plan: Plan, mode: string): void {
    this.events.push({ kind: 'all-down', plan, mode });
  }

  ordered(plan: Plan, step: PlannedStep, lead: number | undefined, parts: readonly (readonly number[])[]): void {
    this.events.push({ kind: 'ordered', plan, step, lead, parts });
  }

  tiers(plan: Plan, tiers: readonly Tier[]): void {
    this.events.push({ kind: 'tiers', plan, tiers });
  }
}
