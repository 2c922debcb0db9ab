import { expect, test } from 'vitest';
import { type RegionChange, RegionVerdicts } from '../../../../src/control/verdicts/region-verdicts.ts';
import type { EndpointTarget } from '../../../../src/control/verdicts/targets.ts';
import type { Verdict } from '../../../../src/health/verdict.ts';
import { config } from '../../../support/prober-bench.ts';

const half = { share: 0.5, downMin: 2 };

/** Regions, and what became of them: a word a target, `service/endpoint@region`, or `@region` for its own probe. */
function bench(words: string, settings: typeof half | undefined = half) {
  const verdicts = new Map<string, Verdict>();
  const reasons = new Map<string, string>();
  const time = { nowMs: 0 };
  const told: string[] = [];
  const regions = new RegionVerdicts({
    nowMs: () => time.nowMs,
    reasonOf: (key) => reasons.get(key),
    verdictOf: (key) => verdicts.get(key) ?? 'unknown',
    onChange: ({ region, isDown, why }: RegionChange) => told.push(`${region} ${isDown ? 'down' : 'up'}: ${why}`),
  });
  const targets = words.split(' ').map((key): EndpointTarget => {
    const [place = '', region = ''] = key.replace(/\..*/, '').split('@');
    const [service = '', endpoint = ''] = place.split('/');
    const common = { key, address: '192.0.2.1', port: 80, probe: config() };
    if (place === '') return { ...common, uses: [], ofRegion: region };
    return { ...common, uses: [{ service, endpoint, region, address: '192.0.2.1' }] };
  });
  regions.configure(targets, settings);
  const set = (key: string, verdict: Verdict): void => {
    verdicts.set(key, verdict);
    for (const target of targets) if (target.key === key) regions.look(target);
  };
  return { regions, told, set, targets, reasons, time };
}

test('a region is down while too many of its endpoints are, whosoever they are', () => {
  const { regions, told, set } = bench('a/x@eu a/y@eu b/z@eu a/w@us');
  set('a/x@eu', 'down');
  set('a/w@us', 'down');
  expect([told, regions.isDown('eu')]).toEqual([[], false]);
  set('b/z@eu', 'down');
  expect([regions.isDown('eu'), regions.isDown('us'), regions.isDown(undefined)]).toEqual([true, false, false]);
  set('a/x@eu', 'up');
  expect(told).toEqual(['eu down: 2 of 3 endpoints are down', 'eu up: 1 of 3 endpoints are down']);
});

test('an endpoint of several addresses is down when all of them are', () => {
  const { told, set } = bench('a/x@eu.1 a/x@eu.2 a/y@eu');
  set('a/x@eu.1', 'down');
  set('a/y@eu', 'down');
  expect(told).toEqual([]);
  set('a/x@eu.2', 'down');
  expect(told).toEqual(['eu down: 2 of 2 endpoints are down']);
});

test('a probe of its own decides alone', () => {
  const { told, set, regions } = bench('a/x@eu @eu', undefined);
  set('a/x@eu', 'down');
  expect(told).toEqual([]);
  set('@eu', 'down');
  expect([told, regions.isDown('eu')]).toEqual([['eu down: its own probe'], true]);
  set('@eu', 'up');
  expect(regions.isDown('eu')).toBe(false);
});

test('another list of targets keeps what is known', () => {
  const { told, set, regions, targets } = bench('a/x@eu a/y@eu @us');
  set('a/x@eu', 'down');
  set('a/y@eu', 'down');
  set('@us', 'down');
  regions.configure(targets.slice(0, 2), half);
  expect([regions.isDown('eu'), regions.isDown('us'), told.length]).toEqual([true, false, 3]);
  regions.configure(targets.slice(0, 2), undefined);
  expect([regions.isDown('eu'), told.at(-1)]).toEqual([false, 'eu up: 2 of 2 endpoints are down']);
});

test('says of a region what is known of it, and for how long it has been so', () => {
  const { regions, set, reasons, time } = bench('a/x@eu a/y@eu @us');
  expect(regions.status('mars')).toBeUndefined();
  expect(regions.status('eu')).toEqual({ verdict: 'unknown', why: '', forMs: 0, all: 2, down: 0 });
  time.nowMs = 500;
  set('a/x@eu', 'up');
  set('a/y@eu', 'down');
  expect(regions.status('eu')).toEqual({ verdict: 'up', why: '', forMs: 500, all: 2, down: 1 });
  set('a/x@eu', 'down');
  reasons.set('@us', 'status 503');
  set('@us', 'down');
  time.nowMs = 700;
  const counted = '2 of 2 endpoints are down';
  expect(regions.status('eu')).toEqual({ verdict: 'down', why: counted, forMs: 200, all: 2, down: 2 });
  const own = 'its own probe: status 503';
  expect(regions.status('us')).toEqual({ verdict: 'down', why: own, forMs: 200, all: 0, down: 0 });
});
