import { setTimeout } from 'node:timers/promises';
import { encodeState } from '../../../src/latency/learned/state.ts';
import { LatencyModel } from '../../../src/latency/model.ts';
import { Random } from '../../../src/util/random.ts';
import { type Answered, askUntil } from '../ask-until.ts';
import { Browsers, browserRequest, type Connections } from './browsers.ts';
import { type Figure, sum } from './figure.ts';
import { readCountries } from './truth.ts';
import { NAME, WatchedServer } from './watched-server.ts';

const RATE = 10_000;
const SECONDS = 5;
/** Ticks a second, in each of which as many reports are sent. */
const TICKS = 10;
/** Times to three regions are what a browser reports. */
const LINES_OF_BROWSER = 3;

/** Networks of which most have times of their own, so that as many as may are served by themselves. */
const NETWORKS = 20_000;
const RELEARNINGS = 3;
const LINES_MAX = 10_000;

function regionsOf(count: number) {
  return [...readCountries().values()].slice(0, count).map((place, at) => ({ ...place, name: `r${at}` }));
}

const network = (number: number): string => `${1 + (number % 223)}.${(number >> 8) & 255}.${number & 255}`;

/** A flood of reports, and what became of them. */
export async function floodFigures(): Promise<readonly Figure[]> {
  await using server = await WatchedServer.start({ regions: regionsOf(5), services: 1, policies: 1 });
  const random = new Random(1);
  const time = (): string => `"region":"r${random.below(5)}","rttMs":${10 + random.below(200)}`;
  let sent = 0;
  const agents = await flooded(server, 'agents', () => {
    const lines = Array.from({ length: RATE / TICKS }, () => `{"network":"${network(sent++)}.0/24",${time()}}`);
    return server.report(lines.join('\n'));
  });
  const body = (): string => Array.from({ length: LINES_OF_BROWSER }, () => `{${time()}}`).join('\n');
  const browsers = async (connections: Connections): Promise<readonly Figure[]> => {
    const senders = new Browsers(server.latencyPort, connections);
    const count = Math.ceil(RATE / TICKS / LINES_OF_BROWSER);
    const figures = await flooded(server, `browsers, connections ${connections}`, () =>
      senders.send(Array.from({ length: count }, () => browserRequest(body(), `${network(sent++)}.7`))),
    );
    senders.end();
    return figures;
  };
  return [...agents, ...(await browsers('kept')), ...(await browsers('new'))];
}

async function flooded(server: WatchedServer, who: string, send: () => Promise<void>): Promise<readonly Figure[]> {
  const counted = async () => ({
    accepted: await server.counted('aya_latency_reports_total'),
    dropped: await server.counted('aya_latency_dropped_total'),
  });
  const before = await counted();
  const { cpuSeconds } = await server.watched();
  const start = performance.now();
  for (let tick = 1; tick <= SECONDS * TICKS; tick++) {
    await send();
    await setTimeout(Math.max(0, start + (1000 * tick) / TICKS - performance.now()));
  }
  const seconds = (performance.now() - start) / 1000;
  const watched = await server.watched();
  await setTimeout(1000); // what waits in queues
  const after = await counted();
  const at = `server, reports of ${who} by HTTP`;
  return [
    {
      what: `${at}: taken`,
      value: (after.accepted - before.accepted) / seconds,
      bound: 0.99 * RATE,
      isLeast: true,
      unit: '/s',
    },
    { what: `${at}: dropped`, value: (after.dropped - before.dropped) / seconds, bound: 0, unit: '/s' },
    {
      what: `${at}: CPU of one core, all threads`,
      value: (100 * (watched.cpuSeconds - cpuSeconds)) / seconds,
      bound: 100,
      unit: '%',
    },
    { what: `${at}: longest block of the main thread`, value: watched.blockMs, bound: 20, unit: 'ms' },
  ];
}

/** Most networks change their order, again and again. */
export async function relearningFigures(): Promise<readonly Figure[]> {
  await using server = await WatchedServer.start({ regions: regionsOf(5), services: 12, policies: 3 });
  const random = new Random(1);
  let blockMs = 0;
  for (let relearning = 0; relearning < RELEARNINGS; relearning++) {
    // Twice the same: the second proves that the first was no outlier.
    for (const body of [...bodies(random), ...bodies(random)]) await server.report(body);
    await server.watched();
    await server.said('latency: serving by new estimates');
    await setTimeout(1000); // what is left to do when there is time
    blockMs = Math.max(blockMs, (await server.watched()).blockMs);
  }
  const at = `server, ${await server.counted('aya_latency_networks')} networks served by themselves`;
  return [{ what: `${at}: longest block of the main thread while relearning`, value: blockMs, bound: 20, unit: 'ms' }];
}

function bodies(random: Random): readonly string[] {
  const lines = Array.from({ length: NETWORKS * 5 }, (_, at) => {
    const rttMs = 20 + random.below(200);
    return `{"network":"${network(Math.trunc(at / 5))}.0/24","region":"r${at % 5}","rttMs":${rttMs}}`;
  });
  return Array.from({ length: lines.length / LINES_MAX }, (_, at) =>
    lines.slice(at * LINES_MAX, (at + 1) * LINES_MAX).join('\n'),
  );
}

/** In the second the reports, of which all are slower than before, are a change of nearly everything. */
const LARGE_RELEARNINGS = 2;

/**
 * A server that goes on with as many networks, each with a time to every region: its memory, its answers, and a
 * restart.
 */
export async function memoryFigures(cells: number): Promise<readonly Figure[]> {
  const regions = regionsOf(20);
  const options = { regions, services: 1, policies: 1 };
  await using empty = await WatchedServer.start(options);
  const { residentMb } = await empty.watched();
  const state = stateOf(cells, regions);
  await using full = await WatchedServer.start({ ...options, state });
  await full.watched();
  const answered: Answered[] = [];
  for (let count = 0; count < LARGE_RELEARNINGS; count++) answered.push(await askedWhileRelearning(full, cells, count));
  const watched = await full.watched();
  const at = `server, ${await full.counted('aya_latency_cells')} cells by 20 regions`;
  const recompileSeconds = await full.counted('aya_latency_recompile_duration_seconds');
  const { stopSeconds, startSeconds } = await full.restart();
  return [
    { what: `${at}: resident memory, of learning`, value: watched.residentMb - residentMb, bound: 500, unit: 'MB' },
    { what: `${at}: the same at most`, value: watched.residentMaxMb - residentMb, bound: 500, unit: 'MB' },
    { what: `${at}: longest block of the main thread`, value: watched.blockMs, bound: 20, unit: 'ms' },
    { what: `${at}: a recompile, beside all else`, value: recompileSeconds, bound: 300, unit: 's' },
    {
      what: `${at}: of ${sum(answered.map(({ asked }) => asked))} queries meanwhile, lost`,
      value: sum(answered.map(({ lost }) => lost)),
      bound: 0,
      unit: '',
    },
    {
      what: `${at}: 99 of 100 answers meanwhile`,
      value: Math.max(...answered.map(({ p99Ms }) => p99Ms)),
      bound: 20,
      unit: 'ms',
    },
    { what: `${at}: a stop`, value: stopSeconds, bound: 15, unit: 's' },
    { what: `${at}: a start with what was learned`, value: startSeconds, bound: 15, unit: 's' },
  ];
}

/** From one relearning to the next, with what some networks report in between. */
async function askedWhileRelearning(server: WatchedServer, cells: number, seed: number): Promise<Answered> {
  const stop = new AbortController();
  const answered = askUntil(stop.signal, server.dnsPort, NAME);
  const random = new Random(2 + seed);
  const relearned = server.said('latency: serving by new estimates').then(() => stop.abort());
  while (!stop.signal.aborted) {
    const lines = Array.from({ length: LINES_MAX / 10 }, () => {
      const rttMs = 100 + random.below(200);
      return `{"network":"${cellNetwork(random.below(cells))}","region":"r${random.below(20)}","rttMs":${rttMs}}`;
    });
    await server.report(lines.join('\n'));
    await setTimeout(200);
  }
  await relearned;
  return answered;
}

const cellNetwork = (cell: number): string => `${1 + (cell >> 16)}.${(cell >> 8) & 255}.${cell & 255}.0/24`;

function stateOf(cells: number, regions: ReturnType<typeof regionsOf>): Uint8Array {
  const model = new LatencyModel({ regions, countries: readCountries(), options: { cellsMax: cells } });
  const codes = [...readCountries().keys()];
  const random = new Random(1);
  const atMs = Date.now();
  for (let cell = 0; cell < cells; cell++) {
    const name = cellNetwork(cell);
    const place = { network: name, source: name, country: codes[(cell >> 4) % codes.length]!, asn: 1 + (cell >> 4) };
    for (const { name: region } of regions) model.report({ ...place, region, rttMs: 10 + random.below(200), atMs });
  }
  return encodeState(model.measured);
}
