import { expect, test } from 'vitest';
import { DURATION_BOUNDS, reasonClass, Tally } from '../../../../src/control/telling/tally.ts';
import type { EndpointTarget } from '../../../../src/control/verdicts/targets.ts';

function target(key: string, endpoint: string, region = 'eu', service = 'web'): EndpointTarget {
  const uses = [{ service, endpoint, region, address: '192.0.2.1' }];
  return { key, address: '192.0.2.1', port: 80, probe: {} as never, uses };
}

function tallyOf(...targets: EndpointTarget[]): Tally {
  const tally = new Tally(() => 5_000);
  tally.keep(targets);
  return tally;
}

const failed = (reason: string, fault: 'endpoint' | 'observer' | 'stall' = 'endpoint') =>
  ({ ok: false, durationMs: 30, reason, fault }) as const;

test('counts durations, failures by class of reason, flaps, and the last success', () => {
  const one = target('k', 'a');
  const tally = tallyOf(one);
  tally.record(one, { ok: true, durationMs: 2 });
  tally.record(one, { ok: true, durationMs: 60_000 });
  tally.record(one, failed('timed out after 2 s'));
  tally.record(one, failed('timed out after 500 ms'));
  tally.flip(one);
  const [series] = tally.series;
  expect(series).toMatchObject({ service: 'web', region: 'eu', endpoint: 'a', flaps: 1, lastSuccessMs: 5_000 });
  expect([...series!.durations]).toEqual(DURATION_BOUNDS.map((s) => ({ 0.002: 1, 0.05: 2 })[s] ?? 0).concat(1));
  expect(series!.durationSumSeconds).toBeCloseTo(60.062);
  expect([...series!.failures]).toEqual([['timed out', 2]]);
});

test('what is our fault counts against nobody', () => {
  const one = target('k', 'a');
  const tally = tallyOf(one);
  tally.record(one, failed('x', 'stall'));
  tally.record(one, failed('x', 'observer'));
  expect(tally.ownFaults).toEqual({ stall: 1, observer: 1 });
  expect(tally.series[0]!.failures.size).toBe(0);
});

test('keeps the last failures, the newest first, and what is counted of those that stay', () => {
  const one = target('k', 'a');
  const tally = tallyOf(one, target('other', 'b'));
  for (const reason of ['one', 'two', 'three', 'four']) tally.record(one, failed(reason));
  tally.keep([one]);
  expect(tally.lastFailures('k').map(({ why }) => why)).toEqual(['four', 'three', 'two']);
  expect(tally.series.map(({ endpoint, failures }) => [endpoint, failures.size])).toEqual([['a', 4]]);
  expect(tally.lastFailures('other')).toEqual([]);
});

test.each([
  ['each endpoint', 1_000, 1, 1_000, ['web0', 'eu', 'e0']],
  ['each service and region', 1_001, 10, 10, ['web0', 'eu', '']],
  ['each region', 1_001, 1_001, 1, ['', 'eu', '']],
])('has a series for %s: of %i endpoints in %i services there are %i', (_, endpoints, services, series, first) => {
  const targets = Array.from({ length: endpoints }, (__, n) => target(`${n}`, `e${n}`, 'eu', `web${n % services}`));
  const tally = tallyOf(...targets);
  expect(tally.series).toHaveLength(series);
  const { service, region, endpoint } = tally.series[0]!;
  expect([service, region, endpoint]).toEqual(first);
});

test('endpoints can not make up reasons without end', () => {
  const one = target('k', 'a');
  const tally = tallyOf(one);
  for (let n = 0; n < 100; n++) tally.record(one, failed(`reason ${n}`));
  expect(tally.series[0]!.failures.size).toBe(33);
  expect(tally.series[0]!.failures.get('other')).toBe(68);
});

test.each([
  ['connection refused', 'connection refused'],
  ['timed out after 2 s', 'timed out'],
  ['timed out after 1.5 s', 'timed out'],
  ['silent for 10 s', 'silent'],
  ['status 503, expected 200', 'status 503'],
  ['exit code 1, expected 0: disk full', 'exit code 1'],
  ['TLS: no certificate', 'TLS'],
])('%s is of the class %s', (reason, expected) => {
  expect(reasonClass(reason)).toBe(expected);
});
