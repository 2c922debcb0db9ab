import { describe, expect, test } from 'vitest';
import type { Estimates } from '../../../src/latency/estimating/estimates.ts';
import { NOW_MS, newModel, PERIOD_MS, report, reportMany } from './world.ts';

describe('reports that are refused, and counted', () => {
  test.each([
    ['a region that is none', { region: 'mars' }, 'unknown-region'],
    ['a negative time', { rttMs: -1 }, 'not-positive'],
    ['no time', { rttMs: 0 }, 'not-positive'],
    ['not a number', { rttMs: Number.NaN }, 'not-positive'],
    ['a time for nobody', { rttMs: 60_000 }, 'absurd-time'],
    ['a time within a rack', { rttMs: 0.01 }, 'absurd-time'],
    ['an infinite time', { rttMs: Number.POSITIVE_INFINITY }, 'absurd-time'],
    ['an address in full', { network: '203.0.113.7/32' }, 'bad-network'],
    ['host bits', { network: '203.0.113.7/24' }, 'bad-network'],
    ['host bits in IPv6', { network: '2001:db8::1/56' }, 'bad-network'],
    ['a country in words', { country: 'Germany' }, 'bad-country'],
    ['a system beyond 32 bits', { asn: 2 ** 32 }, 'bad-asn'],
    ['tomorrow', { atMs: NOW_MS + 86_400_000 }, 'bad-moment'],
    ['no moment', { atMs: Number.NaN }, 'bad-moment'],
    [
      'faster than light',
      { region: 'us', rttMs: 10, position: { latitude: 51, longitude: 10, errorKm: 100 } },
      'faster-than-light',
    ],
  ] as const)('%s', (_, changes, refusal) => {
    const model = newModel();
    expect(model.report(report(changes), NOW_MS)).toBe(refusal);
    expect(model.counts.refused[refusal]).toBe(1);
    expect(model.counts.cells).toBe(0);
  });

  test('more than a source may say in a period, until the next', () => {
    const model = newModel({ reportsPerSourceMax: 2 });
    const said = [1, 2, 3].map(() => model.report(report()));
    expect(said).toEqual([undefined, undefined, 'source-limit']);
    expect(model.counts.repeated).toBe(1);
    model.recompile(NOW_MS);
    expect(model.report(report())).toBeUndefined();
  });
});

describe('the hierarchy', () => {
  test('distance alone, before anything is measured', () => {
    const model = newModel();
    const estimates = model.recompile(NOW_MS);
    const [eu, us] = ['eu', 'us'].map((region) => estimates.estimate({ country: 'FR' }, region)!);
    expect([eu!.source, us!.source]).toEqual(['distance', 'distance']);
    expect(eu!.ms).toBeLessThan(us!.ms);
  });

  test('each level where it knows something', () => {
    const model = newModel();
    reportMany(model, 30, { rttMs: 40 });
    const estimates = model.recompile(NOW_MS);
    const source = (client: object) => estimates.estimate(client, 'eu')?.source;
    expect(source({ network: '10.0.1.0/24', asn: 64500, country: 'DE' })).toBe('network');
    expect(source({ network: '10.9.9.0/24', asn: 64500, country: 'DE' })).toBe('asn');
    expect(source({ asn: 64501, country: 'DE' })).toBe('country');
    expect(source({ country: 'FR' })).toBe('neighbours');
    expect(source({ position: { latitude: 0, longitude: 0, errorKm: 10 } })).toBe('distance');
    expect(source({})).toBeUndefined();
    expect(estimates.estimate({ country: 'DE' }, 'mars')).toBeUndefined();
  });

  test('many networks are believed, and one is drawn to its country', () => {
    const model = newModel();
    reportMany(model, 30, { rttMs: 40 });
    model.report(report({ network: '192.0.2.0/24', rttMs: 400 }));
    const estimates = model.recompile(NOW_MS);
    expect(estimates.estimate({ country: 'DE' }, 'eu')!.ms).toBeCloseTo(40, -1);
    const { ms } = estimates.estimate({ network: '192.0.2.0/24', asn: 64500, country: 'DE' }, 'eu')!;
    expect(ms).toBeGreaterThanOrEqual(36);
    expect(ms).toBeLessThan(60);
  });

  test('a trusted agent is believed of a network that is odd', () => {
    const model = newModel();
    reportMany(model, 30, { rttMs: 40 });
    for (let count = 0; count < 20; count++) {
      model.report(report({ network: '192.0.2.0/24', rttMs: 400, source: 'agent', isTrusted: true }));
    }
    const estimates = model.recompile(NOW_MS);
    const { ms } = estimates.estimate({ network: '192.0.2.0/24', asn: 64500, country: 'DE' }, 'eu')!;
    expect(ms).toBeGreaterThan(250);
  });

  test.each([
    ['two of four', 2],
    ['three of four', 3],
  ])('a network is not believed where %s of its reporters lie', (_, liars) => {
    const model = newModel();
    let estimates: Estimates | undefined;
    for (let period = 0; period < 12; period++) {
      const atMs = NOW_MS + period * PERIOD_MS;
      reportMany(model, 30, { rttMs: 40, atMs });
      for (let source = 0; source < 4; source++) {
        const rttMs = source < liars ? 400 : 40;
        model.report(report({ network: '192.0.2.0/24', rttMs, source: `reporter ${source}`, atMs }));
      }
      estimates = model.recompile(atMs + PERIOD_MS);
    }
    const { ms } = estimates!.estimate({ network: '192.0.2.0/24', asn: 64500, country: 'DE' }, 'eu')!;
    expect(Math.abs(ms - 40)).toBeLessThan(4);
  });

  test('samples fade: after many half-lives nothing but distance is left', () => {
    const model = newModel({ halfLifeMs: 3_600_000 });
    reportMany(model, 30, { rttMs: 200 });
    const fresh = model.recompile(NOW_MS).estimate({ country: 'DE' }, 'eu')!;
    const stale = model.recompile(NOW_MS + 10 * 3_600_000).estimate({ country: 'DE' }, 'eu')!;
    expect(fresh.source).toBe('country');
    expect(stale.source).toBe('distance');
    expect(stale.uncertaintyMs / stale.ms).toBeGreaterThan(fresh.uncertaintyMs / fresh.ms);
  });
});

describe('what changes', () => {
  test('a route that breaks is followed in one period', () => {
    const model = newModel();
    for (let period = 0; period < 5; period++) {
      reportMany(model, 30, { rttMs: 40, atMs: NOW_MS + period * PERIOD_MS });
      model.recompile(NOW_MS + (period + 1) * PERIOD_MS);
    }
    reportMany(model, 30, { rttMs: 120, atMs: NOW_MS + 5 * PERIOD_MS });
    const estimates = model.recompile(NOW_MS + 6 * PERIOD_MS);
    const { ms } = estimates.estimate({ country: 'DE' }, 'eu')!;
    expect(ms).toBeGreaterThan(100);
    expect(ms).toBeLessThan(140);
  });

  test('a tenth of liars by a factor of ten moves a country by little', () => {
    const model = newModel();
    reportMany(model, 100, { rttMs: 40 }, [0.9, 1, 1.1, 0.95, 1.05, 0.9, 1, 1.1, 1, 10]);
    const estimates = model.recompile(NOW_MS);
    const { ms } = estimates.estimate({ country: 'DE' }, 'eu')!;
    expect(Math.abs(ms - 40)).toBeLessThan(2);
  });
});

test('cells have a bound: the least recently seen goes', () => {
  const model = newModel({ cellsMax: 64 });
  for (let cell = 0; cell < 200; cell++) {
    model.report(report({ network: `10.1.${cell}.0/24`, source: `${cell}`, atMs: NOW_MS + cell * 1000 }));
  }
  expect(model.counts).toMatchObject({ cells: 64, evicted: 136 });
});
