import type { Situation } from '../compile/part.ts';
import type { Present } from '../compile/present.ts';
import { RowTries } from '../compile/row-tries.ts';
import type { CompiledService } from '../compile/services.ts';
import type { Location } from '../geo/location.ts';
import type { ServiceForm } from '../snapshot/service.ts';
import { decideFromFacts } from '../steering/decide.ts';
import type { Decision } from '../steering/decision.ts';
import { assert } from '../util/assert.ts';
import { assumedPresent, withDown } from './presents.ts';
import { type Distribution, distributionOf } from './shares.ts';
import type { Subject } from './subject.ts';

/** A world in which all is up but what is named. */
export interface AssumedWorld {
  readonly nowMs: number;
  readonly down: readonly string[];
}

/** What each class of a service's clients is answered, in one world. */
export interface ClassAnswers {
  readonly situation: Situation;
  /** By class. */
  readonly distributions: readonly Distribution[];
}

/** What a service answers each class of its clients. Every name that is down is that of something. */
export function answersByClass(subject: Subject, name: string, form: ServiceForm, world: AssumedWorld): ClassAnswers {
  const situation = situationOf(subject, name, form, world);
  const { plan, classes } = situation;
  const distributions = classes.facts.map((facts) =>
    distributionOf(decideFromFacts(plan, facts, situation.world), situation),
  );
  return { situation, distributions };
}

/** What a service answers clients at a location. */
export function decisionAt(
  subject: Subject,
  name: string,
  form: ServiceForm,
  world: AssumedWorld,
  location: Location,
): { readonly situation: Situation; readonly decision: Decision } {
  const situation = situationOf(subject, name, form, world);
  const facts = serviceOf(subject, name).read(situation.plan, location);
  return { situation, decision: decideFromFacts(situation.plan, facts, situation.world) };
}

function situationOf(subject: Subject, name: string, form: ServiceForm, { nowMs, down }: AssumedWorld): Situation {
  const service = serviceOf(subject, name).apart(new RowTries());
  const before = assumedPresent(nowMs);
  const downed = withDown(subject.config, before, down);
  assert(downed.ok, 'what is down is known');
  const at = (present: Present): Situation => service.situation(form, present, subject.world.momentOf(present));
  const whole = at(before); // and before something goes down, it was up
  return down.length === 0 ? whole : at(downed.present);
}

function serviceOf({ world }: Subject, name: string): CompiledService {
  const service = world.service(name);
  assert(service !== undefined, `service ${name} is defined`);
  return service;
}
