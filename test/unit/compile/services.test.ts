import { describe, expect, test } from 'vitest';
import { configOf, mapOf, type SteeredDocument } from '../../support/steered-config.ts';
import { SteeredWorld } from '../../support/steered-world.ts';

const QUESTION = 'web.example.com. A';

function worldOf(document: SteeredDocument): SteeredWorld {
  const config = configOf(document);
  return new SteeredWorld(config, mapOf(config));
}

const byNetwork = (rest: object = {}): SteeredDocument => ({
  geo: { networks: { inner: '10.1.2.0/24', outer: '10.0.0.0/8' } },
  regions: { one: {}, two: {}, three: {} },
  policies: {
    map: [
      {
        map: [
          { from: { network: 'inner' }, to: ['one', 'three'] },
          { from: { network: 'outer' }, to: ['two', 'three'] },
          { to: ['three'] },
        ],
      },
    ],
    plain: ['weighted'],
  },
  services: {
    web: {
      policy: 'map',
      endpoints: { one: { a: '192.0.2.1' }, two: { a: '192.0.2.2' }, three: { a: '192.0.2.3' } },
      ...rest,
    },
  },
});

describe('the scope of an answer', () => {
  test.each<[string, readonly string[], string, string, number]>([
    ['the network of the client', [], '10.1.2.3', '192.0.2.1', 24],
    ['a network around it has another answer', [], '10.1.3.3', '192.0.2.2', 24],
    ['as far from it as one bit says', [], '10.2.0.1', '192.0.2.2', 15],
    ['networks that are answered alike now are one', ['one'], '10.1.2.3', '192.0.2.3', 24],
    ['all alike: nothing of the client matters', ['one', 'two'], '10.1.2.3', '192.0.2.3', 0],
  ])('%s', (_name, down, client, address, scope) => {
    const world = worldOf(byNetwork());
    world.become({ down });
    expect(world.ask(QUESTION, client)).toMatchObject({ addresses: [address], scope });
  });

  test('counts what an answer can come to, and nothing behind it', () => {
    // Alike in the first; in the second the office differs.
    const document = byNetwork({ answers: 1 });
    const rows = [{ from: { network: 'outer' }, to: ['one', 'two'] }, { to: ['one', 'three'] }];
    const first = worldOf({ ...document, policies: { map: [{ map: rows }] } });
    expect(first.ask(QUESTION, '10.9.9.9').scope).toBe(0);
    const both = worldOf({ ...byNetwork({ answers: 2 }), policies: { map: [{ map: rows }] } });
    expect(both.ask(QUESTION, '10.9.9.9').scope).toBe(8);
  });

  test('is no longer for a bound that is never met', () => {
    const when = {
      when: { from: { network: 'outer' }, steps: [{ limit: { answers: 3 } }], else: [{ limit: { answers: 2 } }] },
    };
    const world = worldOf({ ...byNetwork({ answers: undefined }), policies: { map: [when, { ordered: ['one'] }] } });
    world.become({ down: ['two', 'three'] });
    expect(world.ask(QUESTION, '10.9.9.9')).toMatchObject({ addresses: ['192.0.2.1'], scope: 0 });
  });
});

describe('what was up last', () => {
  test('is remembered over every verdict, for each service', () => {
    const world = worldOf({ ...byNetwork({ policy: 'plain', whenAllDown: 'lastGood' }) });
    world.become({ down: ['one'] });
    world.become({ down: ['one', 'three'] });
    world.become({ down: ['one', 'two', 'three'] });
    expect(world.ask(QUESTION, '10.0.0.1').addresses).toEqual(['192.0.2.2']);
    world.become({ down: ['one', 'two'] });
    world.become({ down: ['one', 'two', 'three'] });
    expect(world.ask(QUESTION, '10.0.0.1').addresses).toEqual(['192.0.2.3']);
  });
});

describe('a changed verdict', () => {
  test('reaches the services that lead to the one that it is of, and those that look at it', () => {
    const world = worldOf({
      regions: { one: {}, two: {} },
      policies: {
        plain: ['weighted'],
        watching: [
          {
            when: {
              while: { service: 'shop', is: 'down' },
              steps: [{ ordered: ['two'] }],
              else: [{ ordered: ['one'] }],
            },
          },
        ],
      },
      services: {
        web: { policy: 'plain', endpoints: { shop: { service: 'shop' } } },
        shop: { policy: 'plain', endpoints: { deep: { service: 'deep' } } },
        deep: {
          policy: 'plain',
          endpoints: { d1: { region: 'one', a: '192.0.2.11' }, d2: { region: 'two', a: '192.0.2.12' } },
        },
        watcher: { policy: 'watching', endpoints: { one: { a: '192.0.2.1' }, two: { a: '192.0.2.2' } } },
        spared: { policy: 'plain', whenAllDown: 'deep', endpoints: { own: { region: 'one', a: '192.0.2.21' } } },
      },
    });
    expect(world.ask('watcher.example.com. A', '10.0.0.1').addresses).toEqual(['192.0.2.1']);
    world.becomeUrgently('deep', { down: ['d1'] });
    expect(world.ask(QUESTION, '10.0.0.1').addresses).toEqual(['192.0.2.12']);
    expect(world.ask('watcher.example.com. A', '10.0.0.1').addresses).toEqual(['192.0.2.1']);
    world.becomeUrgently('deep', { down: ['d1', 'd2'] });
    expect(world.ask('watcher.example.com. A', '10.0.0.1').addresses).toEqual(['192.0.2.2']);
    world.becomeUrgently('spared', { down: ['own'] });
    expect(world.ask('spared.example.com. A', '10.0.0.1').addresses[0]).toMatch(/192\.0\.2\.1[12]/);
    expect(world.compiled.dependentsOf(['deep'])).toEqual(['web', 'shop', 'deep', 'watcher', 'spared']);
  });
});

describe('by the clock', () => {
  const document = (): SteeredDocument => ({
    regions: { one: {}, two: {} },
    policies: {
      ramp: [{ canary: { ramp: { to: 10, start: '1970-01-01T01:00:00Z', over: '100m' }, to: 'two' } }],
      hours: [
        {
          when: { hours: { from: '00:30', to: '02:00' }, steps: [{ ordered: ['two'] }], else: [{ ordered: ['one'] }] },
        },
      ],
      plain: ['weighted'],
    },
    services: Object.fromEntries(
      ['ramp', 'hours', 'plain'].map((policy) => [
        policy,
        { policy, endpoints: { one: { a: '192.0.2.1' }, two: { a: '192.0.2.2' } } },
      ]),
    ),
  });

  test('it says what changes next, and when', () => {
    const { compiled } = worldOf(document());
    const minutes = (count: number): number => count * 60_000;
    expect(compiled.changes(0)).toEqual({ atMs: minutes(30), services: ['hours'] });
    expect(compiled.changes(minutes(60))).toEqual({ atMs: minutes(61), services: ['ramp'] });
    expect(compiled.changes(minutes(119.5))).toEqual({ atMs: minutes(120), services: ['ramp', 'hours'] });
    expect(
      worldOf({ ...document(), services: { plain: document().services.plain } }).compiled.changes(0),
    ).toBeUndefined();
  });
});
