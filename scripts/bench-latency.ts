import { parseArgs } from 'node:util';
import { Random } from '../src/util/random.ts';
import { driftFigures, learningFigures, liarFigures, noiseFigures } from './bench/latency/clients.ts';
import { type Figure, formatFigure, isMet } from './bench/latency/figure.ts';
import { floodFigures, memoryFigures, relearningFigures } from './bench/latency/server.ts';
import { sizeInThread } from './bench/latency/size.ts';
import { tableFigures } from './bench/latency/tables.ts';
import { drawTruth, readTruth } from './bench/latency/truth.ts';

/**
 * What measured latency is held to: over a table of round-trip times between countries (columns cty1,cty2,rtt_cnt,rtt_avg,
 * such as exports of RIPE Atlas) where one is named, else over a world that is drawn. Exits with 1 where a figure is not met.
 *
 *   npm run bench:latency -- [--table FILE, or AYA_LATENCY_TABLE] [--seed N] [--worlds 12] [--cells 1000000] [--part NAME] [--server]
 *
 * With --server it is what a real server takes: reports by HTTP, memory, and how long its main thread is blocked.
 */
const { values } = parseArgs({
  options: {
    table: { type: 'string' },
    seed: { type: 'string' },
    worlds: { type: 'string', default: '12' },
    cells: { type: 'string', default: '1000000' },
    part: { type: 'string' },
    server: { type: 'boolean', default: false },
  },
});

const seed = Number(values.seed ?? Math.trunc(Math.random() * 0x7fff_fffe)) + 1;
const random = new Random(seed);
const seeds = Array.from({ length: Number(values.worlds) }, () => 1 + random.below(0x7fff_fffe));
const table = values.table ?? process.env.AYA_LATENCY_TABLE;
const truth = table === undefined ? drawTruth(new Random(seed)) : readTruth(table);

type Parts = Readonly<Record<string, () => readonly Figure[] | Promise<readonly Figure[]>>>;

const SERVER_PARTS: Parts = {
  flood: floodFigures,
  relearning: relearningFigures,
  memory: () => memoryFigures(Number(values.cells)),
};

const PARTS: Parts = {
  size: () => sizeInThread(Number(values.cells)), // first: its memory is measured against an empty process
  tables: () => tableFigures(truth, seeds),
  learning: () => learningFigures(truth, seeds),
  noise: () => noiseFigures(truth, seeds),
  drift: () => driftFigures(truth, seeds),
  liars: () => liarFigures(truth, seeds),
};

console.log(`--seed ${seed - 1} --worlds ${seeds.length}: ${table === undefined ? 'a world drawn' : 'the table'}`);
for (const [name, figures] of Object.entries(values.server ? SERVER_PARTS : PARTS)) {
  if (values.part !== undefined && values.part !== name) continue;
  for (const figure of await figures()) {
    console.log(formatFigure(figure));
    if (!isMet(figure)) process.exitCode = 1;
  }
}
