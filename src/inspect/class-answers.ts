import type { Present } from '../compile/present.ts';
import { RowTries } from '../compile/row-tries.ts';
import type { CompiledService, Situation } from '../compile/services.ts';
import { decideFromFacts } from '../steering/decide.ts';
import { assumedPresent, withDown } from './presents.ts';
import { type Distribution, distributionOf } from './shares.ts';
import { formOf, type SteeredType, type Subject } from './subject.ts';

/** What each class of a service's clients is answered, in one world. */
export interface ClassAnswers {
  readonly situation: Situation;
  /** By class. */
  readonly distributions: readonly Distribution[];
}

/** Answers of whole services, asked without touching what is served. */
export class Answers {
  readonly #subject: Subject;
  readonly #nowMs: number;

  constructor(subject: Subject, nowMs: number) {
    this.#subject = subject;
    this.#nowMs = nowMs;
  }

  /** While all is up but what is named. Undefined where there is no such service. */
  of(name: string, type: SteeredType, down: readonly string[] = []): ClassAnswers | undefined {
    const { world, config } = this.#subject;
    const service = world.service(name)?.apart(new RowTries());
    if (service === undefined) return undefined;
    const before = assumedPresent(this.#nowMs);
    const downed = withDown(config, before, down);
    if (!downed.ok) return undefined;
    // Before something goes down, it was up.
    if (down.length > 0) this.#situation(service, type, before);
    const situation = this.#situation(service, type, downed.present);
    const { plan, classes } = situation;
    const distributions = classes.facts.map((facts) =>
      distributionOf(decideFromFacts(plan, facts, situation.world), situation),
    );
    return { situation, distributions };
  }

  #situation(service: CompiledService, type: SteeredType, present: Present): Situation {
    return service.situation(formOf(type, true), present, this.#subject.world.momentOf(present));
  }
}
