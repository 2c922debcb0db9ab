import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import type { BlastOptions, BlastResult } from './bench/blast.ts';
import { cpuUs, type Measured, NAME, startAya, startEcho } from './bench/servers.ts';

/**
 * What an answered query costs in CPU time (the whole server process, by the kernel's accounting), beside what node:dgram
 * alone costs, in one run and in turn, so that a drift of the machine's speed hits both alike.
 *
 *   npm run bench -- [--seconds 3] [--rounds 3] [--window 512] [--ratio-max 1.5]
 *
 * With --ratio-max it exits 1 where the median of Aya is more than so many times that of the echo.
 */
const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '3' },
    rounds: { type: 'string', default: '3' },
    window: { type: 'string', default: '512' },
    'ratio-max': { type: 'string' },
  },
});

async function blast(port: number, seed: number): Promise<BlastResult> {
  const options: BlastOptions = {
    port,
    names: [NAME],
    seconds: Number(values.seconds),
    window: Number(values.window),
    seed,
  };
  const thread = new Worker(new URL('./bench/blast.ts', import.meta.url), { workerData: options });
  const [result] = (await once(thread, 'message')) as [BlastResult];
  return result;
}

async function measure({ name, port, process: { pid = 0 } }: Measured, round: number): Promise<number> {
  const before = cpuUs(pid);
  const { answered, lost, latencyMsP50, latencyMsP99 } = await blast(port, round);
  const usPerQuery = (cpuUs(pid) - before) / answered;
  const columns = [
    name.padEnd(16),
    `round ${round}`,
    `${usPerQuery.toFixed(2)} us/query`,
    `${Math.round(answered / Number(values.seconds))} answers/s`,
    `p50 ${latencyMsP50.toFixed(1)} ms`,
    `p99 ${latencyMsP99.toFixed(1)} ms`,
    `lost ${lost}`,
  ];
  console.log(columns.join('  '));
  return usPerQuery;
}

const median = (of: readonly number[]): number => [...of].sort((a, b) => a - b)[Math.floor(of.length / 2)];

const servers = [await startEcho(), await startAya()];
try {
  const costs = new Map<string, number[]>(servers.map(({ name }) => [name, []]));
  for (const server of servers) await measure(server, 0); // warm-up: compiled code, not interpreted
  for (let round = 1; round <= Number(values.rounds); round++) {
    for (const server of servers) costs.get(server.name)?.push(await measure(server, round));
  }
  const [echo, aya] = servers.map(({ name }) => median(costs.get(name) ?? []));
  const ratio = aya / echo;
  console.log(`median: echo ${echo.toFixed(2)} us, aya ${aya.toFixed(2)} us, ratio ${ratio.toFixed(2)}`);
  if (values['ratio-max'] !== undefined && ratio > Number(values['ratio-max'])) {
    console.error(`the ratio is above ${values['ratio-max']}`);
    process.exitCode = 1;
  }
} finally {
  for (const server of servers) server.process.kill();
}
