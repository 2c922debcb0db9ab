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
import { NameTree, NONE } from './name-tree.ts';

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
  readonly #hashes: Int32Array;
  #nextRrset: number;
  #nextGlue: number;
  #nextOctet: number;

  constructor(tree: NameTree, services: ReadonlyMap<string, NamedService>) {
    this.#tree = tree;
    this.#services = services;
    this.#hashes = new Int32Array(tree.names.length);
    const sizes = measure(tree);
    const slotCount = slotsFor(tree.names.length);
    const zones = HEADER.WORDS;
    const slots = zones + tree.apexes.length * ZONE.WORDS;
    const nodes = slots + slotCount * SLOT.WORDS;
    this.#nextRrset = nodes + tree.names.length * NODE.WORDS;
    this.#nextGlue = this.#nextRrset + sizes.rrsets * RRSET.WORDS;
    this.#nextOctet = (this.#nextGlue + sizes.glue * GLUE.WORDS) * Int32Array.BYTES_PER_ELEMENT;
    this.#block = new SharedArrayBuffer(this.#nextOctet + ((sizes.octets + 3) & ~3));
    this.#words = new Int32Array(this.#block);
    this.#octets = Buffer.from(this.#block);
    this.#words.set([NAMES_MAGIC, zones, slots, slotCount - 1, nodes]);
  }

  write(): SharedArrayBuffer {
    const { names, apexes } = this.#tree;
    for (let node = 0; node < names.length; node++) this.#writeNode(node);
    for (const [cut, glue] of this.#tree.glueOf) this.#writeGlue(cut, glue);
    for (const [zone, apex] of apexes.entries()) this.#writeZone(zone, apex);
    return this.#block;
  }

  #at(node: number): number {
    return this.#words[HEADER.NODES] + node * NODE.WORDS;
  }

  #writeNode(node: number): void {
    const tree = this.#tree;
    const words = this.#words;
    const at = this.#at(node);
    const data = tree.data[node];
    words[at + NODE.NAME_AT] = this.#writeOctets(tree.names[node]);
    words[at + NODE.NAME_BYTES] = tree.names[node].length;
    words[at + NODE.ZONE] = tree.zoneOf[node];
    words[at + NODE.CUT_PLUS_1] = tree.cutOf[node] + 1;
    words[at + NODE.WILDCARD_PLUS_1] = tree.wildcardOf[node] + 1;
    words[at + NODE.PARENT_SIDE_PLUS_1] = (tree.parentSideOf.get(node) ?? NONE) + 1;
    words[at + NODE.RRSETS] = this.#nextRrset;
    words[at + NODE.RRSET_COUNT] = data?.rrsets.length ?? 0;
    for (const rrset of data?.rrsets ?? []) this.#writeRrset(rrset);
    if (data?.service !== undefined) this.#writeService(at, data.service);
    this.#index(node, words[at + NODE.NAME_AT]);
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
    while (words[at() + SLOT.NODE_PLUS_1] !== 0) slot = (slot + 1) & mask;
    words[at() + SLOT.HASH] = hash;
    words[at() + SLOT.NODE_PLUS_1] = node + 1;
  }

  #writeRrset({ type, ttlSeconds, rdatas }: RRset): void {
    const words = this.#words;
    const recordsAt = this.#nextOctet;
    for (const rdata of rdatas) {
      const at = this.#nextOctet;
      this.#octets.writeUInt16BE(NAME_POINTER, at);
      this.#octets.writeUInt16BE(type, at + 2);
      this.#octets.writeUInt16BE(CLASS.IN, at + 4);
      this.#octets.writeUInt32BE(ttlSeconds, at + 6);
      this.#octets.writeUInt16BE(rdata.length, at + 10);
      this.#nextOctet = at + RECORD_FIXED_BYTES;
      this.#writeOctets(rdata);
    }
    const at = this.#nextRrset;
    this.#nextRrset += RRSET.WORDS;
    words[at + RRSET.TYPE] = type;
    words[at + RRSET.TTL] = ttlSeconds;
    words[at + RRSET.RECORDS_AT] = recordsAt;
    words[at + RRSET.RECORDS_BYTES] = this.#nextOctet - recordsAt;
    words[at + RRSET.COUNT] = rdatas.length;
  }

  #writeGlue(cut: number, glue: NonNullable<ReturnType<NameTree['glueOf']['get']>>): void {
    const words = this.#words;
    const targetAts = rdataOffsets(this.#tree.rrset(cut, TYPE.NS));
    words[this.#at(cut) + NODE.GLUE] = this.#nextGlue;
    words[this.#at(cut) + NODE.GLUE_COUNT] = glue.length;
    for (const { rdataIndex, node, isRequired } of glue) {
      words[this.#nextGlue + GLUE.TARGET_AT] = targetAts[rdataIndex];
      words[this.#nextGlue + GLUE.NODE] = node;
      words[this.#nextGlue + GLUE.REQUIRED] = isRequired ? 1 : 0;
      this.#nextGlue += GLUE.WORDS;
    }
  }

  #writeZone(zone: number, apex: number): void {
    const words = this.#words;
    const soa = this.#tree.data[apex]?.rrsets.findIndex(({ type }) => type === TYPE.SOA) ?? NONE;
    assert(soa !== NONE, 'a zone has a SOA');
    const rrset = words[this.#at(apex) + NODE.RRSETS] + soa * RRSET.WORDS;
    const end = words[rrset + RRSET.RECORDS_AT] + words[rrset + RRSET.RECORDS_BYTES];
    const at = words[HEADER.ZONES] + zone * ZONE.WORDS;
    words[at + ZONE.APEX] = apex;
    words[at + ZONE.SOA_AT] = words[rrset + RRSET.RECORDS_AT];
    words[at + ZONE.SOA_BYTES] = words[rrset + RRSET.RECORDS_BYTES];
    // RFC 2308 section 3: the lesser of the SOA's own TTL and its MINIMUM.
    words[at + ZONE.NEGATIVE_TTL] = Math.min(
      words[rrset + RRSET.TTL],
      this.#octets.readUInt32BE(end - SOA_MINIMUM_BYTES),
    );
  }

  /** Returns where the octets were put. */
  #writeOctets(wire: string): number {
    const at = this.#nextOctet;
    this.#nextOctet += this.#octets.write(wire, at, 'latin1');
    return at;
  }
}

/** How many RRsets, glue entries and octets a tree has in all. */
function measure(tree: NameTree): { rrsets: number; glue: number; octets: number } {
  const sizes = { rrsets: 0, glue: 0, octets: 0 };
  for (const [node, name] of tree.names.entries()) {
    sizes.octets += name.length;
    for (const { rdatas } of tree.data[node]?.rrsets ?? []) {
      sizes.rrsets++;
      for (const rdata of rdatas) sizes.octets += RECORD_FIXED_BYTES + rdata.length;
    }
  }
  for (const glue of tree.glueOf.values()) sizes.glue += glue.length;
  return sizes;
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
