/**
 * Times are kept as logarithms in 16 bits: noise and lies are factors, and a step of 0.02 % is finer than any clock of
 * a browser. 0.04 ms to 10.7 s, which is the plausible times and some room.
 */
const LEAST_LN = Math.log(0.04);
const STEPS_PER_LN = 5242;

/** Of the natural logarithm of a time in ms. */
export function toScale(lnMs: number): number {
  return Math.min(0xffff, Math.max(0, Math.round((lnMs - LEAST_LN) * STEPS_PER_LN)));
}

/** Undoes {@link toScale}. */
export function fromScale(step: number): number {
  return step / STEPS_PER_LN + LEAST_LN;
}
