import { CLASS, TYPE } from '../dns/constants.ts';
import {
  GLUE,
  HEADER,
  hashLabel,
  hashName,
  NAMES_MAGIC,
  NODE,
  RECORD_FIXED_BYTES,
  RRSET,
  SLOT,
  ZONE,
} from '../snapshot/names.ts';
import { assert } from '../util/assert.ts';
import type { RRset, Zone } from '../zone/zone.ts';
import { type Glue, NameTree, NONE } from './name-tree.ts';

const NAME_POINTER = 0xc00c; // the question's name, right behind the header
const SOA_MINIMUM_BYTES = 4; // the last field of a SOA's rdata

/** What a SERVICE record's name stands for: the service's slot, and its TTL where the record has none of its own. */
export interface NamedService {
  readonly slot: number;
  readonly ttlSeconds: number;
}

/** Compiles zones into the block of names (see snapshot/names). Every service that a zone names must be in `services`. */
export function compileNames(zones: readonly Zone[], services: ReadonlyMap<string, NamedService>): SharedArrayBuffer {
  return new NamesWriter(new NameTree(zones), services).write();
}

/** Lays the block's parts out by their sizes, then fills them in one pass over the tree. */
class NamesWriter {
  readonly #tree: NameTree;
  readonly #services: ReadonlyMap<string, NamedService>;
  readonly #block: SharedArrayBuffer;
  readonly #words: Int32Array;
  readonly #octets: Buffer;
  /** By node of the tree: where it goes, and the hash of its name. */
  readonly #offsets: Int32Array;
  readonly #hashes: Int32Array;
  #nextGlue: number;

  constructor(tree: NameTree, services: ReadonlyMap<string, NamedService>) {
    this.#tree = tree;
    this.#services = services;
    this.#hashes = new Int32Array(tree.names.length);
    const slotCount = slotsFor(tree.names.length);
    const zones = HEADER.WORDS;
    const slots = zones + tree.apexes.length * ZONE.WORDS;
    this.#nextGlue = slots + slotCount * SLOT.WORDS;
    const { offsets, end } = layOut(tree, this.#nextGlue + glueCount(tree) * GLUE.WORDS);
    this.#offsets = offsets;
    this.#block = new SharedArrayBuffer(end * Int32Array.BYTES_PER_ELEMENT);
    this.#words = new Int32Array(this.#block);
    this.#octets = Buffer.from(this.#block);
    this.#words.set([NAMES_MAGIC, zones, slots, slotCount - 1]);
  }

  write(): SharedArrayBuffer {
    const { names, apexes, glueOf } = this.#tree;
    for (let node = 0; node < names.length; node++) this.#writeNode(node);
    for (const [cut, glue] of glueOf) this.#writeGlue(cut, glue);
    for (const [zone, apex] of apexes.entries()) this.#writeZone(zone, apex);
    return this.#block;
  }

  #offsetOf(node: number): number {
    return node === NONE ? 0 : this.#offsets[node];
  }

  #writeNode(node: number): void {
    const tree = this.#tree;
    const words = this.#words;
    const name = tree.names[node];
    const { rrsets = [], service } = tree.data[node] ?? {};
    const at = this.#offsets[node];
    const nameAt = (at + NODE.WORDS + rrsets.length * RRSET.WORDS) * Int32Array.BYTES_PER_ELEMENT;
    words[at + NODE.NAME_AT] = nameAt;
    words[at + NODE.NAME_BYTES] = name.length;
    words[at + NODE.ZONE] = tree.zoneOf[node];
    words[at + NODE.CUT] = this.#offsetOf(tree.cutOf[node]);
    words[at + NODE.WILDCARD] = this.#offsetOf(tree.wildcardOf[node]);
    words[at + NODE.PARENT_SIDE] = this.#offsetOf(tree.parentSideOf.get(node) ?? NONE);
    words[at + NODE.RRSET_COUNT] = rrsets.length;
    let octetsAt = this.#writeOctets(name, nameAt);
    for (const [index, rrset] of rrsets.entries()) {
      octetsAt = this.#writeRrset(rrset, at + NODE.WORDS + index * RRSET.WORDS, octetsAt);
    }
    if (service !== undefined) this.#writeService(at, service);
    this.#index(node, nameAt);
  }

  #writeService(
    at: number,
    { name, ttlSeconds }: { readonly name: string; readonly ttlSeconds?: number | undefined },
  ): void {
    const service = this.#services.get(name);
    assert(service !== undefined, `service ${name} is defined`);
    this.#words[at + NODE.SERVICE_PLUS_1] = service.slot + 1;
    this.#words[at + NODE.SERVICE_TTL] = ttlSeconds ?? service.ttlSeconds;
  }

  /** Enters the node in the hash table, where its name leads to it. */
  #index(node: number, nameAt: number): void {
    const parent = this.#tree.parentOf[node];
    const hash =
      parent === NONE ? hashName(this.#octets, nameAt) : hashLabel(this.#hashes[parent], this.#octets, nameAt);
    this.#hashes[node] = hash;
    if (!this.#tree.isReachable(node)) return;
    const words = this.#words;
    const mask = words[HEADER.SLOT_MASK];
    let slot = hash & mask;
    const at = (): number => words[HEADER.SLOTS] + slot * SLOT.WORDS;
    while (words[at() + SLOT.NODE] !== 0) slot = (slot + 1) & mask;
    words[at() + SLOT.HASH] = hash;
    words[at() + SLOT.NODE] = this.#offsets[node];
  }

  /** Writes an RRset's entry at `at` and its records at `recordsAt`. Returns the octet offset behind them. */
  #writeRrset({ type, ttlSeconds, rdatas }: RRset, at: number, recordsAt: number): number {
    const words = this.#words;
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

  #writeGlue(cut: number, glue: readonly Glue[]): void {
    const words = this.#words;
    const targetAts = rdataOffsets(this.#tree.rrset(cut, TYPE.NS));
    words[this.#offsets[cut] + NODE.GLUE] = this.#nextGlue;
    words[this.#offsets[cut] + NODE.GLUE_COUNT] = glue.length;
    for (const { rdataIndex, node, isRequired } of glue) {
      words[this.#nextGlue + GLUE.TARGET_AT] = targetAts[rdataIndex];
      words[this.#nextGlue + GLUE.NODE] = this.#offsets[node];
      words[this.#nextGlue + GLUE.REQUIRED] = isRequired ? 1 : 0;
      this.#nextGlue += GLUE.WORDS;
    }
  }

  #writeZone(zone: number, apex: number): void {
    const words = this.#words;
    const soa = this.#tree.data[apex]?.rrsets.findIndex(({ type }) => type === TYPE.SOA) ?? NONE;
    assert(soa !== NONE, 'a zone has a SOA');
    const rrset = this.#offsets[apex] + NODE.WORDS + soa * RRSET.WORDS;
    const end = words[rrset + RRSET.RECORDS_AT] + words[rrset + RRSET.RECORDS_BYTES];
    const at = words[HEADER.ZONES] + zone * ZONE.WORDS;
    words[at + ZONE.APEX] = this.#offsets[apex];
    words[at + ZONE.SOA_AT] = words[rrset + RRSET.RECORDS_AT];
    words[at + ZONE.SOA_BYTES] = words[rrset + RRSET.RECORDS_BYTES];
    // RFC 2308 section 3: the lesser of the SOA's own TTL and its MINIMUM.
    words[at + ZONE.NEGATIVE_TTL] = Math.min(
      words[rrset + RRSET.TTL],
      this.#octets.readUInt32BE(end - SOA_MINIMUM_BYTES),
    );
  }

  /** Returns the offset behind the octets. */
  #writeOctets(wire: string, at: number): number {
    return at + this.#octets.write(wire, at, 'latin1');
  }
}

/** Where each node of a tree goes, one behind the other from `start`, and where they end. */
function layOut(tree: NameTree, start: number): { offsets: Int32Array; end: number } {
  const offsets = new Int32Array(tree.names.length);
  let end = start;
  for (let node = 0; node < offsets.length; node++) {
    offsets[node] = end;
    const rrsets = tree.data[node]?.rrsets ?? [];
    let octets = tree.names[node].length;
    for (const { rdatas } of rrsets) {
      for (const rdata of rdatas) octets += RECORD_FIXED_BYTES + rdata.length;
    }
    end += NODE.WORDS + rrsets.length * RRSET.WORDS + Math.ceil(octets / Int32Array.BYTES_PER_ELEMENT);
  }
  return { offsets, end };
}

function glueCount({ glueOf }: NameTree): number {
  return [...glueOf.values()].reduce((sum, glue) => sum + glue.length, 0);
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

/** A power of two, at most half full: a look-up then visits 1.5 slots for a hit and 2.5 for a miss, on average. */
function slotsFor(names: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(8, names * 2)));
}
