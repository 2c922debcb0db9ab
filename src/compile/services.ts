import type { EndpointConfig, ServiceConfig } from '../config/config.ts';
import { CLASS, TYPE } from '../dns/constants.ts';
import type { Address } from '../net/address.ts';
import { FAMILY_TABLE, ROW_KIND, SERVICE_FAMILY, SERVICE_HEADER, TIER_ENDPOINTS_MAX } from '../snapshot/service.ts';
import { type Decision, decideFromFacts } from '../steering/decide.ts';
import type { Candidate, Region, Tier } from '../steering/step.ts';
import { assert } from '../util/assert.ts';
import type { Classifier, ClassMap } from './classes.ts';

/** Whether an address of an endpoint may be answered at present. */
export type IsUp = (service: ServiceConfig, endpoint: EndpointConfig, address: Address) => boolean;

/** The world around a service, as far as compiling it needs it. */
export interface Surroundings {
  readonly regions: ReadonlyMap<string, Region>;
  readonly slotOf: ReadonlyMap<string, number>;
  readonly classifier: Classifier;
}

/** The endpoints of a service that have addresses of one family, and the classes of its clients. */
interface Family {
  readonly type: number;
  readonly endpoints: readonly EndpointConfig[];
  readonly addressesOf: (endpoint: EndpointConfig) => readonly Address[];
  readonly candidates: readonly Candidate[];
  readonly classes: ClassMap;
}

const NAME_POINTER = 0xc00c; // the question's name, right behind the header

/** One service: divided into classes once, compiled again at each change of a verdict it depends on. */
export class CompiledService {
  readonly config: ServiceConfig;
  readonly slot: number;
  readonly #slotOf: ReadonlyMap<string, number>;
  readonly #families: readonly Family[];

  constructor(config: ServiceConfig, slot: number, surroundings: Surroundings) {
    this.config = config;
    this.slot = slot;
    this.#slotOf = surroundings.slotOf;
    const families: Family[] = [];
    families[SERVICE_FAMILY.A] = familyOf(config, surroundings, TYPE.A, ({ a }) => a);
    families[SERVICE_FAMILY.AAAA] = familyOf(config, surroundings, TYPE.AAAA, ({ aaaa }) => aaaa);
    this.#families = families;
  }

  /** The block of the service as the verdicts are at present (see snapshot/service). */
  compile(isUp: IsUp): SharedArrayBuffer {
    const block = new BlockBuilder();
    for (const [index, family] of this.#families.entries()) this.#append(block, index, family, isUp);
    return block.toBlock();
  }

  #append(block: BlockBuilder, index: number, family: Family, isUp: IsUp): void {
    const upAddresses = family.endpoints.map((endpoint) =>
      family.addressesOf(endpoint).filter((address) => isUp(this.config, endpoint, address)),
    );
    const world = {
      candidates: family.candidates,
      up: upAddresses.map(({ length }) => length > 0),
      whenAllDown: this.config.whenAllDown,
    };
    const decisions = family.classes.facts.map((facts) => decideFromFacts(this.config.policy, facts, world));
    const areAllDown = !world.up.includes(true);
    const answered = areAllDown ? family.endpoints.map(family.addressesOf) : upAddresses;
    const records = answered.map((addresses) => block.addRecords(family.type, addresses));
    const rows = decisions.map((decision) => block.addRow(this.#row(decision, records)));
    block.addTable(index, family.classes.trieSlot, rows, areAllDown && family.endpoints.length > 0);
  }

  #row(decision: Decision, records: readonly StoredRecords[]): readonly number[] {
    if (decision.kind === 'none') return [ROW_KIND.NONE, 0, 0];
    if (decision.kind === 'service') {
      const slot = this.#slotOf.get(decision.service);
      assert(slot !== undefined, `service ${decision.service} has a slot`);
      return [ROW_KIND.SERVICE, slot, 0];
    }
    const tiers = decision.tiers.map((tier) => tierWords(tier, records));
    return [ROW_KIND.DRAW, this.config.answers, tiers.length, ...tiers.flat()];
  }
}

function familyOf(
  config: ServiceConfig,
  { regions, classifier }: Surroundings,
  type: number,
  addressesOf: (endpoint: EndpointConfig) => readonly Address[],
): Family {
  const endpoints = config.endpoints.filter((endpoint) => addressesOf(endpoint).length > 0);
  const candidates = endpoints.map(({ region: name, weight }): Candidate => {
    const region = regions.get(name);
    assert(region !== undefined, `region ${name} is defined`);
    return { region, weight };
  });
  return { type, endpoints, addressesOf, candidates, classes: classifier.classify(config.policy, candidates) };
}

/** Where an endpoint's records stand among the block's records, in octets, and how many they are. */
interface StoredRecords {
  readonly at: number;
  readonly count: number;
}

/** A TIER, then an ENDPOINT for each of its shares. */
function tierWords(tier: Tier, records: readonly StoredRecords[]): readonly number[] {
  assert(tier.length <= TIER_ENDPOINTS_MAX, 'a tier fits the scratch of a draw');
  const weightSum = tier.reduce((sum, { weight }) => sum + weight, 0);
  const endpoints = tier.map(({ candidate, weight }) => [weight, records[candidate].at, records[candidate].count]);
  return [tier.length, weightSum, ...endpoints.flat()];
}

/** Puts a block together: integers as they come, and behind them the records. */
class BlockBuilder {
  readonly #words: number[] = new Array<number>(SERVICE_HEADER.WORDS).fill(0);
  readonly #records: number[] = [];
  readonly #rowByContent = new Map<string, number>();

  /** Address records, ready to be copied: owned by the question's name, their TTL still to be set. */
  addRecords(type: number, addresses: readonly Address[]): StoredRecords {
    const at = this.#records.length;
    for (const { bytes } of addresses) {
      for (const field of [NAME_POINTER, type, CLASS.IN, 0, 0, bytes.length])
        this.#records.push(field >> 8, field & 0xff);
      this.#records.push(...bytes);
    }
    return { at, count: addresses.length };
  }

  /** Adds a row, once: classes with the same content share it. Returns its offset. */
  addRow(row: readonly number[]): number {
    const content = row.join();
    const known = this.#rowByContent.get(content);
    if (known !== undefined) return known;
    const at = this.#words.length;
    for (const word of row) this.#words.push(word);
    this.#rowByContent.set(content, at);
    return at;
  }

  /** Adds the table of a family: its trie, and by class the offset of its row. */
  addTable(family: number, trieSlot: number, rows: readonly number[], isAllDown: boolean): void {
    const isUniform = new Set(rows).size === 1;
    const at = this.#words.length;
    this.#words[family] = at;
    this.#words.push(trieSlot, at + FAMILY_TABLE.WORDS, rows.length, isUniform ? 1 : 0, isAllDown ? 1 : 0);
    for (const row of rows) this.#words.push(row);
  }

  toBlock(): SharedArrayBuffer {
    const recordsAt = this.#words.length * Int32Array.BYTES_PER_ELEMENT;
    this.#words[SERVICE_HEADER.RECORDS_AT] = recordsAt;
    const wordAligned = (this.#records.length + 3) & ~3; // so that the integer view covers the block
    const block = new SharedArrayBuffer(recordsAt + wordAligned);
    new Int32Array(block).set(this.#words);
    new Uint8Array(block, recordsAt).set(this.#records);
    return block;
  }
}
