import * as Names from './names.ts';
import { filledBytes, nameAt } from './names.ts';

// Bound in this module: V8 would look an imported constant up again at each use.
const { HEADER, NAMES_MAGIC, NODE, RRSET, SLOT, ZONE } = Names;

/** Room for a name that is looked up: lower-case wire form from the first octet on, and zeros up to a whole word. */
export class NameRoom {
  readonly octets: Uint8Array;
  readonly words: Int32Array;

  /** @param bytes of the longest name. */
  constructor(bytes: number) {
    const buffer = new ArrayBuffer(filledBytes(bytes));
    this.octets = new Uint8Array(buffer);
    this.words = new Int32Array(buffer);
  }
}

/** A view of a names block, for look-ups. Holds no state but the block. */
export class NamesView {
  readonly words: Int32Array;
  readonly octets: Uint8Array;
  /** No name has more labels, the root's not counted. */
  readonly labelsMax: number;
  readonly #slots: number;
  readonly #slotMask: number;
  readonly #zones: number;

  constructor(block: SharedArrayBuffer) {
    this.words = new Int32Array(block);
    this.octets = new Uint8Array(block);
    if (this.words[HEADER.MAGIC] !== NAMES_MAGIC) throw new Error('not a block of names in this layout');
    this.labelsMax = this.words[HEADER.LABELS_MAX];
    this.#slots = this.words[HEADER.SLOTS];
    this.#slotMask = this.words[HEADER.SLOT_MASK];
    this.#zones = this.words[HEADER.ZONES];
  }

  /**
   * Finds the node of a name or of one of its ancestors: the part of `name` from the label at `start` up to `end`,
   * whose hash is given. Returns the offset of the node, or 0.
   */
  find(hash: number, name: NameRoom, start: number, end: number): number {
    const { words } = this;
    for (let slot = hash & this.#slotMask; ; slot = (slot + 1) & this.#slotMask) {
      const at = this.#slots + slot * SLOT.WORDS;
      const node = words[at + SLOT.NODE];
      if (node === 0) return 0;
      if (words[at + SLOT.HASH] !== hash || words[node + NODE.NAME_BYTES] !== end - start) continue;
      if (start === 0 ? this.#hasName(node, name, end) : this.#endsName(node, name, start, end)) return node;
    }
  }

  /** The offset of the zone with an index. */
  zoneAt(index: number): number {
    return this.#zones + index * ZONE.WORDS;
  }

  /** The offset of a node's RRset of a type, or 0. */
  rrset(node: number, type: number): number {
    const { words } = this;
    let at = node + NODE.WORDS;
    for (const end = at + words[node + NODE.RRSET_COUNT] * RRSET.WORDS; at < end; at += RRSET.WORDS) {
      if (words[at + RRSET.TYPE] === type) return at;
    }
    return 0;
  }

  #hasName(node: number, { words }: NameRoom, bytes: number): boolean {
    const at = nameAt(this.words, node) >> 2;
    for (let index = 0; index << 2 < bytes; index++) if (this.words[at + index] !== words[index]) return false;
    return true;
  }

  /** An ancestor's part of a name may begin in the middle of a word. */
  #endsName(node: number, { octets }: NameRoom, start: number, end: number): boolean {
    const at = nameAt(this.words, node) - start;
    for (let index = start; index < end; index++) if (this.octets[at + index] !== octets[index]) return false;
    return true;
  }
}
