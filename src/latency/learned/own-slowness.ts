import { fade } from './fade.ts';

/** No two regions of the world are this far apart: a client that has another region goes there for less. */
export const ADDED_MAX_MS = 500;

/**
 * A region that is fast again gets its clients back gradually: after each of these, half of what was added is left.
 * All at once, they might be what slows it down.
 */
const RECOVERY_HALF_LIFE_MS = 60_000;

/** Less than this is left out. */
const ADDED_MIN_MS = 1;

/** What is added to the times of all clients to a region, by how its endpoints fare. */
export class OwnSlowness {
  #addedMs = 0;
  #atMs = Number.NEGATIVE_INFINITY;

  /**
   * @param excessesMs of each endpoint of the region that answers: what its probes take more than usual.
   * @returns what at least half of them exceed, at most {@link ADDED_MAX_MS}; after that fell, more for a while.
   */
  update(excessesMs: readonly number[], nowMs: number): number {
    // The lower one in the middle: of two endpoints one alone is that endpoint's trouble, and loses it its share.
    const excessMs = excessesMs.toSorted((a, b) => a - b)[(excessesMs.length - 1) >> 1] ?? 0;
    const left = this.#addedMs * fade(nowMs - this.#atMs, RECOVERY_HALF_LIFE_MS);
    this.#atMs = nowMs;
    this.#addedMs = Math.max(Math.min(excessMs, ADDED_MAX_MS), left < ADDED_MIN_MS ? 0 : left);
    return this.#addedMs;
  }
}
