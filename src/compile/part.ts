import { TYPE } from '../dns/constants.ts';
import { hashText } from '../net/client-prefix.ts';
import { SERVICE_FORM } from '../snapshot/service.ts';
import { decideFromFacts } from '../steering/decide.ts';
import type { Decision, EndpointState, Mode, World } from '../steering/decision.ts';
import type { Leaf, PlanFacts, SteeredService, WholePlan } from '../steering/plan.ts';
import { planOf } from '../steering/planner.ts';
import type { Moment } from '../steering/policy.ts';
import { answersOf } from '../steering/service-decision.ts';
import type { Sliced } from '../util/slices.ts';
import type { AlikeClasses, Groups } from './alike.ts';
import type { BlockBuilder } from './block.ts';
import type { Classifier, ClassMap } from './classes.ts';
import { type Form, type Offer, TTL_SECONDS_MAX } from './forms.ts';
import { type Defined, includes, isFixed, type Origin, originOf } from './origins.ts';
import type { Present } from './present.ts';
import { RowTexts } from './row-text.ts';
import type { RowTries } from './row-tries.ts';
import { RowWriter, type StoredLeaf } from './rows.ts';

/** The world around a service, as far as it is needed to compile it. */
export interface Surroundings extends Defined {
  readonly steered: ReadonlyMap<string, SteeredService>;
  /** Numbers of regions, by name. */
  readonly regionIndex: ReadonlyMap<string, number>;
  readonly classifier: Classifier;
  readonly tries: RowTries;
  /** Whether rows say how they came about. */
  readonly isExplained: boolean;
}

/** What is decided from: a service in one form, as things are. */
export interface Situation {
  readonly plan: WholePlan;
  readonly classes: ClassMap;
  readonly world: World;
  /** By leaf: the records that it would be answered with; undefined where none are known. */
  readonly records: readonly ({ readonly rdatas: readonly Uint8Array[]; readonly type: number } | undefined)[];
}

/** A decision for one class takes some ten microseconds. */
const CLASSES_A_SLICE = 32;

/** A service in one form: its plan, the classes of its clients, and what it remembers. */
export class Part {
  readonly form: Form;
  readonly plan: WholePlan;
  readonly classes: ClassMap;
  readonly #surroundings: Surroundings;
  readonly #origins: readonly Origin[];
  readonly #alike: AlikeClasses | undefined;
  /** By leaf: whether it was up when something of its service last was. */
  readonly #wasGood: boolean[];
  #trieSlot: number | undefined;
  #modes: ReadonlySet<Mode> = new Set();

  constructor(form: Form, service: string, surroundings: Surroundings) {
    const { services, steered, classifier } = surroundings;
    this.form = form;
    this.#surroundings = surroundings;
    this.plan = planOf(service, steered, (one, endpoint) => includes(form, services, one.name, endpoint.name));
    this.classes = classifier.classify(this.plan);
    this.#alike = classifier.alike(this.plan, this.classes);
    this.#origins = this.plan.leaves.map((leaf) => originOf(leaf, surroundings));
    this.#wasGood = this.plan.leaves.map(() => false);
  }

  /** How its answers come about since it was compiled last. */
  get modes(): ReadonlySet<Mode> {
    return this.#modes;
  }

  /** Takes over what another part of the same form remembers of the endpoints that both have. */
  remember(other: Part): void {
    const good = new Set(other.plan.leaves.flatMap((leaf, index) => (other.#wasGood[index] ? [nameOf(leaf)] : [])));
    for (const [index, leaf] of this.plan.leaves.entries()) this.#wasGood[index] = good.has(nameOf(leaf));
  }

  /** What it decides from as things are at present. Calls remember what was up last, as compiling does. */
  situation(present: Present, moment: Moment): Situation {
    const offers = this.#offers(present);
    const world = this.#world(offers, present, moment);
    const records = offers.map((offer, leaf) => {
      const rdatas = rdatasOf(offer, world.states[leaf]);
      return offer.kind === 'records' && rdatas !== undefined ? { rdatas, type: offer.type } : undefined;
    });
    return { plan: this.plan, classes: this.classes, world, records };
  }

  /** Adds the table of the form, in slices; returns whether its scopes may be longer than need be. */
  *appending(block: BlockBuilder, present: Present, moment: Moment, isUrgent: boolean): Sliced<boolean> {
    const { form, plan, classes } = this;
    const offers = this.#offers(present);
    const world = this.#world(offers, present, moment);
    const leaves = offers.map((offer, leaf) => this.#store(block, plan.leaves[leaf], offer, world.states[leaf]));
    const texts = this.#surroundings.isExplained ? RowTexts.of(form.form, plan, block) : undefined;
    const rows = new RowWriter(block, leaves, form.form === SERVICE_FORM.CNAME, texts);
    const answers = world.answersMin ?? answersOf(plan.root, plan.root.steps);
    const groups = this.#alike?.groups(plan.root, world.states, answers);
    const numbers = new RowNumbers();
    const modes = new Set<Mode>();
    const rowOf = (facts: PlanFacts): number => {
      const decision = decideFromFacts(plan, facts, world);
      noteModes(decision, modes);
      return numbers.of(rows.add(decision));
    };
    const rowOfClass = yield* rowsOf(classes, groups, rowOf);
    const { tries } = this.#surroundings;
    const { slot, isByClass } = yield* tries.acquiring(classes, rowOfClass, isUrgent);
    this.#modes = modes;
    if (this.#trieSlot !== undefined) tries.release(this.#trieSlot);
    this.#trieSlot = slot;
    const offsets = isByClass ? Array.from(rowOfClass, (row) => numbers.offsets[row]) : numbers.offsets;
    block.addTable(form.form, offsets, slot);
    return isByClass;
  }

  #store(block: BlockBuilder, leaf: Leaf, offer: Offer, state: EndpointState): StoredLeaf {
    const { region } = leaf;
    const id = hashText(nameOf(leaf));
    const regionIndex = region === undefined ? -1 : (this.#surroundings.regionIndex.get(region.name) ?? -1);
    const rdatas = rdatasOf(offer, state);
    if (offer.kind !== 'records' || rdatas === undefined) {
      return { id, regionIndex, rdatas: [], type: 0, ttlSecondsMax: TTL_SECONDS_MAX, records: undefined };
    }
    const { type, ttlSecondsMax } = offer;
    return { id, regionIndex, rdatas, type, ttlSecondsMax, records: block.addRecords(type, rdatas) };
  }

  #offers(present: Present): readonly Offer[] {
    return this.#origins.map(({ service, endpoint }) => this.form.offer(service, endpoint, present));
  }

  /** What is decided from. It remembers what was up when something of a service last was. */
  #world(offers: readonly Offer[], present: Present, moment: Moment): World {
    const { plan } = this;
    const origins = this.#origins;
    const wasGood = this.#wasGood;
    const states = offers.map((offer, leaf): EndpointState => {
      const { service, endpoint, isDraining } = origins[leaf];
      if (offer.kind !== 'records') return offer.kind;
      if (isFixed(endpoint)) return offer.type === TYPE.CNAME || offer.all.length > 0 ? 'up' : 'nothing';
      if (!offer.isUp) return 'down';
      return isDraining || present.isDraining?.(service, endpoint) === true ? 'draining' : 'up';
    });
    for (const name of new Set(plan.leaves.map(({ service }) => service))) {
      const own = plan.leaves.flatMap(({ service, endpoint }, leaf) =>
        service === name && endpoint !== undefined ? [leaf] : [],
      );
      if (own.some((leaf) => states[leaf] === 'up')) for (const leaf of own) wasGood[leaf] = states[leaf] === 'up';
    }
    const hasAliases = offers.some((offer) => offer.kind === 'records' && offer.type === TYPE.CNAME);
    // A CNAME that is drawn after addresses is not answered. Which endpoints make up an answer is then known only after
    // the draw, so all of them must be in the row.
    const whole = hasAliases ? { answersMin: Number.POSITIVE_INFINITY } : {};
    const factors = present.shareFactor && origins.map((one) => present.shareFactor?.(one.service, one.endpoint) ?? 1);
    const shares = factors && { factors };
    const { explorationPerMille = 0 } = this.#surroundings.classifier;
    const found = { states, wasGood, explorationPerMille, ...whole, ...shares };
    return { nowMs: moment.nowMs, stateOf: (other) => moment.stateOf(other), ...found };
  }
}

/** SERVICE/ENDPOINT; of addresses that a service falls back to, SERVICE/. */
function nameOf({ service, endpoint }: Leaf): string {
  return `${service}/${endpoint ?? ''}`;
}

function noteModes(decision: Decision, into: Set<Mode>): void {
  if (decision.kind !== 'split') {
    into.add(decision.mode);
    return;
  }
  noteModes(decision.inside, into);
  noteModes(decision.outside, into);
}

/** Numbers rows by their offsets, in the order in which they come. */
class RowNumbers {
  readonly offsets: number[] = [];
  readonly #numberByOffset = new Map<number, number>();

  of(offset: number): number {
    const known = this.#numberByOffset.get(offset);
    if (known !== undefined) return known;
    this.#numberByOffset.set(offset, this.offsets.length);
    return this.offsets.push(offset) - 1;
  }
}

/** By class, the number of its row. Of classes with the same answer, one is decided. */
function* rowsOf(
  { facts }: ClassMap,
  groups: Groups | undefined,
  rowOf: (facts: PlanFacts) => number,
): Sliced<Int32Array> {
  const asked = groups === undefined ? facts : groups.representatives.map((number) => facts[number]);
  const rows = new Int32Array(asked.length);
  for (const [number, one] of asked.entries()) {
    rows[number] = rowOf(one);
    if (number % CLASSES_A_SLICE === 0) yield;
  }
  return groups === undefined ? rows : groups.groupOfClass.map((group) => rows[group]);
}

function rdatasOf(offer: Offer, state: EndpointState): readonly Uint8Array[] | undefined {
  if (offer.kind !== 'records') return undefined;
  return state === 'down' ? offer.all : offer.up;
}
