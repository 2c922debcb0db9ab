import { once } from 'node:events';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { LatencyModel } from '../../../src/latency/model.ts';
import { Random } from '../../../src/util/random.ts';
import type { Figure } from './figure.ts';
import { readCountries } from './truth.ts';

const REGIONS = 20;
const NOW_MS = 1_800_000_000_000;

/** Reports that are timed, among all cells. */
const TIMED = 300_000;

/** A recompile makes much garbage and keeps little: without a bound, V8 lets it lie while the machine has memory. */
const HEAP_MB = 96;

/** Measures in a thread of its own, with a bound on its heap, as a server would hold a model. */
export async function sizeInThread(cells: number): Promise<readonly Figure[]> {
  const resourceLimits = { maxOldGenerationSizeMb: HEAP_MB, maxYoungGenerationSizeMb: 16 };
  const worker = new Worker(new URL(import.meta.url), { workerData: cells, resourceLimits });
  const [figures] = await once(worker, 'message');
  return figures;
}

/** What a million cells take, each with a time to every region, and how fast reports go in. */
function sizeFigures(cells: number): Figure[] {
  const countries = readCountries();
  const regions = [...countries.values()].slice(0, REGIONS).map((place, index) => ({ ...place, name: `r${index}` }));
  const model = new LatencyModel({ regions, countries, options: { cellsMax: cells } });
  const codes = [...countries.keys()];
  const random = new Random(1);
  const report = (cell: number, region: number, atMs: number): void => {
    const network = `${cell >> 16}.${(cell >> 8) & 255}.${cell & 255}.0/24`;
    const country = codes[(cell >> 4) % codes.length]!;
    model.report({
      network,
      asn: 1 + (cell >> 4),
      country,
      region: `r${region}`,
      rttMs: 10 + random.below(200),
      source: network,
      atMs,
    });
  };
  const empty = residentMb();
  for (let cell = 0; cell < cells; cell++)
    for (let region = 0; region < REGIONS; region++) report(cell, region, NOW_MS);
  const filled = residentMb();
  const compileStart = process.cpuUsage();
  model.recompile(NOW_MS);
  const compileSeconds = secondsSince(compileStart);
  const residentMax = process.resourceUsage().maxRSS / 1024;
  const start = process.cpuUsage();
  for (let count = 0; count < TIMED; count++) report(random.below(cells), random.below(REGIONS), NOW_MS + count);
  const reportSeconds = secondsSince(start);
  const at = `${cells} cells by ${REGIONS} regions`;
  return [
    { what: `${at}: tables`, value: model.counts.byteLength / 1e6, bound: 500, unit: 'MB' },
    { what: `${at}: resident memory, all reported`, value: filled - empty, bound: 500, unit: 'MB' },
    { what: `${at}: resident memory at most, recompile included`, value: residentMax - empty, bound: 500, unit: 'MB' },
    { what: `${at}: recompile, CPU time`, value: compileSeconds, bound: 60, unit: 's' },
    { what: 'reports on one core', value: TIMED / reportSeconds, bound: 10_000, isLeast: true, unit: '/s' },
  ];
}

function residentMb(): number {
  return process.memoryUsage.rss() / 1024 / 1024;
}

/** CPU time, not time of day: the machine may have other work. */
function secondsSince(start: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1e6;
}

if (!isMainThread) parentPort!.postMessage(sizeFigures(workerData));
