import type { Location } from '../geo/location.ts';
import type { Decision, World } from './decision.ts';
import { explored, isMeasured } from './exploration.ts';
import { type Plan, type PlanFacts, type PlannedStep, readFacts, type WholePlan } from './plan.ts';
import { decideWhole, isNow } from './service-decision.ts';
import type { Knowledge } from './step.ts';
import { canaryPerMille } from './steps/canary.ts';
import type { Trace } from './trace.ts';

/**
 * Decides what a client at a location is answered. Pure: no clock, no I/O, no chance (a draw comes after, from the
 * distribution). The compiler calls its two halves for every class of clients; whoever asks why calls it whole.
 */
export function decide(
  plan: WholePlan,
  location: Location,
  world: World,
  knowledge?: Knowledge,
  trace?: Trace,
): Decision {
  return decideFromFacts(plan, readFacts(plan, location, knowledge), world, trace);
}

/** The second half of {@link decide}: what things as they are make of the facts of a class of clients. */
export function decideFromFacts(whole: WholePlan, facts: PlanFacts, world: World, trace?: Trace): Decision {
  const isTaken = new Array<boolean>(whole.canaries.length).fill(false);
  const { explorationPerMille: perMille = 0, nowMs } = world;
  const exploration = perMille > 0 && isMeasured(whole) ? { perMille, nowMs } : undefined;
  const branch = (index: number): Decision => {
    const canary = whole.canaries[index];
    if (canary === undefined) {
      const answersMin = world.answersMin ?? 1;
      const course = { facts, world, isTaken: [...isTaken], lifted: 0, answersMin, isExploring: false, trace };
      const usual = decideWhole(whole.root, course);
      // A trace is of one course: that of the clients who do not explore.
      if (exploration === undefined || trace !== undefined) return usual;
      return explored(usual, exploration, () => decideWhole(whole.root, { ...course, isExploring: true }));
    }
    const { plan, step } = canary;
    const perMille = isNow(plan, step, facts, world) ? perMilleOf(step, world.nowMs) : 0;
    const at = (value: boolean): Decision => {
      isTaken[index] = value;
      trace?.branch(step, value, perMille);
      return branch(index + 1);
    };
    if (perMille === 0) return at(false);
    if (perMille === 1000) return at(true);
    const { settings } = step.step as Extract<typeof step.step, { kind: 'canary' }>;
    const name = settings.name ?? defaultName(plan, step);
    const bits = { ipv4Bits: settings.ipv4Prefix, ipv6Bits: settings.ipv6Prefix };
    return { kind: 'split', perMille, name, ...bits, inside: at(true), outside: at(false) };
  };
  return branch(0);
}

/**
 * That of the policy, so that services with one policy take the same clients; for further canaries of it, other ones.
 */
function defaultName({ service, steps }: Plan, { at }: PlannedStep): string {
  const before = steps.filter(({ step }, index) => step.kind === 'canary' && index < at).length;
  return before === 0 ? service.policy.name : `${service.policy.name}/${before + 1}`;
}

function perMilleOf({ step }: PlannedStep, nowMs: number): number {
  return step.kind === 'canary' ? canaryPerMille(step.settings, nowMs) : 0;
}
