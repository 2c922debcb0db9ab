import { describe, expect, test } from 'vitest';
import { LIMITED, RateLimiter } from '../../../../src/dataplane/answering/rate-limit.ts';
import { ANSWER_KIND, type RateLimitSettings } from '../../../../src/snapshot/settings.ts';
import { clientAt, Limiting, limitsOf } from '../../../support/rate-limit.ts';

const { PASS, DROP } = LIMITED;
const { DATA } = ANSWER_KIND;
const FROM = '192.0.2.1';
const NAME = 7;
const NOON = 1_700_000_000_000;

describe('a table that is full', () => {
  const networkOf = (index: number): string => `10.${index >> 8}.${index & 255}.1`;

  test('keeps its size, and counts the latest', () => {
    const limits = limitsOf({}, 1024);
    let nowMs = NOON;
    const limiter = new RateLimiter(limits, () => nowMs);
    for (let index = 0; index < 65_536; index++, nowMs++) limiter.judge(clientAt(networkOf(index)), DATA, NAME);
    expect(limits.table.byteLength).toBe(1024 * 16);
    const client = clientAt(networkOf(65_535));
    const limited = Array.from({ length: 50 }, () => limiter.judge(client, DATA, NAME));
    expect(limited.filter((one) => one === PASS)).toHaveLength(9); // and the one before
  });

  // At times of which the lower 32 bits are above and below 0.
  test.each([NOON, NOON + 2 ** 31])('with a single pair of places: the idle one goes (at %i ms)', (nowMs) => {
    const limiting = new Limiting({}, 2);
    const from = (index: number) => ({ from: networkOf(index) });
    for (const index of [1, 2]) limiting.judge(50, nowMs, from(index));
    expect([1, 2].map((index) => limiting.passing(1, nowMs, from(index)))).toEqual([0, 0]);
    limiting.judge(1, nowMs + 500, from(1));
    for (const index of [2, 3]) limiting.judge(50, nowMs + 500, from(index)); // 3 in the place of 1, which was less busy
    expect([2, 3].map((index) => limiting.passing(50, nowMs + 500, from(index)))).toEqual([0, 0]);
    expect(limiting.passing(50, nowMs + 500, from(1))).toBe(10);
  });

  test('a flood from elsewhere in the table does not free a network that goes on', () => {
    const limiting = new Limiting({}, 2);
    limiting.judge(50, NOON);
    for (let index = 0; index < 500; index++) {
      limiting.judge(1, NOON + 1, { from: networkOf(index) });
      expect(limiting.passing(1, NOON + 1)).toBe(0);
    }
  });
});

describe('clocks', () => {
  test('one that is a little behind does not let time pass twice', () => {
    const limiting = new Limiting();
    limiting.judge(50, NOON + 1000);
    let passed = 0;
    // Two workers in turn, of which one is 5 ms late, within the same millisecond.
    for (let turn = 0; turn < 1000; turn++) passed += limiting.passing(1, NOON + 1000 - 5 * (turn % 2));
    expect(passed).toBe(0);
  });

  test.each([1001, 3_600_000, 86_400_000])('one that is set back by %i ms counts on from there', (backMs) => {
    const limiting = new Limiting();
    limiting.judge(50, NOON);
    expect(limiting.passing(50, NOON - backMs)).toBe(10);
    expect(limiting.passing(50, NOON - backMs)).toBe(0);
    expect(limiting.passing(50, NOON - backMs + 100)).toBe(1);
  });

  test('the time is read for every 32nd answer, while nobody is limited', () => {
    let reads = 0;
    const limiter = new RateLimiter(limitsOf(), () => NOON + reads++);
    for (let index = 0; index < 320; index++) expect(limiter.judge(clientAt(FROM), DATA, index)).toBe(PASS);
    expect(reads).toBe(10);
  });

  test('and before anybody is: a time that was read long ago limits nobody', () => {
    const limiting = new Limiting({ perSecond: [1] });
    for (let index = 0; index < 100; index++) {
      expect(limiting.passing(1, NOON + 1000 * index)).toBe(1);
      expect(limiting.passing(1, NOON + 1000 * index + 999)).toBe(0);
    }
  });

  // Where the lower 32 bits change their sign, and where they begin anew.
  test.each([2 ** 31, 2 ** 32, 397 * 2 ** 32, 397 * 2 ** 32 + 2 ** 31])('past %i ms', (edge) => {
    const limiting = new Limiting();
    limiting.judge(50, edge - 50);
    expect(limiting.passing(50, edge + 49)).toBe(0);
    expect(limiting.passing(50, edge + 50)).toBe(1);
  });

  test.each([2 ** 31 - 1, 2 ** 31, 2 ** 31 + 1, 2 ** 32 - 2000])('%i ms of idleness are idleness', (idleMs) => {
    const limiting = new Limiting();
    limiting.judge(50, NOON);
    expect(limiting.passing(50, NOON + idleMs)).toBe(10);
  });
});

test('workers share a table', () => {
  const limits = limitsOf();
  const [first, second] = [new RateLimiter(limits, () => NOON), new RateLimiter(limits, () => NOON)];
  const client = clientAt(FROM);
  for (let index = 0; index < 10; index++) expect(first.judge(client, DATA, NAME)).toBe(PASS);
  expect(second.judge(client, DATA, NAME)).toBe(DROP);
});

describe('where a client is counted', () => {
  /** Two networks that share their one bucket, found by trying; undefined where all of so many stay apart. */
  function colliding(seed: RateLimitSettings['seed'], pairs: readonly (readonly [string, string])[]) {
    return pairs.find(([first, second]) => {
      // In a table of two places, and not one: the other is free for a second network.
      const limiting = new Limiting({ seed }, 2);
      limiting.judge(50, NOON, { from: first });
      return limiting.passing(1, NOON, { from: second }) === 0;
    });
  }

  const pairs = Array.from({ length: 4096 }, (_, index) => {
    const networkOf = (of: number): string => `10.${of >> 8}.${of & 255}.1`;
    return [networkOf(index), networkOf(8191 - index)] as const;
  });

  test.each([[[0, 0]], [[-1, -1]], [[0x1234_5678, 0x2345_6789]], [[-(2 ** 31), 2]]] as const)(
    'with the seed %j no two networks are taken for one',
    (seed) => expect(colliding(seed, pairs)).toBeUndefined(),
  );

  /** The pair of places that holds what a client is counted by. */
  function placeOf(seed: RateLimitSettings['seed'], name: number): number {
    const limits = limitsOf({ seed }, 4096);
    new RateLimiter(limits, () => NOON).judge(clientAt(FROM), DATA, name);
    return new Int32Array(limits.table).findIndex((word) => word !== 0) >> 3;
  }

  test('depends on both words of the seed', () => {
    const names = Array.from({ length: 64 }, (_, name) => name);
    const places = (seed: RateLimitSettings['seed']) => names.map((name) => placeOf(seed, name));
    const [base, first, second] = [places([1, 3]), places([2, 3]), places([1, 5])];
    for (const other of [first, second]) {
      expect(names.filter((name) => base[name] === other[name]).length).toBeLessThan(4);
    }
  });

  test('and is spread evenly: names of one network', () => {
    const counts = new Map<number, number>();
    for (let name = 0; name < 4096; name++) {
      const place = placeOf([1, 3], name);
      counts.set(place, (counts.get(place) ?? 0) + 1);
    }
    // 2048 pairs of places, two names each: by chance no pair has more than ten.
    expect(Math.max(...counts.values())).toBeLessThanOrEqual(10);
    expect(counts.size).toBeGreaterThan(1600); // by chance 1770
  });
});
