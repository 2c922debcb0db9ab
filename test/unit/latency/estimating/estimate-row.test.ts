import { expect, test } from 'vitest';
import { EstimateRow } from '../../../../src/latency/estimating/estimate-row.ts';
import { NO_SOURCE, SOURCES } from '../../../../src/latency/estimating/estimate-source.ts';
import type { LatencyModel } from '../../../../src/latency/model.ts';
import { type Hysteresis, isWorthAMove } from '../../../../src/latency/serving/choose.ts';
import { type HoldOptions, holdInto } from '../../../../src/latency/serving/hold.ts';
import { Random } from '../../../../src/util/random.ts';
import { seedOf } from '../../../support/seed.ts';
import { NOW_MS, newModel, PERIOD_MS, REGIONS, report } from '../world.ts';

const COUNTRIES = ['DE', 'FR', 'US', 'JP', 'ZZ'];
const HOLD: HoldOptions = { tieMs: 2, tiePercent: 2, hysteresisMs: 4, hysteresisPercent: 2 };

/** Reports and rows of anything there may be. */
function learn(model: LatencyModel, random: Random, nowMs: number): void {
  for (let count = 0; count < 600; count++) {
    const at = random.below(120);
    const network = at % 5 === 0 ? `2001:db8:${at}:100::/56` : `10.0.${at}.0/24`;
    const where = { asn: at % 9, country: COUNTRIES[at % COUNTRIES.length]! };
    const time = { region: REGIONS[random.below(2)]!.name, rttMs: 10 + random.below(200), atMs: nowMs };
    model.report(
      report({ network, ...where, ...time, source: `${random.below(9)}`, isTrusted: random.below(9) === 0 }),
    );
  }
  for (const place of ['DE', 'AS3', 'FR/AS1', '10.0.7.0/24']) {
    model.importRow({ place, region: 'eu', rttMs: 10 + random.below(200), samples: 9 }, nowMs);
  }
}

test('all regions at once are what they are one by one, of every network and group', () => {
  const random = new Random(seedOf('estimate row'));
  const model = newModel();
  const row = new EstimateRow(REGIONS.length);
  for (let period = 0; period < 6; period++) {
    const nowMs = NOW_MS + period * PERIOD_MS;
    learn(model, random, nowMs);
    const estimates = model.recompile(nowMs + PERIOD_MS);
    const clients = [...estimates.networks()].map((cell) => estimates.clientAt(cell));
    for (const client of [...clients, { country: 'DE' }, { asn: 3 }, { country: 'JP', asn: 8 }, {}]) {
      estimates.read(estimates.placeOf(client), row);
      for (const [region, { name }] of REGIONS.entries()) {
        const { ms, uncertaintyMs, samples, ageMs, source } = estimates.estimate(client, name) ?? {};
        const isKnown = row.sources[region] !== NO_SOURCE;
        const [known, read] = [
          [ms, uncertaintyMs, samples, ageMs, source],
          [row.ms, row.uncertaintyMs, row.samples, row.ageMs].map((figures) => figures[region]),
        ];
        expect(isKnown ? [...read, SOURCES[row.sources[region]!]] : []).toEqual(ms === undefined ? [] : known);
        expect(row.hasChanged[region] === 1).toBe(isKnown && estimates.hasChanged(client, name));
      }
    }
    const cells = [...estimates.networks()];
    expect(cells.map((cell) => estimates.placeAt(cell))).toEqual(clients.map((client) => estimates.placeOf(client)));
  }
});

test('what is ruled out first changes nothing of what is held', () => {
  const random = new Random(seedOf('hold'));
  const [width, served] = [6, new Float32Array(6)];
  const anyTime = (): number => (random.below(8) === 0 ? Number.NaN : 20 + random.below(400) / 10);
  const some = (value: () => number): Float32Array => Float32Array.from({ length: width }, value);
  for (let round = 0; round < 5000; round++) {
    const [held, ms] = [some(anyTime), some(anyTime)];
    const hasChanged = Uint8Array.from({ length: width }, () => random.below(2));
    const turn = random.below(1000) / 1000;
    holdInto(served, held, { ms, hasChanged }, HOLD, turn);
    expect([...served]).toEqual([...heldPairByPair(held, ms, hasChanged, turn)]);
  }
});

/** As it is defined: every pair is asked everything, in its order. */
function heldPairByPair(held: Float32Array, next: Float32Array, hasChanged: Uint8Array, turn: number): Float32Array {
  const served = held.map((ms, at) => (Number.isNaN(ms) === Number.isNaN(next[at]!) ? ms : next[at]!));
  const pairs = [...next.keys()].flatMap((at) => [...next.keys()].map((other) => [at, other] as const));
  const isDue = ([at, other]: readonly [number, number]): boolean => {
    const isSudden = hasChanged[at] === 1 || hasChanged[other] === 1;
    const reach = served[other]! + Math.max(HOLD.tieMs, (served[other]! * HOLD.tiePercent) / 100);
    const isNew = served[at] !== next[at] || served[other] !== next[other];
    const hysteresis: Hysteresis = HOLD;
    return (
      served[at]! <= reach &&
      isNew &&
      isWorthAMove({ fromMs: next[at]!, toMs: next[other]!, isSudden }, hysteresis, turn)
    );
  };
  for (let isSettled = false; !isSettled; ) {
    isSettled = true;
    for (const pair of pairs) {
      if (!isDue(pair)) continue;
      for (const region of pair) served[region] = next[region]!;
      isSettled = false;
    }
  }
  return served;
}
