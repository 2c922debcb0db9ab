import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { median } from '../src/util/median.ts';
import { timesAsDear } from './bench/in-turn.ts';
import { load } from './bench/load.ts';
import { installedPeers } from './bench/peers.ts';
import { isAsRecorded } from './bench/recorded.ts';
import { cpuUs, type Measured, NAME, startAya, startEcho, startPeer } from './bench/servers.ts';

/**
 * What an answered query costs in CPU time (the whole server process, by the kernel's accounting), beside an echo over the
 * same calls, which is the least that it can cost; in one run and in turn, so that a drift of the machine's speed hits all
 * alike. Servers have the first processor, the load the last.
 *
 *   npm run bench -- [--seconds 3] [--rounds 3] [--window 512] [--against-recorded] [--dgram] [--peers GEOIP2.mmdb]
 *
 * --against-recorded exits 1 where Aya costs over a quarter more than bench/recorded.json has, as so many times the echo:
 * by the median of what each round gives, so that a drift of the machine's speed hits both. What is above is measured
 * again before it counts, since other programs on the machine make a run dearer, and never cheaper. --dgram adds an
 * echo over node:dgram, and --peers gdnsd and Knot DNS where they are installed: all read the same database then.
 */
const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '3' },
    rounds: { type: 'string', default: '3' },
    window: { type: 'string', default: '512' },
    'against-recorded': { type: 'boolean', default: false },
    dgram: { type: 'boolean', default: false },
    peers: { type: 'string' },
  },
});

async function measure({ name, port, process: { pid = 0 } }: Measured, round: number): Promise<number> {
  const before = cpuUs(pid);
  const { answered, lost, wrong, latencyMsP50, latencyMsP99 } = await load({
    port,
    names: [NAME],
    seconds: Number(values.seconds),
    window: Number(values.window),
    seed: round,
  });
  const usPerQuery = (cpuUs(pid) - before) / answered;
  const columns = [
    name.padEnd(16),
    `round ${round}`,
    `${usPerQuery.toFixed(2)} us/query`,
    `${Math.round(answered / Number(values.seconds))} answers/s`,
    `p50 ${latencyMsP50.toFixed(1)} ms`,
    `p99 ${latencyMsP99.toFixed(1)} ms`,
    `lost ${lost}`,
    `wrong ${wrong}`,
  ];
  console.log(columns.join('  '));
  return usPerQuery;
}

async function* starting(): AsyncGenerator<Measured> {
  const database = values.peers === undefined ? undefined : resolve(values.peers);
  yield await startEcho('mmsg');
  yield await startAya({ isPinned: true, database });
  if (values.dgram) yield await startEcho('node:dgram');
  if (database === undefined) return;
  for (const peer of installedPeers()) yield await startPeer(peer, database);
}

/** So many rounds more. */
async function compare(echo: Measured, aya: Measured): Promise<number> {
  const costs: Record<'echo' | 'aya', number[]> = { echo: [], aya: [] };
  for (let round = 1; round <= Number(values.rounds); round++) {
    costs.echo.push(await measure(echo, round));
    costs.aya.push(await measure(aya, round));
  }
  return timesAsDear(costs.echo, costs.aya);
}

const servers: Measured[] = [];
try {
  for await (const server of starting()) servers.push(server);
  const costs = new Map<Measured, number[]>(servers.map((server) => [server, []]));
  for (const server of servers) await measure(server, 0); // warm-up: compiled code, not interpreted
  for (let round = 1; round <= Number(values.rounds); round++) {
    for (const server of servers) costs.get(server)?.push(await measure(server, round));
  }
  const medians = [...costs.values()].map(median);
  for (const [index, { name }] of servers.entries()) {
    const times = (medians[index] / medians[0]).toFixed(2);
    console.log(`median: ${name.padEnd(16)} ${medians[index].toFixed(2)} us/query, ${times} x the echo`);
  }
  if (values['against-recorded']) {
    const [echo, aya] = servers;
    const [echoCosts, ayaCosts] = [echo, aya].map((server) => costs.get(server) ?? []);
    if (!(await isAsRecorded(timesAsDear(echoCosts, ayaCosts), () => compare(echo, aya)))) process.exitCode = 1;
  }
} finally {
  for (const server of servers) server.process.kill();
}
