import * as Dns from '../../dns/constants.ts';
import * as Names from '../../snapshot/names.ts';
import { filledBytes, finishHash, hashOctet } from '../../snapshot/names.ts';
import { NameRoom, type NamesView } from '../../snapshot/names-view.ts';

// In this module: what is imported is looked up again in each query.
const { NAME_BYTES_MAX, TYPE } = Dns;
const { NODE, ROOT_HASH } = Names;

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

const { NOT_OURS, FOUND, REFERRAL, DNAME, NXDOMAIN } = OUTCOME;

/** Every octet, an upper-case letter as its lower case: a table, since which letters are upper case can't be foretold. */
const LOWER_CASE = Uint8Array.from({ length: 256 }, (_, octet) =>
  octet >= 0x41 && octet <= 0x5a ? octet | 0x20 : octet,
);

/** A name that is looked up: the query's, or the target of a CNAME. Reused; looking up allocates nothing. */
export class Lookup {
  readonly #room = new NameRoom(NAME_BYTES_MAX);
  /** Lower case, wire form. */
  readonly name = this.#room.octets;
  nameBytes = 0;
  outcome: Outcome = NOT_OURS;
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
    for (let size = octets[start]; size !== 0; size = octets[start + at]) {
      this.#labelStarts[labels++] = at;
      at += 1 + size;
    }
    this.#labelStarts[labels] = at; // the root's
    this.#labelCount = labels;
    this.nameBytes = at + 1;
    this.#hashes[labels] = ROOT_HASH;
    const { name } = this;
    for (let end = at; end < filledBytes(at + 1); end++) name[end] = 0;
    this.#takeLabels(octets, start, at);
  }

  /** Takes the labels before the root, in lower case, from the last to the first: a name's hash is made from its parent's. */
  #takeLabels(octets: Uint8Array, start: number, rootAt: number): void {
    const { name } = this;
    let hash = ROOT_HASH;
    let end = rootAt;
    for (let label = this.#labelCount - 1; label >= 0; label--) {
      const labelAt = this.#labelStarts[label];
      for (let at = labelAt; at < end; at++) {
        const octet = LOWER_CASE[octets[start + at]];
        name[at] = octet;
        hash = hashOctet(hash, octet);
      }
      hash = finishHash(hash);
      this.#hashes[label] = hash;
      end = labelAt;
    }
  }

  /** Finds what the zones say of the name, for a type: a DS record is the parent's to answer (RFC 4035 section 3.1.4.1). */
  find(names: NamesView, qtype: number): void {
    const label = this.#closestExisting(names);
    if (this.outcome === NOT_OURS) return;
    const { words } = names;
    if (label === 0 && qtype === TYPE.DS) this.#toParentSide(names);
    const cut = words[this.node + NODE.CUT];
    if (cut !== 0) {
      if (label === 0 && cut === this.node && qtype === TYPE.DS) return;
      this.node = cut;
      this.outcome = REFERRAL;
    } else if (label !== 0) {
      this.#toWhatStandsIn(names);
    }
  }

  /** Sets `node` to the longest existing ancestor, the name itself if it exists; returns how many labels that leaves off. */
  #closestExisting(names: NamesView): number {
    for (let label = 0; label <= this.#labelCount; label++) {
      const node = names.find(this.#hashes[label], this.#room, this.#labelStarts[label], this.nameBytes);
      if (node === 0) continue;
      this.node = node;
      this.outcome = FOUND;
      return label;
    }
    this.outcome = NOT_OURS;
    return 0;
  }

  #toParentSide(names: NamesView): void {
    const parentSide = names.words[this.node + NODE.PARENT_SIDE];
    if (parentSide !== 0) this.node = parentSide;
  }

  /** From the closest encloser to the DNAME or the wildcard that speaks for names below it, if there is one. */
  #toWhatStandsIn(names: NamesView): void {
    const wildcard = names.words[this.node + NODE.WILDCARD];
    if (names.rrset(this.node, TYPE.DNAME) !== 0) this.outcome = DNAME;
    else if (wildcard !== 0) this.node = wildcard;
    else this.outcome = NXDOMAIN;
  }
}
