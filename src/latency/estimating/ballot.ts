import { isIPv4Key } from '../learned/cell-key.ts';
import { BLOCKS, blockSlot, SITES, siteSlot } from './block.ts';
import { VOTE_MIN, type Votes } from './votes.ts';

/** Networks in an IPv4 /16. */
const NETWORKS_OF_16 = 256;

/** After so many rounds the limit is as low as it gets, within a hundredth. */
const ROUNDS_MAX = 20;
const STEP_MIN = 0.99;

/** Votes that there is room for at first. */
const ROOM = 64;

/**
 * The votes of one tally, limited by who can have many networks.
 *
 * An IPv4 /24 has a price: each is a voter. An IPv6 /48 is what a single site gets for nothing (RFC 6177 section 2),
 * with 256 networks in it: these are one voter together. A /16 of IPv4 or a /32 of IPv6 is what one provider has, and
 * whoever rents there gets addresses from all over it: where others vote, too, none of these blocks has more than a set
 * part of the votes. A block may always have as many as decide where few others vote, 1 / part of usual weight; of an
 * IPv4 /16, where each had its price, that part of its networks. What the operator's own measured is not limited. Made
 * once and used again.
 */
export class Ballot {
  readonly #shareMax: number;
  readonly #seed: number;
  readonly #sites = new Uint16Array(SITES);
  readonly #blocks = new Float64Array(BLOCKS);
  /** Slots of blocks that are not empty; 1 in #isIPv4 for those of IPv4. */
  readonly #used = new Uint32Array(BLOCKS);
  readonly #isIPv4 = new Uint8Array(BLOCKS);
  #usedCount = 0;
  #count = 0;
  #trusted = 0;
  #trustedCount = 0;
  #voters = 0;
  #lnMs = new Float64Array(ROOM);
  #weights = new Float64Array(ROOM);
  /** The slot of each vote's block, and of its site; -1 where it has none. */
  #blockOf = new Int32Array(ROOM);
  #siteOf = new Int32Array(ROOM);

  constructor(shareMax: number, seed: number) {
    this.#shareMax = shareMax;
    this.#seed = seed;
  }

  /** A vote of a network, of weight above 0, at most 1. */
  add(high: number, low: number, lnMs: number, weight: number, isTrusted: boolean): void {
    if (this.#count === this.#weights.length) this.#grow();
    const at = this.#count++;
    this.#lnMs[at] = lnMs;
    this.#weights[at] = weight;
    this.#blockOf[at] = isTrusted ? -1 : blockSlot(high, low, this.#seed);
    this.#siteOf[at] = isTrusted || isIPv4Key(high) ? -1 : siteSlot(high, low, this.#seed);
    if (isTrusted) this.#addTrusted(weight);
    else this.#addVoter(at);
  }

  /** Casts all votes, and is empty then. Gives the number of voters; Infinity where one was trusted. */
  cast(votes: Votes): number {
    this.#weighBlocks();
    const limits = this.#limits();
    let dust = 0;
    for (let at = 0; at < this.#count; at++) {
      const weight = this.#weights[at]! * this.#factor(at, limits);
      // Of thousands each of which is less than the least vote, some vote for the others.
      if (weight < VOTE_MIN) {
        dust += weight;
        if (dust < VOTE_MIN) continue;
        dust -= VOTE_MIN;
      }
      votes.push(this.#lnMs[at]!, Math.max(VOTE_MIN, weight));
    }
    const voters = this.#trustedCount > 0 ? Number.POSITIVE_INFINITY : this.#voters;
    this.#clear();
    return voters;
  }

  #addTrusted(weight: number): void {
    this.#trusted += weight;
    this.#trustedCount++;
  }

  #addVoter(at: number): void {
    const site = this.#siteOf[at]!;
    if (site < 0) this.#voters++;
    else if (this.#sites[site]!++ === 0) this.#voters++;
  }

  /** Each voter once, in its block. */
  #weighBlocks(): void {
    for (let at = 0; at < this.#count; at++) {
      const block = this.#blockOf[at]!;
      if (block < 0) continue;
      const site = this.#siteOf[at]!;
      if (site >= 0) this.#weights[at]! /= this.#sites[site]!;
      if (this.#blocks[block] === 0) {
        this.#used[this.#usedCount++] = block;
        this.#isIPv4[block] = site < 0 ? 1 : 0;
      }
      this.#blocks[block]! += this.#weights[at]!;
    }
  }

  /** What a block may have, of IPv6 and of IPv4: no more than its part of what all have then. */
  #limits(): readonly [ipv6: number, ipv4: number] {
    const usual = this.#total(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY) / (this.#voters + this.#trustedCount);
    const least = [usual / this.#shareMax, usual * NETWORKS_OF_16 * this.#shareMax] as const;
    if (this.#usedCount + this.#trustedCount < 2) return [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
    let limit = Number.POSITIVE_INFINITY;
    for (let round = 0; round < ROUNDS_MAX; round++) {
      const next = this.#shareMax * this.#total(Math.max(limit, least[0]), Math.max(limit, least[1]));
      const isSettled = next > limit * STEP_MIN;
      limit = next;
      if (isSettled || limit < Math.min(...least)) break;
    }
    return [Math.max(limit, least[0]), Math.max(limit, least[1])];
  }

  #total(limit6: number, limit4: number): number {
    let sum = this.#trusted;
    for (let at = 0; at < this.#usedCount; at++) {
      const block = this.#used[at]!;
      sum += Math.min(this.#blocks[block]!, this.#isIPv4[block] === 1 ? limit4 : limit6);
    }
    return sum;
  }

  #factor(at: number, [limit6, limit4]: readonly [number, number]): number {
    const block = this.#blockOf[at]!;
    if (block < 0) return 1;
    const limit = this.#isIPv4[block] === 1 ? limit4 : limit6;
    return this.#blocks[block]! > limit ? limit / this.#blocks[block]! : 1;
  }

  #clear(): void {
    for (let at = 0; at < this.#usedCount; at++) this.#blocks[this.#used[at]!] = 0;
    for (let at = 0; at < this.#count; at++) if (this.#siteOf[at]! >= 0) this.#sites[this.#siteOf[at]!] = 0;
    this.#usedCount = 0;
    this.#count = 0;
    this.#trusted = 0;
    this.#trustedCount = 0;
    this.#voters = 0;
  }

  #grow(): void {
    const room = 2 * this.#weights.length;
    const larger = <Values extends { set(from: Values): void }>(to: Values, from: Values): Values => {
      to.set(from);
      return to;
    };
    this.#lnMs = larger(new Float64Array(room), this.#lnMs);
    this.#weights = larger(new Float64Array(room), this.#weights);
    this.#blockOf = larger(new Int32Array(room), this.#blockOf);
    this.#siteOf = larger(new Int32Array(room), this.#siteOf);
  }
}
