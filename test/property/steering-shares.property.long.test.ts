import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Address } from '../../src/net/address.ts';
import { seedOf } from '../support/seed.ts';
import { configOf, mapOf } from '../support/steered-config.ts';
import { SteeredWorld } from '../support/steered-world.ts';

const DRAWS = 100_000;
/** Absolute; at 100,000 draws that is more than six standard deviations of any share. */
const TOLERANCE = 0.01;

const weights = fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 2, maxLength: 6 });

const addressAt = (index: number): string => `192.0.2.${index + 1}`;

function worldOf(policy: readonly unknown[], weightList: readonly number[], seed = 1): SteeredWorld {
  const endpoints = weightList.map((weight, index) => [`e${index}`, { a: addressAt(index), weight }] as const);
  const config = configOf({
    policies: { policy },
    services: { web: { policy: 'policy', endpoints: Object.fromEntries(endpoints) } },
  });
  return new SteeredWorld(config, mapOf(config), {}, seed);
}

/** The n-th of as many networks of clients as there are draws: /24 of IPv4, and every other one a /56 of IPv6. */
function clientAt(index: number): Address {
  const [high, middle, low] = [index >> 16, (index >> 8) & 255, index & 255];
  if (index % 2 === 0) return { family: 4, bytes: Uint8Array.of(16 + high, middle, low, 1) };
  return { family: 6, bytes: Uint8Array.of(0x26, 0, high, middle, low, ...Array<number>(11).fill(0)) };
}

const CLIENTS = Array.from({ length: DRAWS }, (_, index) => clientAt(index));

/** By client, the number of the endpoint that it was answered. */
function drawnOf(world: SteeredWorld): Uint8Array {
  return world.drawEach('web.example.com.', CLIENTS).map((octet) => octet - 1);
}

function sharesOf(drawn: Uint8Array, count: number): readonly number[] {
  const shares = new Array<number>(count).fill(0);
  for (const endpoint of drawn) shares[endpoint] += 1 / DRAWS;
  return shares;
}

function expectShares(drawn: Uint8Array, weightList: readonly number[]): void {
  const sum = weightList.reduce((total, weight) => total + weight, 0);
  for (const [index, share] of sharesOf(drawn, weightList.length).entries()) {
    expect(Math.abs(share - weightList[index] / sum), `endpoint ${index} of ${weightList.join()}`).toBeLessThan(
      TOLERANCE,
    );
  }
}

describe('100,000 draws are within 1 % of the shares that are meant', () => {
  test.each(['weighted', 'sticky'])('%s', (kind) => {
    fc.assert(
      fc.property(weights, fc.integer(), (list, seed) => expectShares(drawnOf(worldOf([kind], list, seed)), list)),
      { numRuns: 2, seed: seedOf(`shares of ${kind}`) },
    );
  });

  test('in turn', () => {
    expectShares(drawnOf(worldOf(['rotate'], [5, 1, 3])), [1, 1, 1]);
  });

  test('a canary', () => {
    const permille = fc.integer({ min: 1, max: 999 });
    fc.assert(
      fc.property(permille, fc.string(), (tenths, name) => {
        const world = worldOf([{ canary: { percent: tenths / 10, to: { endpoint: 'e1' }, name } }], [1, 1]);
        expectShares(drawnOf(world), [1000 - tenths, tenths]);
      }),
      { numRuns: 2, seed: seedOf('shares of a canary') },
    );
  });

  test('a canary and sticky shares are no matter to each other', () => {
    const world = worldOf([{ canary: { percent: 20, to: { endpoint: 'e0' } } }, 'sticky'], [7, 3, 1]);
    expectShares(drawnOf(world), [20, 60, 20]);
  });

  test('services within a service, sticky inside random', () => {
    const config = configOf({
      policies: { outer: ['weighted'], inner: ['sticky'] },
      services: {
        web: { policy: 'outer', endpoints: { e0: { a: addressAt(0) }, shop: { service: 'shop', weight: 3 } } },
        shop: {
          policy: 'inner',
          endpoints: { e1: { a: addressAt(1), weight: 2 }, deep: { service: 'deep', weight: 1 } },
        },
        deep: { policy: 'outer', endpoints: { e2: { a: addressAt(2) }, e3: { a: addressAt(3) } } },
      },
    });
    expectShares(drawnOf(new SteeredWorld(config, mapOf(config))), [1, 2, 0.5, 0.5]);
  });
});

describe('a sticky client', () => {
  test('is answered the same each time, and so are all of its network', () => {
    const world = worldOf(['sticky'], [1, 2, 3]);
    expect(drawnOf(world)).toEqual(drawnOf(world));
    for (let index = 0; index < 100; index++) {
      const { addresses } = world.ask('web.example.com. A', `10.1.${index}.7`);
      expect(world.ask('web.example.com. A', `10.1.${index}.200`).addresses).toEqual(addresses);
      expect(world.ask('web.example.com. A', `::ffff:10.1.${index}.9`).addresses).toEqual(addresses);
    }
  });

  test('moves to another endpoint only where a change of weights makes it', () => {
    fc.assert(
      fc.property(weights, fc.nat(5), fc.integer({ min: 1, max: 100 }), (before, at, weight) => {
        const changed = at % before.length;
        const after = before.map((old, index) => (index === changed ? weight : old));
        const [was, is] = [before, after].map((list) => drawnOf(worldOf(['sticky'], list)));
        const share = (list: readonly number[]) => list[changed] / list.reduce((total, one) => total + one, 0);
        const moved = is.filter((endpoint, index) => endpoint !== was[index]).length / DRAWS;
        expect(Math.abs(moved - Math.abs(share(after) - share(before)))).toBeLessThan(TOLERANCE);
        // To it, if it has more weight now; else away from it.
        const [one, other] = share(after) > share(before) ? [is, was] : [was, is];
        expect(
          is.every(
            (endpoint, index) => endpoint === was[index] || (one[index] === changed && other[index] !== changed),
          ),
        ).toBe(true);
      }),
      { numRuns: 2, seed: seedOf('a change of weights') },
    );
  });

  test('moves only if its endpoint is gone, and comes back with it', () => {
    const world = worldOf(['sticky'], [5, 3, 1, 2]);
    const before = drawnOf(world);
    world.become({ down: ['e1'] });
    const without = drawnOf(world);
    expect(without.every((endpoint, index) => endpoint === before[index] || before[index] === 1)).toBe(true);
    expect(without.includes(1)).toBe(false);
    expectShares(without, [5, 0, 1, 2]);
    world.become({});
    expect(drawnOf(world)).toEqual(before);
  });
});

test('as a canary grows, those that it took stay taken', () => {
  const takenAt = (percent: number) => {
    const drawn = drawnOf(worldOf([{ canary: { percent, to: { endpoint: 'e1' } } }], [1, 1]));
    return drawn.map((endpoint) => Number(endpoint === 1));
  };
  const [few, more, most] = [0.1, 7.3, 60].map(takenAt);
  expect(few.every((taken, index) => taken <= more[index])).toBe(true);
  expect(more.every((taken, index) => taken <= most[index])).toBe(true);
});
