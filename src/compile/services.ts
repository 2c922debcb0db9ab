import type { Location } from '../geo/location.ts';
import type { Estimate } from '../latency/estimating/estimate.ts';
import { SERVICE_FORM, type ServiceForm } from '../snapshot/service.ts';
import type { Mode } from '../steering/decision.ts';
import { type Leaf, type PlanFacts, servicesIn, type WholePlan } from '../steering/plan.ts';
import { planOf } from '../steering/planner.ts';
import { changesMs, type Moment } from '../steering/policy.ts';
import type { Condition } from '../steering/steps/when.ts';
import { assert } from '../util/assert.ts';
import { atOnce, type Sliced } from '../util/slices.ts';
import { BlockBuilder } from './block.ts';
import { type Classifier, isSameDivision } from './classes.ts';
import { CNAME_FORMS, PLAIN_FORMS } from './forms.ts';
import { originOf } from './origins.ts';
import { Part, type Situation, type Surroundings } from './part.ts';
import type { Present } from './present.ts';
import type { RowTries } from './row-tries.ts';

/** For a service without CNAMEs: the form whose table each form shares. */
const PLAIN_OF: Readonly<Record<ServiceForm, ServiceForm>> = {
  [SERVICE_FORM.A]: SERVICE_FORM.A,
  [SERVICE_FORM.AAAA]: SERVICE_FORM.AAAA,
  [SERVICE_FORM.A_OR_CNAME]: SERVICE_FORM.A,
  [SERVICE_FORM.AAAA_OR_CNAME]: SERVICE_FORM.AAAA,
  [SERVICE_FORM.CNAME]: SERVICE_FORM.CNAME,
};

/** One service: divided into classes once, compiled again at each change of what it depends on. */
export class CompiledService {
  readonly name: string;
  readonly slot: number;
  readonly #surroundings: Surroundings;
  readonly #parts: readonly Part[];
  readonly #hasCnames: boolean;

  constructor(name: string, slot: number, surroundings: Surroundings) {
    this.name = name;
    this.slot = slot;
    this.#surroundings = surroundings;
    const leaves = planOf(name, surroundings.steered).leaves.map((leaf) => originOf(leaf, surroundings));
    this.#hasCnames = leaves.some(({ endpoint }) => endpoint.cname !== undefined);
    const forms = this.#hasCnames ? [...PLAIN_FORMS, ...CNAME_FORMS] : PLAIN_FORMS;
    this.#parts = forms.map((form) => new Part(form, name, surroundings));
  }

  /** The services that an answer may come from. */
  get dependsOn(): readonly string[] {
    return this.#parts.flatMap(({ plan }) => servicesIn(plan));
  }

  /** The services and regions whose state its policies look at. */
  get looksAt(): readonly Condition[] {
    return this.#parts.flatMap(({ plan }) =>
      plan.plans.flatMap(({ steps }) =>
        steps.flatMap(({ guards }) => guards.flatMap(({ conditions }) => conditions.while ?? [])),
      ),
    );
  }

  /**
   * How its answers came about when it was compiled last, for some clients or others; only `normal` while all is well.
   */
  get modes(): readonly Mode[] {
    return [...new Set(this.#parts.flatMap(({ modes }) => [...modes]))].sort();
  }

  /** The plans by form: explanations use the same ones. */
  get plans(): readonly WholePlan[] {
    return this.#parts.map(({ plan }) => plan);
  }

  /** When a step may apply otherwise by the clock alone; undefined: never. */
  changesMs(nowMs: number): number | undefined {
    const times = this.#parts.flatMap(({ plan }) =>
      plan.plans.flatMap(({ steps }) => steps.flatMap((step) => changesMs(step, nowMs) ?? [])),
    );
    return times.length === 0 ? undefined : Math.min(...times);
  }

  /**
   * The block of the service as things are at present (see snapshot/service). If it is urgent it may come out with
   * longer scopes than need be, and is to be compiled again when there is time.
   */
  compile(present: Present, moment: Moment, isUrgent: boolean): { block: SharedArrayBuffer; isRough: boolean } {
    return atOnce(this.compiling(present, moment, isUrgent));
  }

  /** {@link compile} in slices. */
  *compiling(
    present: Present,
    moment: Moment,
    isUrgent: boolean,
  ): Sliced<{ block: SharedArrayBuffer; isRough: boolean }> {
    const block = new BlockBuilder();
    let isRough = false;
    for (const part of this.#parts) isRough = (yield* part.appending(block, present, moment, isUrgent)) || isRough;
    if (!this.#hasCnames) {
      block.shareTable(SERVICE_FORM.A_OR_CNAME, SERVICE_FORM.A);
      block.shareTable(SERVICE_FORM.AAAA_OR_CNAME, SERVICE_FORM.AAAA);
    }
    return { block: block.toBlock(), isRough };
  }

  /** The same service with tries of its own: asking what it would answer then changes nothing that is served. */
  apart(tries: RowTries): CompiledService {
    const copy = new CompiledService(this.name, this.slot, { ...this.#surroundings, tries });
    copy.remember(this);
    return copy;
  }

  /** Takes over what the same service of another world remembers. */
  remember(other: CompiledService): void {
    for (const part of other.#parts) this.#parts.find(({ form }) => form.form === part.form.form)?.remember(part);
  }

  /**
   * Whether another classifier divides its clients into the same classes; it does divide them on the way. In slices.
   */
  *comparing(classifier: Classifier): Sliced<boolean> {
    let isSame = true;
    for (const { plan, classes } of this.#parts) {
      isSame = isSameDivision(classes, yield* classifier.classifying(plan)) && isSame;
      yield;
    }
    return isSame;
  }

  /** What the estimated round-trip times from a location rest on; undefined where none are estimated. */
  whyLatency(location: Location, region: string): Estimate | undefined {
    return this.#surroundings.classifier.why(location, region);
  }

  /** What it decides from in a form, as things are at present. Calls remember what was up last, as compiling does. */
  situation(form: ServiceForm, present: Present, moment: Moment): Situation {
    return this.#partOf(form).situation(present, moment);
  }

  /** What may be answered in a form. */
  leavesIn(form: ServiceForm): readonly Leaf[] {
    return this.#partOf(form).plan.leaves;
  }

  /** What a plan of it reads of clients at a location. */
  read(plan: WholePlan, location: Location): PlanFacts {
    return this.#surroundings.classifier.read(plan, location);
  }

  #partOf(form: ServiceForm): Part {
    const part = this.#parts.find((one) => one.form.form === (this.#hasCnames ? form : PLAIN_OF[form]));
    assert(part !== undefined, `service ${this.name} has the form`);
    return part;
  }
}
