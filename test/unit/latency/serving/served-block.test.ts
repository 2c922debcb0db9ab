import { expect, test } from 'vitest';
import { EstimateRow } from '../../../../src/latency/estimating/estimate-row.ts';
import { groupNumber } from '../../../../src/latency/estimating/grouping.ts';
import { countryNumber, NO_COUNTRY } from '../../../../src/latency/learned/cell-key.ts';
import { BlockDraft } from '../../../../src/latency/serving/block-draft.ts';
import { Served } from '../../../../src/latency/serving/served.ts';
import { isServedAlike, SAMPLES_MAX, type ServedBlock } from '../../../../src/latency/serving/served-block.ts';
import { REGIONS } from '../world.ts';

const DE = countryNumber('DE');
const GROUPS = Float64Array.of(groupNumber(DE, 0), groupNumber(DE, 7)).sort();
const NETWORK = '192.0.2.0/24';
const HOUR_MS = 3_600_000;

/** Estimates of one client to `eu`; nothing is known of `us`. */
function rowOf(ms: number, uncertaintyMs: number, samples: number, ageMs: number): EstimateRow {
  const row = new EstimateRow(REGIONS.length);
  const belief = { lnMs: Math.log(ms), variance: (uncertaintyMs / ms) ** 2 };
  row.set(0, { belief, samples, ageMs, source: 1, write: () => undefined });
  return row;
}

/** A block of two groups, and a network if it is given. */
function blockOf(row: EstimateRow, networks: readonly string[] = []): ServedBlock {
  const draft = new BlockDraft(REGIONS.length, GROUPS, 4096);
  const served = (ms: number) => Float32Array.of(ms, Number.NaN);
  draft.add(served(20.1), row);
  draft.add(served(30.3), row);
  for (const _ of networks) draft.add(served(40.7), row);
  const fit = { baseMs: 10, msPerKm: 0.02, spreadMs: 20 };
  return draft.finish({ regions: REGIONS, networks, addedMs: new Float32Array(REGIONS.length), fit });
}

test('each client has the times of its row, to the bit: what goes by them stays as it was decided', () => {
  const served = new Served(blockOf(rowOf(20, 3, 16, 0), [NETWORK]));
  const ms = (client: object) => served.estimate(client, 'eu')?.ms;
  expect(ms({ country: 'DE' })).toBe(Math.fround(20.1));
  expect(ms({ country: 'DE', asn: 7 })).toBe(Math.fround(30.3));
  expect(ms({ country: 'DE', asn: 8 })).toBe(Math.fround(20.1));
  expect(ms({ country: 'DE', asn: 7, network: NETWORK })).toBe(Math.fround(40.7));
  expect(ms({ country: 'FR' })).toBeUndefined();
  expect(served.estimate({ country: 'DE' }, 'us')).toBeUndefined();
});

test.each([
  ['a second', 0.7, 1, 1000],
  ['ten half-lives of a table', 9999, 40_000, 900 * 24 * HOUR_MS],
  ['exactly, as many samples as anybody counts', 5, 2048, HOUR_MS],
])('what times rest on is told to a thousandth: %s', (_, uncertaintyMs, samples, ageMs) => {
  const served = new Served(blockOf(rowOf(10_000, uncertaintyMs, samples, ageMs)));
  const estimate = served.estimate({ country: 'DE' }, 'eu')!;
  expect(Math.abs(estimate.uncertaintyMs / uncertaintyMs - 1)).toBeLessThan(0.001);
  expect(Math.abs(estimate.samples / samples - 1)).toBeLessThan(0.001);
  expect(Math.abs(estimate.ageMs / ageMs - 1)).toBeLessThan(0.001);
});

test('more samples than 16 bits can have are many, and no samples have no age', () => {
  const of = (samples: number, ageMs: number) =>
    new Served(blockOf(rowOf(20, 3, samples, ageMs))).estimate({ country: 'DE' }, 'eu');
  expect(of(1_000_000, 0)?.samples).toBe(SAMPLES_MAX);
  expect(of(0, Number.POSITIVE_INFINITY)).toMatchObject({ samples: 0, ageMs: Number.POSITIVE_INFINITY });
});

test('a block has its rows and no more, and is alike only to one that sends clients alike', () => {
  const row = rowOf(20, 3, 16, 0);
  const block = blockOf(row, [NETWORK]);
  expect([block.ms.length, block.samples.length, block.sources.length]).toEqual([6, 6, 6]);
  expect(isServedAlike(block, blockOf(rowOf(20, 9, 99, HOUR_MS), [NETWORK]))).toBe(true);
  expect(isServedAlike(block, blockOf(row))).toBe(false);
  expect(isServedAlike(block, blockOf(row, ['192.0.3.0/24']))).toBe(false);
  expect(isServedAlike(block, { ...block, addedMs: Float32Array.of(1, 0) })).toBe(false);
  expect(isServedAlike(block, { ...block, groups: Float64Array.of(groupNumber(NO_COUNTRY, 7), GROUPS[1]!) })).toBe(
    false,
  );
});
