import { NAME_BYTES_MAX, TYPE } from '../../dns/constants.ts';
import { hashLabel, type NamesView, NODE, ROOT_HASH } from '../../snapshot/names.ts';

/** What the zones say of a name (RFC 1034 section 4.3.2). */
export const OUTCOME = {
  /** No zone of ours holds it. */
  NOT_OURS: 0,
  /** `node` is the name itself, or the wildcard that stands for it (RFC 4592). It may own nothing: an empty non-terminal. */
  FOUND: 1,
  /** `node` is the delegation point at or above it. */
  REFERRAL: 2,
  /** `node` is its ancestor that owns a DNAME (RFC 6672). */
  DNAME: 3,
  /** `node` is its closest encloser. */
  NXDOMAIN: 4,
} as const;
export type Outcome = (typeof OUTCOME)[keyof typeof OUTCOME];

/** A name that is looked up: the query's, or the target of a CNAME. Reused; looking up allocates nothing. */
export class Lookup {
  /** Lower case, wire form. */
  readonly name = new Uint8Array(NAME_BYTES_MAX);
  nameBytes = 0;
  outcome: Outcome = OUTCOME.NOT_OURS;
  /** Offset of a node in the names block. */
  node = 0;
  readonly #labelStarts = new Uint8Array(NAME_BYTES_MAX);
  #labelCount = 0;
  /** By label, the hash of the name that starts there; the root's is last. */
  readonly #hashes = new Int32Array(NAME_BYTES_MAX);

  /** Takes a name in wire form that is known to be well formed, in any case. */
  setName(octets: Uint8Array, start: number): void {
    let at = 0;
    let labels = 0;
    for (let size = octets[start]; ; size = octets[start + at]) {
      this.#labelStarts[labels] = at;
      this.name[at++] = size;
      if (size === 0) break;
      for (const end = at + size; at < end; at++) {
        const octet = octets[start + at];
        this.name[at] = octet >= 0x41 && octet <= 0x5a ? octet | 0x20 : octet;
      }
      labels++;
    }
    this.nameBytes = at;
    this.#labelCount = labels;
  }

  /** Finds what the zones say of the name, for a type: a DS record is the parent's to answer (RFC 4035 section 3.1.4.1). */
  find(names: NamesView, qtype: number): void {
    const label = this.#closestExisting(names);
    if (this.outcome === OUTCOME.NOT_OURS) return;
    const { words } = names;
    if (label === 0 && qtype === TYPE.DS) this.#toParentSide(names);
    const cut = words[this.node + NODE.CUT];
    if (cut !== 0) {
      if (label === 0 && cut === this.node && qtype === TYPE.DS) return;
      this.node = cut;
      this.outcome = OUTCOME.REFERRAL;
    } else if (label !== 0) {
      this.#toWhatStandsIn(names);
    }
  }

  /** Sets `node` to the longest existing ancestor, the name itself if it exists; returns how many labels that leaves off. */
  #closestExisting(names: NamesView): number {
    let hash = ROOT_HASH;
    this.#hashes[this.#labelCount] = hash;
    for (let label = this.#labelCount - 1; label >= 0; label--) {
      hash = hashLabel(hash, this.name, this.#labelStarts[label]);
      this.#hashes[label] = hash;
    }
    for (let label = 0; label <= this.#labelCount; label++) {
      const node = names.find(this.#hashes[label], this.name, this.#labelStarts[label], this.nameBytes);
      if (node === 0) continue;
      this.node = node;
      this.outcome = OUTCOME.FOUND;
      return label;
    }
    this.outcome = OUTCOME.NOT_OURS;
    return 0;
  }

  #toParentSide(names: NamesView): void {
    const parentSide = names.words[this.node + NODE.PARENT_SIDE];
    if (parentSide !== 0) this.node = parentSide;
  }

  /** From the closest encloser to the DNAME or the wildcard that speaks for names below it, if there is one. */
  #toWhatStandsIn(names: NamesView): void {
    const wildcard = names.words[this.node + NODE.WILDCARD];
    if (names.rrset(this.node, TYPE.DNAME) !== 0) this.outcome = OUTCOME.DNAME;
    else if (wildcard !== 0) this.node = wildcard;
    else this.outcome = OUTCOME.NXDOMAIN;
  }
}
