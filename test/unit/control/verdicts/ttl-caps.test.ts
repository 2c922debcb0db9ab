import { describe, expect, test } from 'vitest';
import type { EndpointTarget } from '../../../../src/control/verdicts/targets.ts';
import { TtlCaps } from '../../../../src/control/verdicts/ttl-caps.ts';
import { probeSchema } from '../../../../src/health/schema.ts';
import { Bench, config, passed, refused } from '../../../support/prober-bench.ts';

function target(fall: number): EndpointTarget {
  const probe = config({ interval: '10s', fall, rise: 2 });
  const use = { service: 'web', endpoint: 'eu', region: undefined, address: '192.0.2.1' };
  return { key: 'eu', address: '192.0.2.1', port: 80, probe, uses: [use] };
}

async function start(minSeconds: number) {
  const changes: string[] = [];
  const bench = new Bench({ onResult: () => caps.look(eu), onChange: () => caps.look(eu) });
  const eu = target(4);
  const caps: TtlCaps = new TtlCaps({
    clock: bench.clock,
    statusOf: (key) => bench.prober.status(key),
    verdictOf: (key) => bench.prober.verdict(key),
    onChange: (service) => changes.push(`${service} ${caps.of('eu')}`),
  });
  caps.configure([eu], minSeconds);
  bench.prober.setTargets([eu]);
  await bench.pass(11_500, 100);
  return { bench, caps, changes, eu };
}

test('it falls towards the minimum with each check that is left, and is gone after the change', async () => {
  const { bench, changes } = await start(15);
  expect(changes).toEqual([]);
  bench.answer = () => refused;
  await bench.pass(40_000, 100);
  expect(changes).toEqual(['web 30', 'web 20', 'web 15', 'web undefined']);
});

test('it recovers at once', async () => {
  const { bench, changes } = await start(5);
  bench.answer = () => refused;
  await bench.pass(20_000, 100);
  bench.answer = () => passed;
  await bench.pass(10_000, 100);
  expect(changes).toEqual(['web 30', 'web 20', 'web undefined']);
});

test('what is no longer probed has none, and a stop leaves no timer', async () => {
  const { bench, caps, eu } = await start(5);
  bench.answer = () => refused;
  await bench.pass(10_000, 100);
  expect(caps.of('eu')).toBe(30);
  caps.configure([eu], 31);
  expect(caps.of('eu')).toBe(31);
  caps.configure([], 5);
  expect(caps.of('eu')).toBeUndefined();
  caps.stop();
  await bench.prober.stop();
  expect(bench.clock.pendingTimers).toBe(0);
});

describe('of what is combined', () => {
  const use = { service: 'web', endpoint: 'eu', region: undefined, address: '192.0.2.1' };
  const at = { address: '192.0.2.1', uses: [] };

  /** A page that all depends on, and a service of two stores, of which one has to be up. */
  async function startCombined() {
    const byKey = new Map<string, EndpointTarget>();
    const look = (key: string): void => {
      const target = byKey.get(key);
      if (target !== undefined) caps.look(target);
    };
    const bench = new Bench({ onResult: ({ key }) => look(key), onChange: ({ target: { key } }) => look(key) });
    const changes: string[] = [];
    const caps: TtlCaps = new TtlCaps({
      clock: bench.clock,
      statusOf: (key) => bench.prober.status(key),
      verdictOf: (key) => bench.prober.verdict(key),
      onChange: (service) => changes.push(`${service} ${caps.of('both')}`),
    });
    const probe = config({ interval: '10s', fall: 3, rise: 3 });
    const both = probeSchema.parse({ all: ['page', { service: 'db' }] });
    const parts = [['page'], ['store', 'store too']];
    const targets: EndpointTarget[] = [
      { ...at, key: 'both', port: 0, probe: both, parts, uses: [use] },
      { ...at, key: 'page', port: 1, probe },
      { ...at, key: 'store', port: 2, probe },
      { ...at, key: 'store too', port: 3, probe },
    ];
    for (const target of targets) byKey.set(target.key, target);
    caps.configure(targets, 5);
    bench.prober.setTargets(targets);
    await bench.pass(11_500, 100);
    return { bench, changes };
  }

  test('it is the time until enough of its parts could have changed', async () => {
    const { bench, changes } = await startCombined();
    const failing = new Set([2]);
    bench.answer = (port) => (failing.has(port) ? refused : passed);
    await bench.pass(30_000, 100);
    // One of two stores is no matter.
    expect(changes).toEqual([]);
    failing.add(3);
    await bench.pass(20_000, 100);
    expect(changes).toEqual(['web 20', 'web 10']);
    failing.clear();
    await bench.pass(10_000, 100);
    expect(changes.at(-1)).toBe('web undefined');
  });

  test('and after the change it is the way back', async () => {
    const { bench, changes } = await startCombined();
    bench.answer = (port) => (port === 1 ? refused : passed);
    await bench.pass(30_000, 100);
    expect([bench.prober.verdict('both'), changes]).toEqual(['down', ['web 20', 'web 10', 'web undefined']]);
    changes.length = 0;
    bench.answer = () => passed;
    await bench.pass(40_000, 100);
    expect([bench.prober.verdict('both'), changes]).toEqual(['up', ['web 20', 'web 10', 'web undefined']]);
  });
});
