import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readCountries } from '../src/config/reading/countries.ts';
import { median } from '../src/util/median.ts';
import { Random } from '../src/util/random.ts';
import { writeCityDatabase } from './bench/city-database.ts';
import { costsInTurn, timesAsDear } from './bench/in-turn.ts';
import { load } from './bench/load.ts';
import { residentMiB } from './bench/processes.ts';
import { plainName, SMALL, serviceName, type WorldSize, writeWorld } from './bench/scale-world.ts';
import { type Measured, NAME, startAya, startEcho } from './bench/servers.ts';

/**
 * What a query costs as the world grows: CPU of the whole process an answered query over UDP, one worker on the first
 * processor, the load on the last; a small world, a large one and an echo, in one run and in turn. And what a large world
 * takes: memory a name and a worker, time and memory to load a database.
 *
 *   npm run bench:scale -- [--only names,popular,regions,services,database,load,memory] [--seconds 3] [--rounds 5]
 *                          [--names 1000000] [--regions 300] [--services 10000] [--networks 4000000] [--cities 100000]
 *
 * `names` asks for any name as likely as another, `popular` by Zipf's law: the name of rank n is asked for 1/n as often as
 * the first. The database is made for this: a quarter of its networks is IPv6, neighbours are mostly in one country.
 */
const { values } = parseArgs({
  options: {
    only: { type: 'string', default: 'names,popular,regions,services,database,load,memory' },
    seconds: { type: 'string', default: '3' },
    rounds: { type: 'string', default: '5' },
    names: { type: 'string', default: '1000000' },
    regions: { type: 'string', default: '300' },
    services: { type: 'string', default: '10000' },
    networks: { type: 'string', default: '4000000' },
    cities: { type: 'string', default: '100000' },
  },
});
const chosen = new Set(values.only.split(','));
const [names, regions, services, networks, cities] = [
  values.names,
  values.regions,
  values.services,
  values.networks,
  values.cities,
].map(Number);
const folder = mkdtempSync(join(tmpdir(), 'aya-scale-'));

/** Queries that differ in their name: many times what the processor's caches hold. */
const ASKED = 200_000;
const MIB = 1024 * 1024;

/** @param pick gives the number of a name among so many. */
function asked(of: (index: number) => string, count: number, pick: (random: Random) => number): string[] {
  const random = new Random(1);
  return Array.from({ length: Math.min(ASKED, 100 * count) }, () => of(pick(random)));
}

const equally = (count: number) => (random: Random) => random.below(count);

/** By Zipf's law with an exponent of 1: the logarithm of the rank is spread evenly. */
const popularly = (count: number) => (random: Random) =>
  Math.min(count - 1, Math.floor(count ** (random.below(2 ** 30) / 2 ** 30)) - 1);

/** Sizes that differ in one thing, and the names that each is asked for. */
interface Growth {
  readonly what: string;
  readonly small: readonly string[];
  readonly large: readonly string[];
  readonly size: Partial<WorldSize>;
}

function growths(database: string): Readonly<Record<string, Growth>> {
  const plain = (count: number, pick = equally) => asked(plainName, count, pick(count));
  const grown = { names };
  return {
    names: { what: `10 names, ${names}`, small: plain(10), large: plain(names), size: grown },
    popular: {
      what: `10 names, ${names} by Zipf's law`,
      small: plain(10),
      large: plain(names, popularly),
      size: grown,
    },
    regions: { what: `3 regions, ${regions}`, small: [NAME], large: [NAME], size: { regions } },
    services: {
      what: `1 service, ${services}`,
      small: [NAME],
      large: asked(serviceName, services, equally(services)),
      size: { services },
    },
    database: {
      what: `Country database, City of ${networks} networks`,
      small: [NAME],
      large: [NAME],
      size: { database },
    },
  };
}

/** Starts a server when it is its turn. */
type Start = () => Promise<Measured>;

const start =
  (name: string, size: Partial<WorldSize>): Start =>
  () =>
    startAya({ name, isPinned: true, configure: (port) => writeWorld({ ...SMALL, ...size }, port) });

/** Runs something beside servers, and ends them. */
async function among<T>(starts: readonly Start[], run: (servers: readonly Measured[]) => Promise<T>): Promise<T> {
  const servers: Measured[] = [];
  try {
    for (const begin of starts) servers.push(await begin());
    return await run(servers);
  } finally {
    for (const server of servers) server.process.kill();
  }
}

async function compare({ what, small, large, size }: Growth): Promise<void> {
  await among([() => startEcho('mmsg'), start('small', {}), start('large', size)], async ([echo, ...ayas]) => {
    const contestants = [
      { server: echo, names: [NAME] },
      { server: ayas[0], names: small },
      { server: ayas[1], names: large },
    ];
    const each = { seconds: Number(values.seconds), window: 512 };
    const costs = await costsInTurn(contestants, Number(values.rounds), each);
    const [echoUs, smallUs, largeUs] = costs.map((of) => median(of).toFixed(2));
    const times = (base: number, of: number): string => timesAsDear(costs[base], costs[of]).toFixed(2);
    console.log(
      `${what}: ${smallUs} and ${largeUs} us/query, ${times(1, 2)} x; the echo ${echoUs}: ${times(0, 1)} and ${times(0, 2)} x`,
    );
  });
}

/** A database that is loaded in a process of its own, as the server would. */
function loadAlone(database: string): void {
  const script = new URL('./bench/load-database.ts', import.meta.url).pathname;
  const { stdout, status } = spawnSync(process.execPath, [script, database], { encoding: 'utf8' });
  if (status !== 0) throw new Error('the database could not be loaded');
  console.log(`database of ${networks} networks, ${cities} cities: ${stdout.trim()}`);
}

/** Resident memory when a world was asked for a while, in MiB. */
const residentOf = (size: Partial<WorldSize>): Promise<number> =>
  among([start('aya', size)], async ([{ port, process: child }]) => {
    await load({ port, names: [NAME], seconds: 1, window: 512, seed: 1 });
    return residentMiB(child.pid ?? 0);
  });

async function memory(): Promise<void> {
  const [one, three] = [await residentOf({}), await residentOf({ workers: 3 })];
  const each = ((three - one) / 2).toFixed(0);
  console.log(`memory: ${one.toFixed(0)} MiB with one worker, ${three.toFixed(0)} with three: ${each} a worker`);
  const large = await residentOf({ names });
  const bytesPerName = (((large - one) * MIB) / names).toFixed(0);
  console.log(`memory: ${large.toFixed(0)} MiB with ${names} names: ${bytesPerName} octets a name, all of the process`);
}

try {
  const database = join(folder, 'city.mmdb');
  if (chosen.has('database') || chosen.has('load')) {
    const table = readCountries();
    if (!table.ok) throw new Error(JSON.stringify(table.problems));
    writeCityDatabase(database, { networks, cities, countries: [...table.value.values()], seed: 1 });
  }
  for (const [name, growth] of Object.entries(growths(database))) if (chosen.has(name)) await compare(growth);
  if (chosen.has('load')) loadAlone(database);
  if (chosen.has('memory')) await memory();
} finally {
  rmSync(folder, { recursive: true });
}
