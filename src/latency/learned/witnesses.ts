/** Every bit: a trusted reporter outweighs any number of strangers. */
export const TRUSTED_WITNESS = 0xffff;

/** The bit of 16 that stands for a source, given by its hash of 32 bits. Sources may share one. */
export function witnessOf(source: number): number {
  return 1 << (source >>> 28);
}

/** How many sources there are at least, by their bits. */
export function countWitnesses(bits: number): number {
  let count = 0;
  for (let left = bits; left !== 0; left &= left - 1) count++;
  return count;
}
