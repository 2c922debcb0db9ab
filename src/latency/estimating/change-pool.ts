import { PER_MEAN_DEVIATION } from './normal.ts';
import { CENTRE_VARIANCE, Votes } from './votes.ts';

/** Fewer networks than this prove no change: three of them may lie at once. */
const VOTES_MIN = 8;

/**
 * Residuals of networks, as votes on one change, and the noise that their records had until now: by chance, a few votes
 * agree better than their noise allows.
 */
export class ChangePool {
  readonly #votes = new Votes();
  readonly #significant: number;
  #noise = 0;

  /** @param significant so many standard errors are beyond chance. */
  constructor(significant: number) {
    this.#significant = significant;
  }

  push(residual: number, noise: number): void {
    this.#votes.push(residual, 1);
    this.#noise += noise;
  }

  clear(): void {
    this.#votes.clear();
    this.#noise = 0;
  }

  /**
   * By how much the votes say that times changed, and whether that is beyond chance; undefined for too few votes.
   * Empties the pool.
   */
  finding(changeMin: number): { readonly change: number; readonly isSure: boolean } | undefined {
    const { count } = this.#votes;
    const noise = (PER_MEAN_DEVIATION * this.#noise) / count;
    const found = this.#votes.centre();
    this.clear();
    if (found === undefined || count < VOTES_MIN) return undefined;
    const error = Math.max(found.spread, noise) * Math.sqrt(CENTRE_VARIANCE / count);
    return { change: found.centre, isSure: Math.abs(found.centre) > Math.max(changeMin, this.#significant * error) };
  }

  /** The same, 0 where it may be chance. */
  change(changeMin: number): number {
    const found = this.finding(changeMin);
    return found?.isSure === true ? found.change : 0;
  }
}
