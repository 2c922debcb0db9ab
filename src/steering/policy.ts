import type { Location } from '../geo/location.ts';
import type { Clients } from './clients.ts';
import { areMeant } from './clients.ts';
import { type Hours, hoursChangeMs, isWithin } from './hours.ts';
import { canaryChangesMs } from './steps/canary.ts';
import type { ConfiguredStep } from './steps/index.ts';
import type { Condition, State } from './steps/when.ts';

/** Steps that apply only under conditions; without `else`, no other steps apply otherwise. */
export interface When {
  readonly kind: 'when';
  readonly settings: {
    readonly from?: Clients | undefined;
    readonly hours?: Hours | undefined;
    readonly while?: Condition | undefined;
    readonly steps: readonly PolicyStep[];
    readonly else?: readonly PolicyStep[] | undefined;
  };
}

export type PolicyStep = ConfiguredStep | When;

/** An ordered list of steps, under a name. */
export interface Policy {
  readonly name: string;
  readonly steps: readonly PolicyStep[];
}

/** A condition on a step, or its opposite. */
export interface Guard {
  readonly conditions: Omit<When['settings'], 'steps' | 'else'>;
  readonly isNegated: boolean;
}

/** A step and the conditions under which it applies; all of them must hold. */
export interface GuardedStep {
  readonly step: ConfiguredStep;
  readonly guards: readonly Guard[];
  /** Where it stands in the policy: its number among all steps, from 1. */
  readonly number: number;
}

/** What conditions look at besides the client. */
export interface Moment {
  readonly nowMs: number;
  stateOf(other: Condition): State;
}

/** A policy as one list, in which the steps within a `when` are guarded by its conditions. */
export function flatten(policy: Policy): readonly GuardedStep[] {
  const flat: GuardedStep[] = [];
  const visit = (steps: readonly PolicyStep[], guards: readonly Guard[]): void => {
    for (const step of steps) {
      if (step.kind !== 'when') {
        flat.push({ step, guards, number: flat.length + 1 });
        continue;
      }
      const { steps: inner, else: others = [], ...conditions } = step.settings;
      visit(inner, [...guards, { conditions, isNegated: false }]);
      visit(others, [...guards, { conditions, isNegated: true }]);
    }
  };
  visit(policy.steps, []);
  return flat;
}

/** Of each guard, whether its condition on the client holds, as bits. */
export function guardBits({ guards }: GuardedStep, location: Location): number {
  return guards.reduce(
    (bits, { conditions }, index) => bits | (Number(areMeant(conditions.from, location)) << index),
    0,
  );
}

/** Whether a step can never apply to clients whose guards have these bits. */
export function isNeverInForce({ guards }: GuardedStep, bits: number): boolean {
  return guards.some(({ conditions, isNegated }, index) => {
    const isMet = ((bits >> index) & 1) === 1;
    return isNegated ? isMet && conditions.hours === undefined && conditions.while === undefined : !isMet;
  });
}

/** Whether a step applies now to clients whose guards have these bits. */
export function isInForce({ guards }: GuardedStep, bits: number, moment: Moment): boolean {
  return guards.every(({ conditions, isNegated }, index) => {
    const isMet =
      ((bits >> index) & 1) === 1 &&
      (conditions.hours === undefined || isWithin(conditions.hours, moment.nowMs)) &&
      (conditions.while === undefined ||
        moment.stateOf(conditions.while) === conditions.while.is ||
        isUpThough(conditions.while, moment));
    return isMet !== isNegated;
  });
}

/** When a step may apply otherwise than now by the clock alone; undefined: never. */
export function changesMs({ step, guards }: GuardedStep, nowMs: number): number | undefined {
  const times = guards.flatMap(({ conditions }) =>
    conditions.hours === undefined ? [] : [hoursChangeMs(conditions.hours, nowMs)],
  );
  const ofCanary = step.kind === 'canary' ? canaryChangesMs(step.settings, nowMs) : undefined;
  if (ofCanary !== undefined) times.push(ofCanary);
  return times.length === 0 ? undefined : Math.min(...times);
}

/** What is degraded is up, too. */
function isUpThough(condition: Condition, moment: Moment): boolean {
  return condition.is === 'up' && moment.stateOf(condition) === 'degraded';
}
