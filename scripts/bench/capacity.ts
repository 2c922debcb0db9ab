import { load } from './load.ts';
import type { Measured } from './servers.ts';

/** Of queries that are under way at a time: what keeps a server busy. */
const WINDOW = 512;

/**
 * How many queries a server answers a second when it gets as many as it takes. The second time: the first is warm-up.
 */
export async function capacityOf({ port }: Measured, names: readonly string[], seconds: number): Promise<number> {
  const options = { port, names, seconds, window: WINDOW, seed: 1 };
  await load(options);
  return (await load(options)).answered / seconds;
}
