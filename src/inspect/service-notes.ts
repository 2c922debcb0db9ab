import type { ServiceConfig } from '../config/config.ts';
import type { EndpointState } from '../steering/decision.ts';
import { type Plan, type PlannedStep, stepOf, type Target } from '../steering/plan.ts';
import type { TraceEvent } from '../steering/trace.ts';
import type { EndpointNote, ServiceNote, StepNote } from './explanation.ts';

/** What happened in one service of a plan, as its events tell it. */
export class ServiceNotes {
  readonly #plan: Plan;
  readonly #events: readonly TraceEvent[];
  readonly #states: readonly EndpointState[];
  readonly #isExploring: boolean;
  readonly #appliesNow: (step: PlannedStep) => boolean;

  /**
   * @param events of the whole decision, on one course.
   * @param isExploring whether the client gets the second fastest.
   */
  constructor(
    plan: Plan,
    events: readonly TraceEvent[],
    isExploring: boolean,
    appliesNow: (step: PlannedStep) => boolean,
  ) {
    const own = events.filter((event) => 'plan' in event && event.plan === plan);
    // A fence that is ignored starts the decision again: what came before no longer counts.
    const start = own.findLastIndex(({ kind }) => kind === 'states');
    const states = own[start];
    this.#plan = plan;
    this.#events = own.filter(({ kind }, index) => index >= start || kind === 'fence-else');
    this.#states = states?.kind === 'states' ? states.states : [];
    this.#isExploring = isExploring;
    this.#appliesNow = appliesNow;
  }

  /** Whether it was decided for at all. */
  get isEmpty(): boolean {
    return this.#states.length === 0;
  }

  /** @param answered leaves that the answer may name. */
  note({ endpoints }: ServiceConfig, answered: ReadonlySet<number>): ServiceNote {
    const { service, steps } = this.#plan;
    const allDown = this.#events.find((event) => event.kind === 'all-down');
    const fenceElse = this.#events.find((event) => event.kind === 'fence-else');
    const absent = endpoints
      .filter(({ name }) => !this.#plan.candidates.some((candidate) => candidate.name === name))
      .map(
        ({ name, region, weight }): EndpointNote => ({
          ...{ name, ...(region !== undefined && { region }), weight },
          ...{ state: 'nothing', role: 'out', why: 'has no address of this type' },
        }),
      );
    return {
      name: service.name,
      policy: service.policy.name,
      steps: steps.map((step) => this.#stepNote(step)),
      endpoints: [...this.#plan.candidates.map((_, index) => this.#endpointNote(index, answered)), ...absent],
      ...(allDown !== undefined && { whenAllDown: allDown.mode }),
      ...(fenceElse !== undefined && { fenceElse: fenceElse.other }),
    };
  }

  #stepNote(planned: PlannedStep): StepNote {
    const of = (event: { readonly step: PlannedStep }): boolean => event.step.at === planned.at;
    const kept = this.#events.find((event) => event.kind === 'kept-out' && of(event));
    const ordered = this.#orderings.filter((event) => of(event) && event.groups.length > 1);
    return {
      ...(!planned.isInherited && { number: planned.number }),
      kind: planned.step.kind,
      settings: planned.step.settings,
      applies: this.#appliesNow(planned),
      divides: stepOf(planned.step).divide !== undefined,
      keptOut: kept?.kind === 'kept-out' ? this.#names(kept.candidates) : [],
      ordered: ordered.map(({ groups }) => ({
        of: this.#names(groups.flat()),
        into: groups.map((group) => this.#names(group)),
      })),
    };
  }

  #endpointNote(index: number, answered: ReadonlySet<number>): EndpointNote {
    const { name, regions, weight } = this.#plan.candidates[index];
    const target = this.#plan.targets[index];
    const state = this.#states[index];
    const [region] = regions;
    return {
      name,
      ...(regions.length === 1 && { region: region.name }),
      ...('plan' in target && { service: target.plan.service.name }),
      weight,
      state,
      ...this.#role(index, state, leadsTo(target, answered)),
    };
  }

  #role(index: number, state: EndpointState, isAnswered: boolean): Pick<EndpointNote, 'role' | 'why'> {
    if (isAnswered) return { role: 'answered', why: state === 'down' ? 'down, and answered all the same' : 'answered' };
    if (state === 'down') return { role: 'out', why: 'down' };
    if (state === 'nothing') return { role: 'out', why: 'has no address of this type' };
    if (state === 'unknown') return { role: 'out', why: 'its addresses are not known yet' };
    const keeper = this.#events.find((event) => event.kind === 'kept-out' && event.candidates.includes(index));
    if (keeper?.kind === 'kept-out') return { role: 'out', why: `kept out by ${stepText(keeper.step)}` };
    const behind = this.#orderings.find(
      ({ groups: [best, ...rest] }) => !best.includes(index) && rest.flat().includes(index),
    );
    if (behind !== undefined)
      return { role: 'standby', why: `behind ${this.#names(behind.groups[0]).join(', ')} by ${stepText(behind.step)}` };
    if (this.#plan.isCanaryOnly[index]) return { role: 'out', why: 'only for clients that the canary takes' };
    if (state === 'draining') return { role: 'standby', why: 'draining, while another is up' };
    const isPassedOver = this.#isExploring && this.#plan.steps.some(({ step }) => step.kind === 'fastest');
    return { role: 'standby', why: isPassedOver ? 'passed over by exploration' : 'not needed' };
  }

  /** What steps made of what they found equal, with the service of a canary before it. */
  get #orderings(): readonly { readonly step: PlannedStep; readonly groups: readonly (readonly number[])[] }[] {
    return this.#events.flatMap((event) => {
      if (event.kind !== 'ordered') return [];
      const { step, lead, parts } = event;
      return [{ step, groups: lead === undefined ? parts : [[lead], ...parts] }];
    });
  }

  #names(candidates: readonly number[]): readonly string[] {
    return candidates.map((candidate) => this.#plan.candidates[candidate].name);
  }
}

/** `step 2 (nearest)` */
function stepText({ number, step: { kind }, isInherited }: PlannedStep): string {
  return isInherited ? `the ${kind} of a service that leads here` : `step ${number} (${kind})`;
}

/** Whether one of some leaves is behind a target. */
function leadsTo(target: Target, leaves: ReadonlySet<number>): boolean {
  if ('leaf' in target) return leaves.has(target.leaf);
  const inner = target.plan.targets.some((one) => leadsTo(one, leaves));
  return inner || (target.plan.fallback !== undefined && leadsTo(target.plan.fallback, leaves));
}
