/**
 * The seed of a test that draws: AYA_SEED, else another one each run. It is printed, so that a failure can be had again.
 */
export function seedOf(what: string): number {
  const { AYA_SEED } = process.env;
  const seed = AYA_SEED === undefined ? Math.trunc(Math.random() * 0x7fff_ffff) : Number(AYA_SEED);
  console.info(`${what}: AYA_SEED=${seed}`);
  return seed;
}
