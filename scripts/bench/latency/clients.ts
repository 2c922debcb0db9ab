import { Random } from '../../../src/util/random.ts';
import { type Figure, mean, sum } from './figure.ts';
import { type Client, type Lie, Simulation } from './simulation.ts';
import { drawWorld, type Truth } from './truth.ts';

/** Periods after which the model knows its world. */
const LEARNING_PERIODS = 12;
const REGIONS = 5;
const WORSE_MS = 5;
const DRIFT_MS = 80;
const LIAR_PERCENT = 10;

function learned(truth: Truth, count: number, random: Random): Simulation {
  const simulation = new Simulation(truth, drawWorld(truth, count, random), random);
  for (let period = 0; period < LEARNING_PERIODS; period++) simulation.period();
  return simulation;
}

const gotMs = (client: Client): number => client.ms[client.region!]!;

/** No table: what clients alone have told. */
export function learningFigures(truth: Truth, seeds: readonly number[]): Figure[] {
  return [3, 5, 8].flatMap((count) => {
    const clients = seeds.flatMap((seed) => learned(truth, count, new Random(seed)).clients);
    const bestMs = mean(clients.map(({ ms }) => Math.min(...ms)));
    const worse = clients.filter((client) => gotMs(client) > Math.min(...client.ms) + WORSE_MS).length;
    const at = `${count} regions, clients' reports alone`;
    return [
      { what: `${at}: mean above the best`, value: 100 * (mean(clients.map(gotMs)) / bestMs - 1), bound: 2, unit: '%' },
      { what: `${at}: more than 5 ms worse`, value: (100 * worse) / clients.length, bound: 3, unit: '%' },
    ] satisfies Figure[];
  });
}

/** Clients that move although nothing changes but the noise. */
export function noiseFigures(truth: Truth, seeds: readonly number[]): Figure[] {
  const shares = seeds.flatMap((seed) => {
    const simulation = learned(truth, REGIONS, new Random(seed));
    return Array.from({ length: 6 }, () => (100 * simulation.period()) / simulation.clients.length);
  });
  return [
    { what: 'noise of 20 %: clients moved a period, mean', value: mean(shares), bound: 1, unit: '%' },
    { what: 'noise of 20 %: clients moved a period, worst', value: Math.max(...shares), bound: 1, unit: '%' },
  ];
}

/** A region that becomes slower for one continent, for each continent in turn. */
export function driftFigures(truth: Truth, seeds: readonly number[]): Figure[] {
  const runs = seeds.map((seed) => drift(truth, new Random(seed)));
  const gaining = sum(runs.map(({ gaining }) => gaining));
  const anyGain = sum(runs.map(({ anyGain }) => anyGain));
  return [
    {
      what: 'a region 80 ms slower for a continent: clients that gain and have left after two periods',
      value: (100 * sum(runs.map(({ left }) => left))) / gaining,
      bound: 90,
      isLeast: true,
      unit: '%',
    },
    {
      what: 'the same, of those too that gain less than the hysteresis',
      value: (100 * sum(runs.map(({ anyLeft }) => anyLeft))) / anyGain,
      bound: 90,
      isLeast: true,
      unit: '%',
    },
  ];
}

function drift(truth: Truth, random: Random) {
  const simulation = learned(truth, REGIONS, random);
  const busiest = simulation.clients[random.below(simulation.clients.length)]!;
  const region = busiest.region!;
  const there = simulation.clients.filter(({ continent }) => continent === busiest.continent);
  for (const client of there) client.ms[region]! += DRIFT_MS;
  const held = there.filter((client) => client.region === region);
  const gain = (client: Client): number => client.ms[region]! - Math.min(...client.ms);
  simulation.period();
  simulation.period();
  const worth = held.filter((client) => gain(client) > Math.max(4, 0.02 * client.ms[region]!));
  const any = held.filter((client) => gain(client) > 0);
  const gone = (clients: readonly Client[]): number => clients.filter((client) => client.region !== region).length;
  return { gaining: worth.length, left: gone(worth), anyGain: any.length, anyLeft: gone(any) };
}

const LIES: Readonly<Record<string, Lie>> = {
  'ten times or a tenth, at random': (ms, region, { network }) =>
    (network.length + region) % 2 === 0 ? ms * 10 : ms / 10,
  'ten times, always': (ms) => ms * 10,
  'a tenth, always': (ms) => ms / 10,
  'ten times for the best region, a tenth for others': (ms, region, client) =>
    client.ms[region] === Math.min(...client.ms) ? ms * 10 : ms / 10,
};

/**
 * Liars among the reporters, from the start: clients that are more than 5 ms worse off than by the same reports without
 * lies.
 */
export function liarFigures(truth: Truth, seeds: readonly number[]): Figure[] {
  return Object.entries(LIES).map(([name, lie]) => {
    const shares = seeds.map((seed) => movedByLies(truth, seed, lie));
    return { what: `10 % lie (${name}): clients moved wrongly`, value: mean(shares), bound: 1, unit: '%' };
  });
}

function movedByLies(truth: Truth, seed: number, lie: Lie): number {
  const honest = learned(truth, REGIONS, new Random(seed));
  const random = new Random(seed);
  const lying = new Simulation(truth, drawWorld(truth, REGIONS, random), random);
  const choice = new Random(seed ^ 0x5555);
  for (const { reporters } of lying.clients) {
    for (const reporter of reporters) reporter.isLiar = choice.below(100) < LIAR_PERCENT;
  }
  for (let period = 0; period < LEARNING_PERIODS; period++) lying.period(lie);
  const wrong = lying.clients.filter((client, index) => gotMs(client) > gotMs(honest.clients[index]!) + WORSE_MS);
  return (100 * wrong.length) / lying.clients.length;
}
