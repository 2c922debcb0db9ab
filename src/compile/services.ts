import type { EndpointConfig, ServiceConfig } from '../config/config.ts';
import { ROW_KIND, SERVICE_FORM, TIER_ENDPOINTS_MAX } from '../snapshot/service.ts';
import { type Decision, decideFromFacts } from '../steering/decide.ts';
import type { Candidate, Region, Tier } from '../steering/step.ts';
import { assert } from '../util/assert.ts';
import { BlockBuilder, type StoredRecords } from './block.ts';
import type { Classifier, ClassMap } from './classes.ts';
import { CNAME_FORMS, type Form, type Offer, PLAIN_FORMS, TTL_SECONDS_MAX } from './forms.ts';
import type { Present } from './present.ts';

/** The world around a service, as far as compiling it needs it. */
export interface Surroundings {
  readonly regions: ReadonlyMap<string, Region>;
  readonly slotOf: ReadonlyMap<string, number>;
  readonly classifier: Classifier;
}

/** The endpoints of a service that may have something in one form, and the classes of its clients. */
interface Part {
  readonly form: Form;
  readonly endpoints: readonly EndpointConfig[];
  readonly candidates: readonly Candidate[];
  readonly classes: ClassMap;
}

/** One service: divided into classes once, compiled again at each change of what it depends on. */
export class CompiledService {
  readonly config: ServiceConfig;
  readonly slot: number;
  readonly #slotOf: ReadonlyMap<string, number>;
  readonly #parts: readonly Part[];
  readonly #hasCnames: boolean;

  constructor(config: ServiceConfig, slot: number, surroundings: Surroundings) {
    this.config = config;
    this.slot = slot;
    this.#slotOf = surroundings.slotOf;
    this.#hasCnames = config.endpoints.some(({ cname }) => cname !== undefined);
    const forms = this.#hasCnames ? [...PLAIN_FORMS, ...CNAME_FORMS] : PLAIN_FORMS;
    this.#parts = forms.map((form) => partOf(config, surroundings, form));
  }

  /** The block of the service as things are at present (see snapshot/service). */
  compile(present: Present): SharedArrayBuffer {
    const block = new BlockBuilder();
    for (const part of this.#parts) this.#append(block, part, present);
    if (!this.#hasCnames) {
      block.shareTable(SERVICE_FORM.A_OR_CNAME, SERVICE_FORM.A);
      block.shareTable(SERVICE_FORM.AAAA_OR_CNAME, SERVICE_FORM.AAAA);
    }
    return block.toBlock();
  }

  #append(block: BlockBuilder, { form, endpoints, candidates, classes }: Part, present: Present): void {
    const offers = endpoints.map((endpoint) => form.offer(this.config, endpoint, present));
    const up = offers.map((offer) => offer.kind === 'records' && offer.isUp);
    const isNone = offers.every(({ kind }) => kind === 'nothing');
    const isAllDown = !isNone && !up.includes(true);
    const records = offers.map((offer) => store(block, offer, isAllDown));
    const world = { candidates, up, whenAllDown: this.config.whenAllDown };
    const rows = classes.facts.map((facts) => {
      const decision: Decision = isNone ? { kind: 'none' } : decideFromFacts(this.config.policy, facts, world);
      return block.addRow(this.#row(form, decision, records));
    });
    const ttlSecondsMax = Math.min(TTL_SECONDS_MAX, ...offers.map(ttlSecondsMaxOf));
    block.addTable(form.form, rows, { trieSlot: classes.trieSlot, isAllDown, ttlSecondsMax });
  }

  #row(form: Form, decision: Decision, records: readonly (StoredRecords | undefined)[]): readonly number[] {
    if (decision.kind === 'none') return [ROW_KIND.NONE, 0, 0];
    if (decision.kind === 'service') {
      const slot = this.#slotOf.get(decision.service);
      assert(slot !== undefined, `service ${decision.service} has a slot`);
      return [ROW_KIND.SERVICE, slot, 0];
    }
    const tiers = decision.tiers.map((tier) => tierWords(tier, records)).filter((words) => words.length > 0);
    if (tiers.length === 0) return [ROW_KIND.UNKNOWN, 0, 0];
    // The first endpoint decides whether there is a CNAME: none after it could change that.
    const answers = form.form === SERVICE_FORM.CNAME ? 1 : this.config.answers;
    return [ROW_KIND.DRAW, answers, tiers.length, ...tiers.flat()];
  }
}

function partOf(config: ServiceConfig, { regions, classifier }: Surroundings, form: Form): Part {
  const endpoints = config.endpoints.filter((endpoint) => form.includes(endpoint));
  const candidates = endpoints.map(({ region: name, weight }): Candidate => {
    const region = regions.get(name);
    assert(region !== undefined, `region ${name} is defined`);
    return { region, weight };
  });
  return { form, endpoints, candidates, classes: classifier.classify(config.policy, candidates) };
}

/** Undefined for what has no records even when all of an endpoint's are taken. */
function store(block: BlockBuilder, offer: Offer, isAllDown: boolean): StoredRecords | undefined {
  return offer.kind === 'records' ? block.addRecords(offer.type, isAllDown ? offer.all : offer.up) : undefined;
}

function ttlSecondsMaxOf(offer: Offer): number {
  return offer.kind === 'records' ? offer.ttlSecondsMax : TTL_SECONDS_MAX;
}

/** A TIER, then an ENDPOINT for each of its shares that have records; nothing where none has. */
function tierWords(tier: Tier, records: readonly (StoredRecords | undefined)[]): readonly number[] {
  assert(tier.length <= TIER_ENDPOINTS_MAX, 'a tier fits the scratch of a draw');
  const shares = tier.flatMap(({ candidate, weight }) => {
    const stored = records[candidate];
    return stored === undefined ? [] : [{ weight, ...stored }];
  });
  if (shares.length === 0) return [];
  const weightSum = shares.reduce((sum, { weight }) => sum + weight, 0);
  return [shares.length, weightSum, ...shares.flatMap(({ weight, at, count }) => [weight, at, count])];
}
