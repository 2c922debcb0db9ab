import { TYPE } from '../dns/constants.ts';
import { GLUE, glueAt, HEADER, NAMES_MAGIC, NODE, RRSET, SLOT, ZONE } from '../snapshot/names.ts';
import { NamesView } from '../snapshot/names-view.ts';
import { assert } from '../util/assert.ts';
import type { Zone } from '../zone/zone.ts';
import { NameTree } from './name-tree.ts';
import { ServedZones } from './served-zones.ts';
import { draftZone, type NamedService, type ZoneDraft } from './zone-draft.ts';

const SOA_MINIMUM_BYTES = 4; // the last field of a SOA's rdata

/**
 * Compiles zones into the block of names (see snapshot/names). Every service that a zone names must be in `services`.
 */
export function compileNames(zones: readonly Zone[], services: ReadonlyMap<string, NamedService>): SharedArrayBuffer {
  const served = new ServedZones(zones.map(({ apex }) => apex));
  // A zone's tree is many times its draft, so there is but one at a time.
  const drafts = zones.map((zone, index) => draftZone(new NameTree(zone, index, served), services));
  return new NamesWriter(drafts).write();
}

/** Puts the drafts one behind the other, and makes offsets in the block of those in the draft. */
class NamesWriter {
  readonly #drafts: readonly ZoneDraft[];
  readonly #slots: number;
  readonly #block: SharedArrayBuffer;
  readonly #words: Int32Array;
  /** By zone, where its names begin. */
  readonly #bases: Int32Array;

  constructor(drafts: readonly ZoneDraft[]) {
    this.#drafts = drafts;
    const slotCount = slotsFor(drafts.reduce((sum, { hashes }) => sum + hashes.length, 0));
    this.#slots = HEADER.WORDS + drafts.length * ZONE.WORDS;
    let end = this.#slots + slotCount * SLOT.WORDS;
    this.#bases = Int32Array.from(drafts, ({ words }) => {
      end += words.length;
      return end - words.length;
    });
    this.#block = new SharedArrayBuffer(end * Int32Array.BYTES_PER_ELEMENT);
    this.#words = new Int32Array(this.#block);
    const labelsMax = drafts.reduce((most, draft) => Math.max(most, draft.labelsMax), 0);
    this.#words.set([NAMES_MAGIC, HEADER.WORDS, this.#slots, slotCount - 1, labelsMax]);
  }

  write(): SharedArrayBuffer {
    for (const [zone, draft] of this.#drafts.entries()) {
      this.#words.set(draft.words, this.#bases[zone]);
      for (let node = 0; node < draft.hashes.length; node++) this.#finishNode(zone, node);
    }
    for (const [zone, { parentSideOf }] of this.#drafts.entries()) {
      for (const [inner, node] of parentSideOf) {
        this.#words[this.#offset(inner, 0) + NODE.PARENT_SIDE] = this.#offset(zone, node);
      }
      this.#writeZone(zone);
    }
    return this.#block;
  }

  #offset(zone: number, node: number): number {
    return this.#bases[zone] + this.#drafts[zone].starts[node];
  }

  #finishNode(zone: number, node: number): void {
    const words = this.#words;
    const at = this.#offset(zone, node);
    const resolve = (reference: number): void => {
      if (words[reference] !== 0) words[reference] = this.#offset(zone, words[reference] - 1);
    };
    resolve(at + NODE.CUT);
    resolve(at + NODE.WILDCARD);
    const glue = glueAt(words, at);
    for (let rrset = at + NODE.WORDS; rrset < glue; rrset += RRSET.WORDS) {
      words[rrset + RRSET.RECORDS_AT] += this.#bases[zone] * Int32Array.BYTES_PER_ELEMENT;
    }
    const glueCount = words[at + NODE.GLUE_COUNT];
    for (let index = 0; index < glueCount; index++) resolve(glue + index * GLUE.WORDS + GLUE.NODE);
    const { hashes, shadows } = this.#drafts[zone];
    if (!shadows.has(node)) this.#index(hashes[node], at);
  }

  /** Enters a node in the hash table, where its name leads to it. */
  #index(hash: number, node: number): void {
    const words = this.#words;
    const mask = words[HEADER.SLOT_MASK];
    let slot = hash & mask;
    while (words[this.#slots + slot * SLOT.WORDS + SLOT.NODE] !== 0) slot = (slot + 1) & mask;
    words[this.#slots + slot * SLOT.WORDS + SLOT.HASH] = hash;
    words[this.#slots + slot * SLOT.WORDS + SLOT.NODE] = node;
  }

  #writeZone(zone: number): void {
    const words = this.#words;
    const apex = this.#offset(zone, 0);
    const view = new NamesView(this.#block);
    const soa = view.rrset(apex, TYPE.SOA);
    assert(soa !== 0, 'a zone has a SOA');
    const end = words[soa + RRSET.RECORDS_AT] + words[soa + RRSET.RECORDS_BYTES];
    const minimum = Buffer.from(this.#block, end - SOA_MINIMUM_BYTES).readUInt32BE();
    const at = HEADER.WORDS + zone * ZONE.WORDS;
    words[at + ZONE.APEX] = apex;
    words[at + ZONE.SOA_AT] = words[soa + RRSET.RECORDS_AT];
    words[at + ZONE.SOA_BYTES] = words[soa + RRSET.RECORDS_BYTES];
    // RFC 2308 section 3: the lesser of the SOA's own TTL and its MINIMUM.
    words[at + ZONE.NEGATIVE_TTL] = Math.min(words[soa + RRSET.TTL], minimum);
  }
}

/** A power of two, at most half full: a look-up then visits 1.5 slots for a hit and 2.5 for a miss, on average. */
function slotsFor(names: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(8, names * 2)));
}
