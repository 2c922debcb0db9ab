import { parseArgs } from 'node:util';
import { inlineMore } from '../src/cli/v8-flags.ts';
import { BATCH_DATAGRAMS } from '../src/dataplane/ffi/batch.ts';
import { Random } from '../src/util/random.ts';
import { loadWorld } from './bench/answers.ts';
import { ayaLoop, Client, echoLoop, type Loop } from './bench/loop.ts';
import { makeStages, QUERIES, type Stage, subnetQueries } from './bench/stages.ts';

/**
 * The budget of a query, in nanoseconds: what each stage of an answer takes by itself, the whole of it, and a turn of the
 * whole loop, with its system calls, beside that of an echo. The query: A of a service of `nearest` over the embedded
 * database, with a random /24 as Client Subnet. All in one thread; a round is short enough that the fastest of many met
 * no other program.
 *
 *   npm run bench:stages -- [--rounds 2000]
 */
const { values } = parseArgs({ options: { rounds: { type: 'string', default: '2000' } } });
const rounds = Number(values.rounds);

const NS_PER_MS = 1_000_000;

inlineMore(); // as a server does
const snapshot = await loadWorld();
const queries = subnetQueries(new Random(1));

function timeStage({ run }: Stage): number {
  for (let index = 0; index < QUERIES; index++) run(index); // what the stage before it pushed out of the caches
  const startMs = performance.now();
  for (let index = 0; index < QUERIES; index++) run(index);
  return ((performance.now() - startMs) * NS_PER_MS) / QUERIES;
}

/** The least and the median of many rounds, in which all take turns. */
function measure<T>(things: readonly T[], time: (thing: T) => number): { least: number; median: number }[] {
  const times = things.map(() => new Float64Array(rounds));
  for (const thing of things) for (let round = 0; round < 200; round++) time(thing); // compiled code, not interpreted
  for (let round = 0; round < rounds; round++) {
    for (const [index, thing] of things.entries()) times[index][round] = time(thing);
  }
  return times.map((of) => {
    const sorted = of.toSorted();
    return { least: sorted[0], median: sorted[rounds >> 1] };
  });
}

function print(name: string, { least, median }: { least: number; median: number }): void {
  console.log(`${name.padEnd(28)}${least.toFixed(0).padStart(7)}${median.toFixed(0).padStart(9)}`);
}

console.log(`${'stage'.padEnd(28)}${'least'.padStart(7)}${'median'.padStart(9)}  ns a query, of ${rounds} rounds`);
const stages: readonly Stage[] = [{ name: 'nothing', run: () => {} }, ...makeStages(snapshot, queries)];
for (const [index, figures] of measure(stages, timeStage).entries()) print(stages[index].name, figures);

const client = new Client(queries);
const loops: readonly Loop[] = [echoLoop(), ayaLoop(snapshot)];
const turns = measure(loops, (loop) => (client.ask(loop) * NS_PER_MS) / BATCH_DATAGRAMS);
for (const [index, figures] of turns.entries()) print(`turn of the loop, ${loops[index].name}`, figures);
console.log(`aya is ${(turns[1].least / turns[0].least).toFixed(2)} x the echo`);
process.exit(0); // their sockets would keep nothing, but the geography thread may
