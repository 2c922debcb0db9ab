/**
 * The block of all names: every name of every zone with its records in wire form, and a hash table to find it.
 *
 *   header | zones | hash slots | names
 *
 * Offsets of things count 32-bit integers from the block's start; 0, where the header is, means none. Offsets of octets
 * count octets from there. Each name is one stretch: its NODE, its RRSETs, its GLUEs, then the octets of the name and
 * of its records. So a look-up among millions of names, none of them in the processor's cache, waits for memory only
 * twice: for the slot, and for the stretch. The stretches of a zone lie together, because some zones are asked for much
 * more often than others: their names stay in the cache together.
 *
 * A name begins at a whole word, and zeros fill its last one, because names are compared by words.
 *
 * Why one hash table of all names, ancestors included: a name that exists, the common case, is found by one probe,
 * however deep it is. What its place in the zone means (a cut above it, a wildcard below it) was worked out ahead. A
 * name that does not exist takes a hash and a probe for each ancestor that may exist: those with no more labels than
 * any name here.
 */

/** Says that a block is one of these, in this layout. */
export const NAMES_MAGIC = 0x4159_0004;

/** LABELS_MAX: how many labels the longest name has, the root's not counted. */
export const HEADER = { MAGIC: 0, ZONES: 1, SLOTS: 2, SLOT_MASK: 3, LABELS_MAX: 4, WORDS: 5 } as const;

/** A zone: its apex and its SOA record, as it stands in answers and, with the TTL of RFC 2308 section 3, in denials. */
export const ZONE = { APEX: 0, SOA_AT: 1, SOA_BYTES: 2, NEGATIVE_TTL: 3, WORDS: 4 } as const;

/** A slot of the hash table: the hash of a name and its node. */
export const SLOT = { HASH: 0, NODE: 1, WORDS: 2 } as const;

export const NODE = {
  NAME_BYTES: 0,
  ZONE: 1,
  /**
   * The delegation point at or above this node, below the apex: what lies here is not ours to answer (RFC 1034 4.2.1).
   */
  CUT: 2,
  /** The child `*` (RFC 4592). */
  WILDCARD: 3,
  RRSET_COUNT: 4,
  SERVICE_PLUS_1: 5,
  SERVICE_TTL: 6,
  /** How many GLUEs follow the RRSETs: the address nodes for the targets of this cut's NS RRset. */
  GLUE_COUNT: 7,
  /** Only at the apex of a zone whose parent is served, too: the parent's node of the same name, which has the DS. */
  PARENT_SIDE: 8,
  /** The RRSETs follow, then the GLUEs, then the name. */
  WORDS: 9,
} as const;

/** An RRset. Its records lie ready, one after the other; the owner of each is a pointer to the question's name. */
export const RRSET = { TYPE: 0, TTL: 1, RECORDS_AT: 2, RECORDS_BYTES: 3, COUNT: 4, WORDS: 5 } as const;

/**
 * A glue pair: where the target stands within the NS RRset's records, in octets, and the node that has its addresses.
 */
export const GLUE = { TARGET_AT: 0, NODE: 1, REQUIRED: 2, WORDS: 3 } as const;

/** Octets of a stored record before its rdata: a pointer as owner, type, class, TTL, rdlength. */
export const RECORD_FIXED_BYTES = 12;

export const HASH_SEED = 0x811c_9dc5 | 0;

/** Mixes four more octets, the first one lowest, into a hash. */
export function hashWord(hash: number, word: number): number {
  const mixed = Math.imul(hash ^ word, 0x9e37_79b1);
  // Multiplication mixes only upwards, but the low bits choose the slot.
  return mixed ^ (mixed >>> 15);
}

/** The hash of the name in lower-case wire form at `octets[start, end)`, taken by words; zeros fill the last one. */
export function hashName(octets: Uint8Array, start: number, end: number): number {
  let hash = HASH_SEED;
  let at = start;
  for (; at + 4 <= end; at += 4) {
    hash = hashWord(hash, octets[at] | (octets[at + 1] << 8) | (octets[at + 2] << 16) | (octets[at + 3] << 24));
  }
  if (at === end) return hash;
  let word = 0;
  for (let shift = 0; at < end; at++, shift += 8) word |= octets[at] << shift;
  return hashWord(hash, word);
}

/** How many labels the name in wire form at `octets[start]` has, the root's not counted. */
export function labelCount(octets: Uint8Array, start: number): number {
  let count = 0;
  for (let at = start; octets[at] !== 0; at += 1 + octets[at]) count++;
  return count;
}

/** Octets of a name with the zeros that fill its last word. */
export function filledBytes(nameBytes: number): number {
  return (nameBytes + 3) & ~3;
}

/** The offset of a node's first GLUE, or of what follows if it has none. */
export function glueAt(words: Int32Array, node: number): number {
  return node + NODE.WORDS + words[node + NODE.RRSET_COUNT] * RRSET.WORDS;
}

/** The offset, in octets, of a node's name. */
export function nameAt(words: Int32Array, node: number): number {
  return (glueAt(words, node) + words[node + NODE.GLUE_COUNT] * GLUE.WORDS) * Int32Array.BYTES_PER_ELEMENT;
}
