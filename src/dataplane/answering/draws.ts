import { rendezvousKey } from '../../net/client-prefix.ts';
import type { ServiceView } from '../../snapshot/service.ts';
import * as Service from '../../snapshot/service.ts';
import type { Random } from '../../util/random.ts';

// Bound in this module: V8 would look an imported constant up again at each use.
const { DRAW, DRAW_ROW, ENDPOINT, TIER, TIER_ENDPOINTS_MAX } = Service;

/** The golden ratio without its integer part: its multiples fill an interval evenly, however many there are. */
const GOLDEN = 0.618_033_988_749_895;

const NO_WORDS = new Int32Array(0);

/** Takes endpoints from a tier of several, one after the other, each once: by chance, by a hash, or in turn. */
export class Draws {
  readonly #random: Random;
  readonly #isTaken = new Uint8Array(TIER_ENDPOINTS_MAX);
  #words: Int32Array = NO_WORDS;
  /** Where the tier's endpoints stand, how many there are, and the sum of the weights of those not taken yet. */
  #endpoints = 0;
  #count = 0;
  #weightLeft = 0;
  #draw = 0;
  #hash = 0;
  /** In turn: the next one. */
  #next = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  /**
   * Begins with a tier of a row, from which at most `wanted` endpoints will be taken. `hash` is that of the client's
   * prefix, if the row is sticky.
   */
  begin(service: ServiceView, row: number, tier: number, wanted: number, hash: number): void {
    const { words } = service;
    this.#words = words;
    this.#endpoints = tier + TIER.WORDS;
    this.#count = words[tier + TIER.ENDPOINT_COUNT];
    this.#weightLeft = words[tier + TIER.WEIGHT_SUM];
    this.#draw = words[row + DRAW_ROW.DRAW];
    this.#hash = hash;
    if (this.#draw === DRAW.ROTATE) this.#next = this.#turn(service, words[row + DRAW_ROW.TURN], wanted);
    // A loop, because a tier has few endpoints: a call that fills costs more than it saves.
    else for (let index = 0; index < this.#count; index++) this.#isTaken[index] = 0;
  }

  /** The index of an endpoint that was not taken yet; takes it. Called at most as often as there are endpoints. */
  next(): number {
    if (this.#draw === DRAW.STICKY) return this.#stick();
    if (this.#draw === DRAW.RANDOM) return this.#pick();
    const index = this.#next;
    this.#next = index + 1 === this.#count ? 0 : index + 1;
    return index;
  }

  /** By weight. */
  #pick(): number {
    let rest = this.#random.below(this.#weightLeft);
    let chosen = 0;
    for (let index = 0; index < this.#count; index++) {
      if (this.#isTaken[index] !== 0) continue;
      chosen = index;
      rest -= this.#weightOf(index);
      if (rest < 0) break;
    }
    this.#isTaken[chosen] = 1;
    this.#weightLeft -= this.#weightOf(chosen);
    return chosen;
  }

  /** By the least rendezvous key. */
  #stick(): number {
    let least = Number.POSITIVE_INFINITY;
    let chosen = 0;
    for (let index = 0; index < this.#count; index++) {
      if (this.#isTaken[index] !== 0) continue;
      const id = this.#words[this.#endpoints + index * ENDPOINT.WORDS + ENDPOINT.ID];
      const key = rendezvousKey(this.#hash, id, this.#weightOf(index));
      if (key >= least) continue;
      least = key;
      chosen = index;
    }
    this.#isTaken[chosen] = 1;
    return chosen;
  }

  /** The endpoint whose turn it is; the next answer begins with the one after it. */
  #turn({ turns }: ServiceView, turn: number, wanted: number): number {
    const sum = this.#weightLeft;
    // If the whole tier is taken, any endpoint may be the first. If every tier took turns, two might keep in step.
    const isExhausted = wanted > this.#count;
    const position = isExhausted ? this.#random.below(sum) : turns[turn] % sum;
    if (!isExhausted) {
      // One by one if all weights are 1. Otherwise by the golden ratio, which meets each in proportion to its weight,
      // well spread.
      const next = position + (sum === this.#count ? 1 : sum * GOLDEN);
      turns[turn] = next < sum ? next : next - sum;
    }
    let rest = position - this.#weightOf(0);
    let index = 0;
    for (; rest >= 0; index++) rest -= this.#weightOf(index + 1);
    return index;
  }

  #weightOf(index: number): number {
    return this.#words[this.#endpoints + index * ENDPOINT.WORDS + ENDPOINT.WEIGHT];
  }
}
