import { createHash } from 'node:crypto';
import { mapping } from '../net/mapping.ts';
import { nodeCount, type PrefixTrie } from '../net/trie.ts';
import { NO_TRIE } from '../snapshot/service.ts';
import { writeTrie } from '../snapshot/trie.ts';
import { assert } from '../util/assert.ts';
import type { Sliced } from '../util/slices.ts';
import type { ClassMap } from './classes.ts';

interface Slot {
  readonly digest: string;
  readonly block: SharedArrayBuffer;
  users: number;
}

/** How much unused tries may take that are kept, since verdicts come and go. */
const SPARE_BYTES_MAX = 16 * 1024 * 1024;

/** A millisecond's work, a little less: what takes longer waits until everything urgent is done. */
const URGENT_NODES_MAX = 8_192;

/** A slot, and whether the trie's leaves are classes; otherwise they are rows. */
export interface AcquiredTrie {
  readonly slot: number;
  readonly isByClass: boolean;
}

/** A trie by slot, as it is published. */
export interface PublishedTrie {
  readonly slot: number;
  readonly block: SharedArrayBuffer;
}

/**
 * The tries from addresses to rows. Each is a trie of classes in which the classes of one row have become one: its
 * leaves are as short as they can be for the answers as they are. Tables that divide clients alike share one.
 */
export class RowTries {
  readonly #slots: (Slot | undefined)[] = [];
  readonly #slotByDigest = new Map<string, number>();
  /** Slots of unused tries, the longest unused first. */
  readonly #spare = new Set<number>();
  #spareBytes = 0;
  #unpublished: PublishedTrie[] = [];

  /** All tries that are in use. */
  get all(): readonly PublishedTrie[] {
    return this.#slots.flatMap((slot, index) =>
      slot === undefined || slot.users === 0 ? [] : [{ slot: index, block: slot.block }],
    );
  }

  /**
   * The slot of the trie of a table, in slices: NO_TRIE where there is but one row. The trie is kept until it has been
   * released as often as it was acquired. If it is urgent, and making the trie would take its time, it is the trie of
   * the classes, and rows are to be found by these.
   */
  *acquiring({ trie, digest }: ClassMap, rowOfClass: Int32Array, isUrgent: boolean): Sliced<AcquiredTrie> {
    if (rowOfClass.every((row) => row === rowOfClass[0])) return { slot: NO_TRIE, isByClass: false };
    const key = createHash('sha256').update(digest).update(rowOfClass).digest('base64');
    const known = this.#slotByDigest.get(key);
    if (known !== undefined) return { slot: this.#use(known), isByClass: false };
    if (!isUrgent || nodeCount(trie) <= URGENT_NODES_MAX) {
      const made = yield* mapping(trie, (value) => rowOfClass[value]);
      return { slot: this.#use(this.#add(key, made)), isByClass: false };
    }
    return { slot: this.#use(this.#slotByDigest.get(digest) ?? this.#add(digest, trie)), isByClass: true };
  }

  #add(key: string, trie: PrefixTrie): number {
    const block = writeTrie(trie);
    const free = this.#slots.indexOf(undefined);
    const slot = free === -1 ? this.#slots.length : free;
    this.#slots[slot] = { digest: key, block, users: 0 };
    this.#slotByDigest.set(key, slot);
    return slot;
  }

  release(slot: number): void {
    if (slot === NO_TRIE) return;
    const held = this.#slots[slot];
    assert(held !== undefined && held.users > 0, 'a trie is released by whoever acquired it');
    if (--held.users > 0) return;
    this.#spare.add(slot);
    this.#spareBytes += held.block.byteLength;
    for (const unused of this.#spare) {
      if (this.#spareBytes <= SPARE_BYTES_MAX) return;
      this.#forget(unused);
    }
  }

  /** The tries that no publication has had yet. */
  takeUnpublished(): readonly PublishedTrie[] {
    const taken = this.#unpublished;
    this.#unpublished = [];
    return taken;
  }

  #use(slot: number): number {
    const held = this.#slots[slot];
    assert(held !== undefined, 'a trie that is known has a slot');
    // Publishes it again if nobody used it for a while: a worker that started since does not have it.
    if (held.users++ === 0) this.#unpublished.push({ slot, block: held.block });
    if (this.#spare.delete(slot)) this.#spareBytes -= held.block.byteLength;
    return slot;
  }

  #forget(slot: number): void {
    const held = this.#slots[slot];
    if (held === undefined) return;
    this.#spare.delete(slot);
    this.#spareBytes -= held.block.byteLength;
    this.#slotByDigest.delete(held.digest);
    this.#slots[slot] = undefined;
  }
}
