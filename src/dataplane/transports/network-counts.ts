import { NETWORK_SLOTS } from '../../snapshot/streams.ts';
import type { ClientAddress } from '../answering/client.ts';

/** What counts as one client (/24, /56): what one customer or office usually has. */
const IPV4_MASK = -1 << 8;
const IPV6_MASK_1 = -1 << 8; // of the second word

/**
 * Connections by client network, over all workers: the kernel spreads a network's connections over them, so no worker
 * knows its number alone. Each worker writes its own row and reads all rows. It is a table of fixed size, not a map:
 * two networks may share a place, and are then counted together. The seed keeps attackers from choosing such networks.
 */
export class NetworkCounts {
  readonly #rows: Uint16Array;
  readonly #own: Uint16Array;
  readonly #seed: number;

  constructor(table: SharedArrayBuffer, index: number, seed: number) {
    this.#rows = new Uint16Array(table);
    this.#own = this.#rows.subarray(index * NETWORK_SLOTS, (index + 1) * NETWORK_SLOTS);
    this.#own.fill(0); // a worker that had this row before has died, and its connections with it
    this.#seed = seed;
  }

  slotOf({ family, w0, w1 }: ClientAddress): number {
    const network = family === 4 ? mix(this.#seed, w0 & IPV4_MASK) : mix(mix(this.#seed, w0), w1 & IPV6_MASK_1);
    return mix(network, family) & (NETWORK_SLOTS - 1);
  }

  total(slot: number): number {
    let total = 0;
    for (let at = slot; at < this.#rows.length; at += NETWORK_SLOTS) total += this.#rows[at];
    return total;
  }

  add(slot: number): void {
    this.#own[slot]++;
  }

  remove(slot: number): void {
    this.#own[slot]--;
  }
}

/** One well-mixed word from two (the finaliser of MurmurHash3). */
function mix(a: number, b: number): number {
  let hash = Math.imul(a ^ Math.imul(b, 0x9e3779b1), 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
