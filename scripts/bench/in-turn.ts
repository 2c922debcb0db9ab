import { median } from '../../src/util/median.ts';
import type { BlastOptions } from './blast.ts';
import { load } from './load.ts';
import { cpuUs, type Measured } from './servers.ts';

/** A server, and what it is asked. */
export interface Contestant {
  readonly server: Measured;
  readonly names: readonly string[];
}

export type Load = Pick<BlastOptions, 'seconds' | 'window'>;

/**
 * What each of some servers takes for an answered query, in microseconds of CPU of the whole process, round by round:
 * in turn, so that a drift of the machine's speed hits all alike, and after a round that does not count.
 */
export async function costsInTurn(
  contestants: readonly Contestant[],
  rounds: number,
  options: Load,
): Promise<readonly (readonly number[])[]> {
  const costs = contestants.map((): number[] => []);
  for (let round = 0; round <= rounds; round++) {
    for (const [index, { server, names }] of contestants.entries()) {
      const us = await costUs(server, { ...options, port: server.port, names, seed: round + 1 });
      if (round > 0) costs[index].push(us);
    }
  }
  return costs;
}

async function costUs(server: Measured, options: BlastOptions): Promise<number> {
  const pid = server.process.pid ?? 0;
  const before = cpuUs(pid);
  const { answered, lost, wrong } = await load(options);
  if (wrong > 0) console.log(`${server.name}: ${wrong} answers came too late, or to what was not asked`);
  if (lost > 0) console.log(`${server.name}: ${lost} of ${answered + lost} queries lost`);
  return (cpuUs(pid) - before) / answered;
}

/** How many times as dear one is as the other, round by round, and the median of that. */
export function timesAsDear(base: readonly number[], of: readonly number[]): number {
  return median(of.map((cost, round) => cost / base[round]));
}
