import { PER_MEDIAN_DEVIATION } from './normal.ts';
import type { Belief } from './shrink.ts';
import type { NetworkVariation, Tally } from './tally.ts';
import { Votes } from './votes.ts';

/** Votes from which on a group's own spread and median say something of groups in general. */
const GROUP_WEIGHT_MIN = 5;

/** Groups from which on their differences are believed rather than the start values. */
const GROUPS_MIN = 10;

/** How much levels of the hierarchy differ from their parents, as variances of logarithms. */
export interface Variation extends NetworkVariation {
  /** Of an autonomous system about its country. */
  readonly asn: number;
}

/** A group that is nearly all of its country can't differ from it, and says nothing of how groups do. */
const REST_MIN = 0.2;

/** Before it is known: systems a fifth off their country, networks a fourth off their system. */
export const VARIATION_START: Variation = { asn: 0.2 ** 2, network: 0.25 ** 2, record: 0.25 ** 2 };

/** However alike all look: nothing is exactly its parent. */
const VARIANCE_MIN = 0.01 ** 2;

/**
 * Learns from all groups how far children stray, so that those with few samples are drawn to their parents by as much
 * as fits.
 */
export class VariationMeter {
  readonly #between = new Votes();
  readonly #sampling = new Votes();
  readonly #within = new Votes();

  /** A group, what is believed of the country that it is in, and how many networks that rests on. */
  add(group: Tally, country: Belief, countryWeight: number): void {
    if (group.weight < GROUP_WEIGHT_MIN) return;
    this.#within.push(group.ownSpread, 1);
    const rest = 1 - group.weight / countryWeight;
    if (rest < REST_MIN) return;
    // The country is made of the group, too: of what they differ by, that part is missing.
    this.#between.push(Math.abs(group.belief.lnMs - country.lnMs) / Math.sqrt(rest), 1);
    this.#sampling.push(group.belief.variance, 1);
  }

  /** `noise` is the variance of what a network's own record is off by. */
  measure(noise: number): Variation {
    if (this.#within.count < GROUPS_MIN) return VARIATION_START;
    const within = this.#within.centre()!.centre;
    return {
      asn: this.#asnVariance(),
      network: Math.max(VARIANCE_MIN, within ** 2 - noise),
      record: Math.max(VARIANCE_MIN, within ** 2),
    };
  }

  #asnVariance(): number {
    if (this.#between.count < GROUPS_MIN) return VARIATION_START.asn;
    const between = PER_MEDIAN_DEVIATION * this.#between.centre()!.centre;
    return Math.max(VARIANCE_MIN, between ** 2 - this.#sampling.centre()!.centre);
  }
}
