import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { median } from '../src/util/median.ts';
import { capacityOf } from './bench/capacity.ts';
import { load } from './bench/load.ts';
import { installedPeers } from './bench/peers.ts';
import { type Measured, NAME, startAya, startEcho, startPeer } from './bench/servers.ts';

/**
 * How long answers take where nobody is in a hurry: Aya, an echo, and gdnsd and Knot DNS where they are installed, each at
 * the same rate: half of what the slowest of them answers. So many queries are sent a second whatever comes back, so that
 * an answer that is late delays no other query, and hides none. Servers have the first processor, the load the last; all
 * read the same database.
 *
 *   npm run bench:half-load -- --peers GEOIP2.mmdb [--share 0.5] [--seconds 5] [--rounds 5]
 */
const { values } = parseArgs({
  options: {
    peers: { type: 'string' },
    share: { type: 'string', default: '0.5' },
    seconds: { type: 'string', default: '5' },
    rounds: { type: 'string', default: '5' },
  },
});
const seconds = Number(values.seconds);
const WINDOW = 32_768;

interface Latency {
  readonly p50: number;
  readonly p99: number;
}

async function measure({ name, port }: Measured, perSecond: number, seed: number): Promise<Latency> {
  const result = await load({ port, names: [NAME], seconds, window: WINDOW, perSecond, seed });
  const { sent, answered, latencyMsP50: p50, latencyMsP99: p99 } = result;
  console.log(`${name.padEnd(16)} p50 ${p50.toFixed(2)} ms  p99 ${p99.toFixed(2)} ms  lost ${sent - answered}`);
  return { p50, p99 };
}

async function* starting(): AsyncGenerator<Measured> {
  const database = values.peers === undefined ? undefined : resolve(values.peers);
  yield await startEcho('mmsg');
  yield await startAya({ isPinned: true, database });
  if (database === undefined) return;
  for (const peer of installedPeers()) yield await startPeer(peer, database);
}

const servers: Measured[] = [];
try {
  for await (const server of starting()) servers.push(server);
  const capacities: number[] = [];
  for (const server of servers) capacities.push(await capacityOf(server, [NAME], 2));
  const perSecond = Math.round(Math.min(...capacities) * Number(values.share));
  console.log(
    `${perSecond} queries/s; ${servers.map(({ name }, index) => `${name} answers ${Math.round(capacities[index])}`).join(', ')}`,
  );
  const taken = servers.map((): Latency[] => []);
  // The first does not count: those that compile as they run are still at it.
  for (let round = 0; round <= Number(values.rounds); round++) {
    for (const [index, server] of servers.entries()) {
      const latency = await measure(server, perSecond, round + 1);
      if (round > 0) taken[index].push(latency);
    }
  }
  for (const [index, { name }] of servers.entries()) {
    const of = (pick: keyof Latency): string => median(taken[index].map((one) => one[pick])).toFixed(2);
    console.log(`median: ${name.padEnd(16)} p50 ${of('p50')} ms  p99 ${of('p99')} ms`);
  }
} finally {
  for (const server of servers) server.process.kill();
}
