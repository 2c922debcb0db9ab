import * as Dns from '../../dns/constants.ts';
import * as Names from '../../snapshot/names.ts';
import { hashName, hashWord, labelCount } from '../../snapshot/names.ts';
import { NameRoom, type NamesView } from '../../snapshot/names-view.ts';

// Bound in this module: V8 would look an imported constant up again at each use.
const { NAME_BYTES_MAX, TYPE } = Dns;
const { HASH_SEED, NODE } = Names;

/** What the zones say of a name (RFC 1034 section 4.3.2). */
export const OUTCOME = {
  /** No zone of ours holds it. */
  NOT_OURS: 0,
  /**
   * `node` is the name itself, or the wildcard that stands for it (RFC 4592). It may own nothing: an empty
   * non-terminal.
   */
  FOUND: 1,
  /** `node` is the delegation point at or above it. */
  REFERRAL: 2,
  /** `node` is its ancestor that owns a DNAME (RFC 6672). */
  DNAME: 3,
  /** `node` is its closest encloser. */
  NXDOMAIN: 4,
} as const;
export type Outcome = (typeof OUTCOME)[keyof typeof OUTCOME];

const { NOT_OURS, FOUND, REFERRAL, DNAME, NXDOMAIN } = OUTCOME;

/** A name that is looked up: the query's, or the target of a CNAME. Reused; looking up allocates nothing. */
export class Lookup {
  readonly #room = new NameRoom(NAME_BYTES_MAX);
  /** Lower case, wire form. */
  readonly name = this.#room.octets;
  nameBytes = 0;
  #hash = 0;
  outcome: Outcome = NOT_OURS;
  /** Offset of a node in the names block. */
  node = 0;

  /** Takes a name in wire form, known to be well formed, in any case. */
  setName(octets: Uint8Array, start: number): void {
    let end = start;
    for (let size = octets[end]; size !== 0; size = octets[end]) end += 1 + size;
    end++;
    this.nameBytes = end - start;
    const { words } = this.#room;
    let hash = HASH_SEED;
    let index = 0;
    let at = start;
    for (; at + 4 <= end; at += 4) {
      const word = lowerCase(octets[at] | (octets[at + 1] << 8) | (octets[at + 2] << 16) | (octets[at + 3] << 24));
      words[index++] = word;
      hash = hashWord(hash, word);
    }
    if (at < end) {
      let rest = 0;
      for (let shift = 0; at < end; at++, shift += 8) rest |= octets[at] << shift;
      words[index] = lowerCase(rest);
      hash = hashWord(hash, words[index]);
    }
    this.#hash = hash;
  }

  /** Finds what the zones say of the name, for a type: the parent answers for DS records (RFC 4035 section 3.1.4.1). */
  find(names: NamesView, qtype: number): void {
    const own = names.find(this.#hash, this.#room, 0, this.nameBytes);
    const exists = own !== 0;
    this.node = exists ? own : this.#closestAncestor(names);
    this.outcome = this.node === 0 ? NOT_OURS : FOUND;
    if (this.node === 0) return;
    if (exists && qtype === TYPE.DS) this.#toParentSide(names);
    const cut = names.words[this.node + NODE.CUT];
    if (cut !== 0) {
      if (exists && cut === this.node && qtype === TYPE.DS) return;
      this.node = cut;
      this.outcome = REFERRAL;
    } else if (!exists) {
      this.#toWhatStandsIn(names);
    }
  }

  /** The longest ancestor that exists, or 0. */
  #closestAncestor(names: NamesView): number {
    const { name, nameBytes } = this;
    let start = 0;
    for (let labels = labelCount(name, 0) - 1; labels >= 0; labels--) {
      start += 1 + name[start];
      if (labels > names.labelsMax) continue;
      const node = names.find(hashName(name, start, nameBytes), this.#room, start, nameBytes);
      if (node !== 0) return node;
    }
    return 0;
  }

  #toParentSide(names: NamesView): void {
    const parentSide = names.words[this.node + NODE.PARENT_SIDE];
    if (parentSide !== 0) this.node = parentSide;
  }

  /**
   * Goes from the closest encloser to the DNAME or the wildcard that answers for the names below it, if there is one.
   */
  #toWhatStandsIn(names: NamesView): void {
    const wildcard = names.words[this.node + NODE.WILDCARD];
    if (names.rrset(this.node, TYPE.DNAME) !== 0) this.outcome = DNAME;
    else if (wildcard !== 0) this.node = wildcard;
    else this.outcome = NXDOMAIN;
  }
}

/**
 * Turns the upper-case letters among four octets into lower case (RFC 4343 section 3), all at once: the processor can't
 * predict which of them are upper case. The length of a label is below any letter.
 */
function lowerCase(word: number): number {
  // For each octet, the highest bit is set if the lower seven are at least 'A', or more than 'Z'.
  const heptets = word & 0x7f7f_7f7f;
  const fromA = heptets + 0x3f3f_3f3f;
  const beyondZ = heptets + 0x2525_2525;
  const isUpper = (fromA ^ beyondZ) & ~word & 0x8080_8080;
  return word | (isUpper >>> 2);
}
