import { describe, expect, test } from 'vitest';
import { Ballot } from '../../../../src/latency/estimating/ballot.ts';
import { blockSlot, siteSlot } from '../../../../src/latency/estimating/block.ts';
import { Votes } from '../../../../src/latency/estimating/votes.ts';
import { type CellKey, networkKey } from '../../../../src/latency/learned/cell-key.ts';
import { Random } from '../../../../src/util/random.ts';
import { seedOf } from '../../../support/seed.ts';
import { NOW_MS, newModel, report } from '../world.ts';

const sites = (count: number): string[] =>
  Array.from({ length: count }, (_, at) => `2001:db8:${at.toString(16)}:100::/56`);
/** All in one /48. */
const ofOneSite = (count: number): string[] =>
  Array.from({ length: count }, (_, at) => `2001:db8:7:${(at << 8).toString(16)}::/56`);
/** Four of each /16. */
const spread = (count: number): string[] =>
  Array.from({ length: count }, (_, at) => `${20 + (at >> 2)}.0.${at & 3}.0/24`);
const ofOne16 = (count: number): string[] => Array.from({ length: count }, (_, at) => `10.0.${at}.0/24`);

/** What networks say together, of a country of which they are all that is known. */
function countryMs(times: ReadonlyMap<number, readonly string[]>, isTrusted = false): number {
  const model = newModel();
  for (const [rttMs, networks] of times) {
    for (const network of networks) model.report(report({ network, rttMs, isTrusted, asn: rttMs }));
  }
  return model.recompile(NOW_MS).estimate({ country: 'DE' }, 'eu')!.ms;
}

describe('who can have many networks does not outvote others', () => {
  test.each([
    ['the 256 networks of a site, by 8 others', ofOneSite(256), spread(8)],
    ['the sites of a provider, by 20 others', sites(400), spread(20)],
    ['a part of them in each site, by 20 others', [...sites(200), ...ofOneSite(200)], spread(20)],
    ['the networks of an IPv4 /16, by 200 others', ofOne16(256), spread(200)],
  ])('%s', (_, liars, others) => {
    const ms = countryMs(
      new Map([
        [250, liars],
        [30, others],
      ]),
    );
    expect(ms).toBeGreaterThan(27);
    expect(ms).toBeLessThan(40);
  });

  test('but where it stands alone it is believed, and a site is one source', () => {
    const alone = (networks: readonly string[]): number => countryMs(new Map([[120, networks]]));
    expect(alone(sites(20))).toBeCloseTo(120, -1);
    expect(alone(ofOne16(20))).toBeCloseTo(120, -1);
    expect(alone(ofOneSite(256))).toBeLessThan(60);
  });

  test('and what the operator measured counts in full', () => {
    const times = new Map([
      [120, ofOneSite(100)],
      [30, spread(20)],
    ]);
    expect(countryMs(times, true)).toBeGreaterThan(90);
  });
});

test.each([0.1, 0.25, 0.5])('no block has more than its part, or what it may always have: %d', (shareMax) => {
  const random = new Random(seedOf('ballot'));
  for (let round = 0; round < 60; round++) {
    const blocks = Array.from({ length: 1 + random.below(8) }, () => 1 + random.below(60));
    const keys = blocks.flatMap((count, block) =>
      Array.from({ length: count }, (_, at) => networkKey(`2001:${block + 1}:${at.toString(16)}:100::/56`)!),
    );
    const votes = new Votes();
    const ballot = new Ballot(shareMax, seedApart(keys, blocks.length, random));
    for (const { high, low } of keys) ballot.add(high, low, 3, 1, false);
    expect(ballot.cast(votes)).toBe(keys.length);
    const allowed = limited(blocks, shareMax);
    const total = allowed.reduce((sum, count) => sum + count, 0);
    expect(Math.abs(votes.centre()!.weight / total - 1)).toBeLessThan(0.05);
  }
});

/** One by which no two blocks, and no two sites, share a slot. */
function seedApart(keys: readonly CellKey[], blocks: number, random: Random): number {
  for (;;) {
    const seed = random.below(2 ** 31);
    const [inBlocks, inSites] = [blockSlot, siteSlot].map(
      (slotOf) => new Set(keys.map(({ high, low }) => slotOf(high, low, seed))).size,
    );
    if (inBlocks === blocks && inSites === keys.length) return seed;
  }
}

/** What the blocks may have, by looking for the limit in small steps. */
function limited(blocks: readonly number[], shareMax: number): readonly number[] {
  if (blocks.length === 1) return blocks;
  const at = (limit: number): number[] => blocks.map((votes) => Math.min(votes, Math.max(limit, 1 / shareMax)));
  let limit = Math.max(...blocks);
  while (limit > 1 / shareMax && limit > shareMax * at(limit).reduce((a, b) => a + b, 0)) limit *= 0.999;
  return at(limit);
}

test('how much one source may say is set', () => {
  const byOne = (sourceShareMax: number): number => {
    const model = newModel({ sourceShareMax });
    for (const network of spread(30)) model.report(report({ network, rttMs: 40 }));
    model.report(report({ network: '192.0.2.0/24', rttMs: 60 }));
    return model.recompile(NOW_MS).estimate({ network: '192.0.2.0/24', asn: 64500, country: 'DE' }, 'eu')!.ms;
  };
  const moved = [0.05, 0.25, 1].map((share) => byOne(share) - 40);
  expect(moved[0]).toBeLessThan(moved[1]!);
  expect(moved[1]).toBeLessThan(moved[2]!);
});
