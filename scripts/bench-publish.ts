import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { median } from '../src/util/median.ts';
import { capacityOf } from './bench/capacity.ts';
import { load } from './bench/load.ts';
import { busiestUs, threadsUs } from './bench/processes.ts';
import { SMALL, serviceName, writeWorld } from './bench/scale-world.ts';
import { type Measured, startPublishing } from './bench/servers.ts';

/**
 * What publications cost those who answer: a thousand times a second the verdict of an endpoint changes, its service is
 * compiled, and its block is handed to the workers, while they answer a share of what they could. In rounds with
 * and without, in turn: queries lost, and CPU a query of the workers' threads alone, by the kernel's accounting. The server,
 * compiling included, has the first processor, the load the last.
 *
 *   npm run bench:publish -- [--per-second 1000] [--workers 2] [--services 100] [--share 0.4] [--seconds 5] [--rounds 5]
 */
const { values } = parseArgs({
  options: {
    'per-second': { type: 'string', default: '1000' },
    workers: { type: 'string', default: '2' },
    services: { type: 'string', default: '100' },
    share: { type: 'string', default: '0.4' },
    seconds: { type: 'string', default: '5' },
    rounds: { type: 'string', default: '5' },
  },
});
const [workers, services, seconds] = [values.workers, values.services, values.seconds].map(Number);
const names = Array.from({ length: services }, (_, index) => serviceName(index));

/** More than that may be on their way at a time without being held back: sockets that ask have room for them. */
const WINDOW = 32_768;
/** The kernel deals out sockets to workers, and few of them would not be dealt out evenly. */
const SOCKETS = 64;

interface Round {
  readonly workerUs: number;
  readonly publishedPerSecond: number;
  readonly answersPerSecond: number;
  readonly lost: number;
}

/** Sets how often a server publishes; gives how often it did so far. */
async function publishAt({ process: child }: Measured, perSecond: number): Promise<number> {
  const answer = once(child, 'message') as Promise<[number]>;
  child.send(perSecond);
  return (await answer)[0];
}

async function measure(server: Measured, queriesPerSecond: number, publicationsPerSecond: number): Promise<Round> {
  const pid = server.process.pid ?? 0;
  let before = threadsUs(pid);
  let startMs = 0;
  let starting = Promise.resolve(0);
  const options = { port: server.port, names, seconds, window: WINDOW, sockets: SOCKETS, seed: 1 };
  const { sent, answered, wrong } = await load({ ...options, perSecond: queriesPerSecond }, () => {
    before = threadsUs(pid);
    startMs = performance.now();
    starting = publishAt(server, publicationsPerSecond);
  });
  const after = threadsUs(pid);
  const published = (await publishAt(server, 0)) - (await starting);
  const elapsedSeconds = (performance.now() - startMs) / 1000;
  if (wrong > 0) console.log(`${wrong} answers came too late, or to what was not asked`);
  before.delete(pid); // the main thread, which compiles, has the process's number
  after.delete(pid);
  const workerUs = busiestUs(before, after, workers).reduce((sum, us) => sum + us) / answered;
  const rates = { publishedPerSecond: published / elapsedSeconds, answersPerSecond: answered / elapsedSeconds };
  return { workerUs, ...rates, lost: sent - answered };
}

function say(what: string, rounds: readonly Round[]): void {
  const medianOf = (pick: (round: Round) => number): number => median(rounds.map(pick));
  const columns = [
    `${Math.round(medianOf((round) => round.publishedPerSecond))} publications/s`,
    `${Math.round(medianOf((round) => round.answersPerSecond))} answers/s`,
    `${medianOf((round) => round.workerUs).toFixed(2)} us/query in the workers' threads`,
    `${rounds.reduce((sum, { lost }) => sum + lost, 0)} queries lost`,
  ];
  console.log(`${what}: ${columns.join(', ')}`);
}

const server = await startPublishing((port) => writeWorld({ ...SMALL, services, workers }, port));
try {
  const capacity = await capacityOf(server, names, 1);
  const perSecond = Math.round(capacity * Number(values.share));
  console.log(`${perSecond} queries/s, of ${Math.round(capacity)} that it answers`);
  const [still, moving]: Round[][] = [[], []];
  for (let round = 1; round <= Number(values.rounds); round++) {
    still.push(await measure(server, perSecond, 0));
    moving.push(await measure(server, perSecond, Number(values['per-second'])));
  }
  say('without', still);
  say('with', moving);
  const times = median(moving.map(({ workerUs }, round) => workerUs / still[round].workerUs));
  console.log(`${times.toFixed(3)} x the CPU a query`);
} finally {
  server.process.kill();
}
