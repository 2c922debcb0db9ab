import type { Estimates } from '../../../src/latency/estimating/estimates.ts';
import { LatencyModel } from '../../../src/latency/model.ts';
import { choose } from '../../../src/latency/serving/choose.ts';
import { Random } from '../../../src/util/random.ts';
import { type Figure, mean, sum } from './figure.ts';
import { drawWorld, nearest, type Truth, type World } from './truth.ts';

const NOW_MS = 1_800_000_000_000;
const HIDDEN_PERCENT = 30;
const WORSE_MS = 5;

/** What one client gets, beside the best there is and what distance would have given. */
interface Outcome {
  readonly bestMs: number;
  readonly chosenMs: number;
  readonly nearestMs: number;
  /** Whether the best or the nearest region is among those never measured. */
  readonly isBlind: boolean;
}

/** Tables with measurements for all pairs, and with some never measured. */
export function tableFigures(truth: Truth, seeds: readonly number[]): Figure[] {
  return [3, 5, 8].flatMap((count) => {
    const measured = seeds.flatMap((seed) => outcomes(truth, count, 0, new Random(seed)));
    const hidden = seeds.flatMap((seed) => outcomes(truth, count, HIDDEN_PERCENT, new Random(seed)));
    const blind = hidden.filter(({ isBlind }) => isBlind);
    const at = `${count} regions, table`;
    const best = mean(measured.map(({ bestMs }) => bestMs));
    const worse = measured.filter(({ chosenMs, bestMs }) => chosenMs > bestMs + WORSE_MS).length;
    return [
      {
        what: `${at}: mean above the best`,
        value: 100 * (mean(measured.map(({ chosenMs }) => chosenMs)) / best - 1),
        bound: 2,
        unit: '%',
      },
      { what: `${at}: more than 5 ms worse`, value: (100 * worse) / measured.length, bound: 3, unit: '%' },
      {
        what: `${at}, 30 % hidden: loss over that of nearest, where a pair is hidden`,
        value: lossRatio(hidden),
        bound: 0.5,
        unit: 'x',
      },
      {
        what: `${at}, 30 % hidden: the same, where the best or nearest is hidden`,
        value: lossRatio(blind),
        bound: 0.5,
        unit: 'x',
      },
    ] satisfies Figure[];
  });
}

function lossRatio(outcomes: readonly Outcome[]): number {
  const loss = sum(outcomes.map(({ chosenMs, bestMs }) => chosenMs - bestMs));
  return loss / sum(outcomes.map(({ nearestMs, bestMs }) => nearestMs - bestMs));
}

/** All clients of a world drawn; with pairs hidden, those alone for which one is. */
function outcomes(truth: Truth, count: number, hiddenPercent: number, random: Random): Outcome[] {
  const world = drawWorld(truth, count, random);
  const model = new LatencyModel({ regions: world.regions, countries: truth.countries });
  const hidden = new Set<string>();
  for (const client of world.clients) {
    for (const [region, { name }] of world.regions.entries()) {
      if (random.below(100) < hiddenPercent) hidden.add(`${client}-${region}`);
      else
        model.importRow({ place: client, region: name, rttMs: world.ms.get(client)![region]!, samples: 100 }, NOW_MS);
    }
  }
  const estimates = model.recompile(NOW_MS);
  const clients = world.clients.filter(
    (client) => hiddenPercent === 0 || world.regions.some((_, region) => hidden.has(`${client}-${region}`)),
  );
  return clients.map((client) =>
    outcome(truth, world, estimates, client, (region) => hidden.has(`${client}-${region}`)),
  );
}

function outcome(
  truth: Truth,
  world: World,
  estimates: Estimates,
  client: string,
  isHidden: (region: number) => boolean,
): Outcome {
  const times = world.ms.get(client)!;
  const candidates = world.regions.map(({ name }) => ({
    region: name,
    ms: estimates.estimate({ country: client }, name)!.ms,
  }));
  const chosen = choose(candidates, undefined)!.region;
  const near = nearest(truth, world, client);
  const bestMs = Math.min(...times);
  return {
    bestMs,
    chosenMs: times[world.regions.findIndex(({ name }) => name === chosen)]!,
    nearestMs: times[near]!,
    isBlind: isHidden(near) || isHidden(times.indexOf(bestMs)),
  };
}
