import { describe, expect, test } from 'vitest';
import { configOf, mapOf } from '../../../support/steered-config.ts';
import { SteeredWorld } from '../../../support/steered-world.ts';

const NAME = 'web.example.com. A';
/** The /24 of all of these, in every form in which an IPv4 address stands in an IPv6 one, and how long their network is. */
const FORMS: readonly (readonly [form: string, address: string, scopeBits: number])[] = [
  ['IPv4', '203.0.113.7', 24],
  ['IPv4-mapped', '::ffff:203.0.113.8', 96 + 24],
  ['IPv4-compatible', '::203.0.113.9', 96 + 24],
  ['IPv4-translated', '::ffff:0:203.0.113.10', 96 + 24],
  ['NAT64', '64:ff9b::203.0.113.11', 96 + 24],
  ['6to4', '2002:cb00:710c::1', 16 + 24],
  ['Teredo', '2001:0:4136:e378:8000:63bf:34ff:8ef2', 96 + 24],
];

/** Endpoints by name, whose addresses end in 1, 2, 3 and so on; the service `web` has them, with that policy. */
function worldOf(
  policy: readonly unknown[],
  weights: Readonly<Record<string, number>>,
  web: object = {},
): SteeredWorld {
  const endpoints = Object.entries(weights).map(([name, weight], index) => [
    name,
    { a: `192.0.2.${index + 1}`, weight },
  ]);
  const config = configOf({
    policies: { policy },
    services: { web: { policy: 'policy', endpoints: Object.fromEntries(endpoints), ...web } },
  });
  return new SteeredWorld(config, mapOf(config));
}

/** The last octets of the addresses of an answer, in their order. */
function drawn(world: SteeredWorld, client = '198.51.100.1'): string {
  return world
    .ask(NAME, client)
    .addresses.map((address) => address.split('.').at(-1))
    .join(' ');
}

const times = <T>(count: number, of: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => of(index));

describe('in turn', () => {
  test('one endpoint an answer: each in its turn, round and round', () => {
    const world = worldOf(['rotate'], { a: 1, b: 1, c: 1 });
    expect(times(7, () => drawn(world))).toEqual(['1', '2', '3', '1', '2', '3', '1']);
  });

  test('several an answer: the next of them begins one later, and goes round', () => {
    const world = worldOf(['rotate'], { a: 1, b: 1, c: 1 }, { answers: 2 });
    expect(times(4, () => drawn(world))).toEqual(['1 2', '2 3', '3 1', '1 2']);
  });

  test('all of them in one answer: the order turns', () => {
    const world = worldOf(['rotate'], { a: 1, b: 1, c: 1 }, { answers: 3 });
    expect(times(4, () => drawn(world))).toEqual(['1 2 3', '2 3 1', '3 1 2', '1 2 3']);
  });

  test.each([
    [3, 2],
    [2, 3],
    [2, 2],
  ])('behind a tier of %i, all of which are named, one of %i takes turns, and none is passed over', (first, second) => {
    const inTiers = [...Array<string>(first).fill('x'), ...Array<string>(second).fill('y')];
    const endpoints = inTiers.map((region, index) => [`e${index}`, { region, a: `192.0.2.${index + 1}` }]);
    const config = configOf({
      regions: { x: {}, y: {} },
      policies: { policy: [{ ordered: ['x', 'y'] }, 'rotate'] },
      services: { web: { policy: 'policy', answers: first + 1, endpoints: Object.fromEntries(endpoints) } },
    });
    const world = new SteeredWorld(config, mapOf(config));
    const answers = times(2 * second, () => drawn(world).split(' ').map(Number));
    const whole = times(first, (index) => index + 1);
    for (const answer of answers) expect(answer.slice(0, first).sort()).toEqual(whole);
    const turns = times(second, (index) => first + index + 1);
    expect(answers.map((answer) => answer[first])).toEqual([...turns, ...turns]);
  });

  test('each worker’s turns begin anew when the service is published again', () => {
    const world = worldOf(['rotate'], { a: 1, b: 1, c: 1 });
    drawn(world);
    world.become({ down: ['b'] });
    expect(times(3, () => drawn(world))).toEqual(['1', '3', '1']);
  });

  test('unequal weights, as services within a service have them: in proportion, and spread out', () => {
    const config = configOf({
      policies: { policy: ['rotate'] },
      services: {
        web: { policy: 'policy', endpoints: { pair: { service: 'pair' }, single: { a: '192.0.2.3' } } },
        pair: { policy: 'policy', endpoints: { a: { a: '192.0.2.1' }, b: { a: '192.0.2.2' } } },
      },
    });
    const world = new SteeredWorld(config, mapOf(config));
    const answers = times(400, () => drawn(world));
    const counts = ['1', '2', '3'].map((last) => answers.filter((answer) => answer === last).length);
    for (const [index, count] of counts.entries())
      expect(Math.abs(count - [100, 100, 200][index])).toBeLessThanOrEqual(2);
    // Never three times in a row what is due every other time.
    expect(answers.join('')).not.toContain('333');
  });
});

describe('sticky', () => {
  test.each(FORMS)('a client’s network is answered alike at any time: %s', (_, address, scopeBits) => {
    const world = worldOf(['sticky'], { a: 1, b: 2, c: 3 });
    const expected = world.ask(NAME, '203.0.113.0/24').addresses;
    for (const { addresses, scope } of times(5, () => world.ask(NAME, address))) {
      expect([addresses, scope]).toEqual([expected, scopeBits]);
    }
  });

  test.each(['2001:db8:0:ff::1', '2001:db8:0:f0::2'])('IPv6: a /56 is one client: %s', (address) => {
    const world = worldOf(['sticky'], { a: 1, b: 2, c: 3 });
    const { addresses, scope } = world.ask(NAME, address);
    expect([addresses, scope]).toEqual([world.ask(NAME, '2001:db8::/56').addresses, 56]);
  });

  test('several an answer: none twice, and always the same', () => {
    const world = worldOf(['sticky'], { a: 1, b: 2, c: 3 }, { answers: 2 });
    const clients = times(50, (index) => `10.0.${index}.1`);
    const first = clients.map((client) => drawn(world, client));
    expect(clients.map((client) => drawn(world, client))).toEqual(first);
    expect(first.filter((answer) => new Set(answer.split(' ')).size !== 2)).toEqual([]);
    expect(new Set(first).size).toBe(6);
  });

  test('whom an endpoint leaves goes to its second; nobody else moves', () => {
    const world = worldOf(['sticky'], { a: 1, b: 1, c: 1 }, { answers: 2 });
    const clients = times(60, (index) => `10.0.${index}.1`);
    const before = clients.map((client) => drawn(world, client).split(' '));
    world.become({ down: ['b'] });
    const after = clients.map((client) => drawn(world, client).split(' ')[0]);
    expect(after).toEqual(before.map(([first, second]) => (first === '2' ? second : first)));
  });
});

describe('by chance', () => {
  test('several an answer: none twice, and each order sooner or later', () => {
    const world = worldOf(['weighted'], { a: 1, b: 2, c: 3 }, { answers: 2 });
    const answers = new Set(times(300, () => drawn(world)));
    expect([...answers].sort()).toEqual(['1 2', '1 3', '2 1', '2 3', '3 1', '3 2']);
  });
});

describe('a split', () => {
  const canary = (percent: number, name: string) => ({ canary: { percent, to: { endpoint: 'b' }, name } });

  test.each(FORMS)('a client’s network is on one side at any time: %s', (_, address, scopeBits) => {
    for (let index = 0; index < 20; index++) {
      const world = worldOf([canary(50, `try ${index}`)], { a: 1, b: 1 });
      const { addresses, scope } = world.ask(NAME, address);
      expect([addresses, scope]).toEqual([world.ask(NAME, '203.0.113.0/24').addresses, scopeBits]);
    }
  });

  test('both sides have clients', () => {
    const world = worldOf([canary(50, 'half')], { a: 1, b: 1 });
    expect(new Set(times(50, (index) => drawn(world, `10.0.${index}.1`)))).toEqual(new Set(['1', '2']));
  });

  test('within a split: the longer of both networks is the scope', () => {
    const config = configOf({
      policies: {
        outer: [
          { canary: { percent: 50, to: { service: 'next' }, ipv4Prefix: 20, ipv6Prefix: 48 } },
          { ordered: [{ endpoint: 'a' }] },
        ],
        inner: [
          { canary: { percent: 50, to: { endpoint: 'c' }, ipv4Prefix: 16, ipv6Prefix: 40 } },
          { ordered: [{ endpoint: 'b' }] },
        ],
      },
      services: {
        web: { policy: 'outer', endpoints: { a: { a: '192.0.2.1' } } },
        next: { policy: 'inner', endpoints: { b: { a: '192.0.2.2' }, c: { a: '192.0.2.3' } } },
      },
    });
    const world = new SteeredWorld(config, mapOf(config));
    const scopes = new Map(
      times(200, (index) => {
        const { addresses, scope } = world.ask(NAME, `10.${index}.0.1`);
        return [addresses[0] ?? '', scope] as const;
      }),
    );
    expect(Object.fromEntries(scopes)).toEqual({ '192.0.2.1': 20, '192.0.2.2': 20, '192.0.2.3': 20 });
  });
});

test('sticky within a split, by the same prefix: its length is the scope', () => {
  const settings = { percent: 50, to: { endpoint: 'c' }, name: 'try' };
  const world = worldOf([{ canary: settings }, 'sticky'], { a: 1, b: 1, c: 1 }, { answers: 2 });
  for (const client of times(20, (index) => `10.0.${index}.1`)) {
    const { addresses, scope } = world.ask(NAME, client);
    expect([addresses, scope]).toEqual([world.ask(NAME, client.replace(/1$/, '2')).addresses, 24]);
  }
});

test('where a service is to refuse while all is down, its clients are told to ask another server', () => {
  const world = worldOf(['weighted'], { a: 1, b: 1 }, { whenAllDown: 'refuse' });
  world.become({ down: ['a', 'b'] });
  expect(world.ask(NAME, '198.51.100.1')).toMatchObject({ rcode: 'SERVFAIL', addresses: [] });
});
