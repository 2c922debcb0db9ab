import { expect, test } from 'vitest';
import type { EndpointTarget } from '../../../src/control/targets.ts';
import { TtlCaps } from '../../../src/control/ttl-caps.ts';
import { Bench, config, passed, refused } from '../../support/prober-bench.ts';

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
