import { randomInt } from 'node:crypto';

/** Random numbers of 31 bits are below this. */
const BOUND = 0x7fff_ffff;

/**
 * What a generator of random numbers, or a hash, of the data plane begins with: never 0, and no secret is kept by it.
 */
export function randomSeed(): number {
  return randomInt(1, BOUND);
}
