import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { median } from '../src/util/median.ts';
import { capacityOf } from './bench/capacity.ts';
import { load } from './bench/load.ts';
import { busiestUs, threadsUs } from './bench/processes.ts';
import { SMALL, writeWorld } from './bench/scale-world.ts';
import { type Measured, NAME, startAya } from './bench/servers.ts';

/**
 * Whether workers stand in each other's way: CPU a query of the workers' threads, by the kernel's accounting, with one
 * worker and with two. Where there are no more than two processors the load must share one of them, so how many answers a
 * second come says nothing; what a query costs does. Each worker is kept on a processor of its own and gets the same load,
 * a share of what one can answer: batches are as large with one as with two. The load has the last processor, and sleeps
 * when it has nothing to do.
 *
 *   npm run bench:workers -- [--share 0.25] [--seconds 5] [--rounds 5]
 */
const { values } = parseArgs({
  options: {
    share: { type: 'string', default: '0.25' },
    seconds: { type: 'string', default: '5' },
    rounds: { type: 'string', default: '5' },
  },
});
const seconds = Number(values.seconds);
/** Enough that the kernel, which deals out sockets, gives each worker as much as the other. */
const SOCKETS = 128;
const WINDOW = 32_768;
const REST_MS = 0.2;

const start = (workers: number): Promise<Measured> => {
  const cpus = Array.from({ length: workers }, (_, index) => index % availableParallelism());
  return startAya({ name: `${workers}`, configure: (port) => writeWorld({ ...SMALL, workers, cpus }, port) });
};

/** CPU a query of the workers' threads, in microseconds. */
async function measure({ port, process: child }: Measured, workers: number, perWorker: number): Promise<number> {
  const pid = child.pid ?? 0;
  let before = threadsUs(pid);
  const asking = { port, names: [NAME], seconds, window: WINDOW, sockets: SOCKETS, restMs: REST_MS, seed: 1 };
  const { sent, answered } = await load({ ...asking, perSecond: perWorker * workers }, () => {
    before = threadsUs(pid);
  });
  const each = busiestUs(before, threadsUs(pid), workers).map((us) => us / 1000);
  const usPerQuery = (1000 * each.reduce((sum, ms) => sum + ms)) / answered;
  const columns = [
    `${workers} ${workers === 1 ? 'worker' : 'workers'}`,
    `${usPerQuery.toFixed(2)} us/query`,
    `${Math.round(answered / seconds)} answers/s`,
    `${each.map((ms) => ms.toFixed(0)).join(' + ')} ms of CPU`,
    `lost ${sent - answered}`,
  ];
  console.log(columns.join('  '));
  return usPerQuery;
}

const servers: Measured[] = [];
try {
  for (const workers of [1, 2]) servers.push(await start(workers));
  const capacity = await capacityOf(servers[0], [NAME], 1);
  const perWorker = Math.round(capacity * Number(values.share));
  const times: number[] = [];
  for (let round = 0; round <= Number(values.rounds); round++) {
    const [one, two] = [await measure(servers[0], 1, perWorker), await measure(servers[1], 2, perWorker)];
    if (round > 0) times.push(two / one); // the first is warm-up
  }
  console.log(`two workers: ${median(times).toFixed(3)} x the CPU a query of one`);
} finally {
  for (const server of servers) server.process.kill();
}
