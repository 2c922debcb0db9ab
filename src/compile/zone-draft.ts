import { CLASS, TYPE } from '../dns/constants.ts';
import {
  filledBytes,
  GLUE,
  glueAt,
  hashName,
  labelCount,
  NODE,
  nameAt,
  RECORD_FIXED_BYTES,
  RRSET,
} from '../snapshot/names.ts';
import { assert } from '../util/assert.ts';
import type { RRset, ServiceReference } from '../zone/zone.ts';
import type { Glue, NameTree } from './name-tree.ts';

const NAME_POINTER = 0xc00c; // the question's name, right behind the header

/** What a SERVICE record's name stands for: the service's slot, and its TTL where the record has none of its own. */
export interface NamedService {
  readonly slot: number;
  readonly ttlSeconds: number;
}

/**
 * The stretches of a zone's names, one behind the other, before it is known where in the block they go: offsets of
 * octets count from the draft's start, and a node is referred to by its number plus 1.
 */
export interface ZoneDraft {
  readonly words: Int32Array;
  /** By node, where its stretch begins; behind the last, where that ends. */
  readonly starts: Int32Array;
  readonly hashes: Int32Array;
  /** Of any name, the root's not counted. */
  readonly labelsMax: number;
  /** Nodes that no question leads to by their name. */
  readonly shadows: ReadonlySet<number>;
  /** By the number of a zone below, the node of its apex in this one. */
  readonly parentSideOf: ReadonlyMap<number, number>;
}

/** Writes the names of a zone. Every service that it names must be in `services`. */
export function draftZone(tree: NameTree, services: ReadonlyMap<string, NamedService>): ZoneDraft {
  const starts = layOut(tree);
  const writer = new DraftWriter(tree, services, starts);
  for (let node = 0; node < tree.names.length; node++) writer.writeNode(node);
  return {
    words: writer.words,
    starts,
    hashes: writer.hashes,
    labelsMax: writer.labelsMax,
    shadows: tree.shadows,
    parentSideOf: tree.parentSideOf,
  };
}

/** Where each node's stretch begins, and where the last ends. */
function layOut({ names, data, glueOf }: NameTree): Int32Array {
  const starts = new Int32Array(names.length + 1);
  for (let node = 0; node < names.length; node++) {
    const rrsets = data[node]?.rrsets ?? [];
    let octets = filledBytes(names[node].length);
    for (const { rdatas } of rrsets) {
      for (const rdata of rdatas) octets += RECORD_FIXED_BYTES + rdata.length;
    }
    const glue = glueOf.get(node)?.length ?? 0;
    const fixed = NODE.WORDS + rrsets.length * RRSET.WORDS + glue * GLUE.WORDS;
    starts[node + 1] = starts[node] + fixed + Math.ceil(octets / Int32Array.BYTES_PER_ELEMENT);
  }
  return starts;
}

class DraftWriter {
  readonly words: Int32Array;
  readonly hashes: Int32Array;
  labelsMax = 0;
  readonly #tree: NameTree;
  readonly #services: ReadonlyMap<string, NamedService>;
  readonly #starts: Int32Array;
  readonly #octets: Buffer;

  constructor(tree: NameTree, services: ReadonlyMap<string, NamedService>, starts: Int32Array) {
    this.#tree = tree;
    this.#services = services;
    this.#starts = starts;
    this.words = new Int32Array(starts[tree.names.length]);
    this.hashes = new Int32Array(tree.names.length);
    this.#octets = Buffer.from(this.words.buffer);
  }

  writeNode(node: number): void {
    const { words } = this;
    const tree = this.#tree;
    const { rrsets = [], service } = tree.data[node] ?? {};
    const glue = tree.glueOf.get(node) ?? [];
    const start = this.#starts[node];
    words[start + NODE.NAME_BYTES] = tree.names[node].length;
    words[start + NODE.ZONE] = tree.zone;
    words[start + NODE.CUT] = tree.cutOf[node] + 1;
    words[start + NODE.WILDCARD] = tree.wildcardOf[node] + 1;
    words[start + NODE.RRSET_COUNT] = rrsets.length;
    words[start + NODE.GLUE_COUNT] = glue.length;
    if (service !== undefined) this.#writeService(start, service);
    this.#writeGlue(glue, glueAt(words, start), rdataOffsets(tree.rrset(node, TYPE.NS)));
    const at = nameAt(words, start);
    this.#writeOctets(tree.names[node], at);
    let next = at + filledBytes(tree.names[node].length);
    for (const [index, rrset] of rrsets.entries()) {
      next = this.#writeRrset(rrset, start + NODE.WORDS + index * RRSET.WORDS, next);
    }
    this.hashes[node] = hashName(this.#octets, at, at + tree.names[node].length);
    this.labelsMax = Math.max(this.labelsMax, labelCount(this.#octets, at));
  }

  #writeService(start: number, { name, ttlSeconds }: ServiceReference): void {
    const service = this.#services.get(name);
    assert(service !== undefined, `service ${name} is defined`);
    this.words[start + NODE.SERVICE_PLUS_1] = service.slot + 1;
    this.words[start + NODE.SERVICE_TTL] = ttlSeconds ?? service.ttlSeconds;
  }

  #writeGlue(glue: readonly Glue[], at: number, targetAts: readonly number[]): void {
    for (const [index, { rdataIndex, node, isRequired }] of glue.entries()) {
      const entry = at + index * GLUE.WORDS;
      this.words[entry + GLUE.TARGET_AT] = targetAts[rdataIndex];
      this.words[entry + GLUE.NODE] = node + 1;
      this.words[entry + GLUE.REQUIRED] = isRequired ? 1 : 0;
    }
  }

  /**
   * Writes the RRset's entry at `at` and its records at `recordsAt`, in octets. Returns the octet offset behind them.
   */
  #writeRrset({ type, ttlSeconds, rdatas }: RRset, at: number, recordsAt: number): number {
    const { words } = this;
    let next = recordsAt;
    for (const rdata of rdatas) {
      this.#octets.writeUInt16BE(NAME_POINTER, next);
      this.#octets.writeUInt16BE(type, next + 2);
      this.#octets.writeUInt16BE(CLASS.IN, next + 4);
      this.#octets.writeUInt32BE(ttlSeconds, next + 6);
      this.#octets.writeUInt16BE(rdata.length, next + 10);
      next = this.#writeOctets(rdata, next + RECORD_FIXED_BYTES);
    }
    words[at + RRSET.TYPE] = type;
    words[at + RRSET.TTL] = ttlSeconds;
    words[at + RRSET.RECORDS_AT] = recordsAt;
    words[at + RRSET.RECORDS_BYTES] = next - recordsAt;
    words[at + RRSET.COUNT] = rdatas.length;
    return next;
  }

  /** Returns the offset behind the octets. */
  #writeOctets(wire: string, at: number): number {
    return at + this.#octets.write(wire, at, 'latin1');
  }
}

/** Where in the records of an RRset each rdata starts. */
function rdataOffsets(rrset: RRset | undefined): readonly number[] {
  let at = 0;
  return (rrset?.rdatas ?? []).map((rdata) => {
    const dataAt = at + RECORD_FIXED_BYTES;
    at = dataAt + rdata.length;
    return dataAt;
  });
}
