import { describe, expect, test } from 'vitest';
import type { Present } from '../../../../src/compile/present.ts';
import type { EndpointConfig, RegionConfig, ServiceConfig } from '../../../../src/config/config.ts';
import { ALL_WELL, breachingByHand, breachingByReload } from '../../../../src/control/overrides/safety.ts';
import { type Force, type Override, Overrides } from '../../../../src/health/overrides.ts';
import { atOnce } from '../../../../src/util/slices.ts';

const NOW = Date.parse('2026-01-01T00:00:00Z');
const HOUR_MS = 3_600_000;
const TOGETHER = 'west and east of web are out together (neverTogether)';

/** A service with an endpoint in each of three regions, two of which must never be out together. */
function guarded(draining: readonly string[] = []) {
  const names = ['west', 'east', 'south'];
  const address = { family: 4, bytes: Uint8Array.of(192, 0, 2, 1) } as const;
  const endpoints = names.map((name) => ({ name, region: name, a: [address], aaaa: [] }) as unknown as EndpointConfig);
  const regions = names.map((name) => [name, { isDraining: draining.includes(name) } as RegionConfig] as const);
  return {
    services: new Map([['web', { name: 'web', endpoints } as unknown as ServiceConfig]]),
    regions: new Map(regions),
    safety: { atLeastUp: 1, neverTogether: [['west', 'east']] },
  };
}

/** Every probe fails. */
const ALL_DOWN: Present = { ...ALL_WELL, isUp: () => false };

/** `west down`, or with hours after which it ends: `web/west up 1`; `!` where it is meant to break a rule. */
function forced(...texts: readonly string[]): Overrides {
  return new Overrides(
    texts.map((text): Override => {
      const isUnsafe = text.endsWith('!');
      const [name = '', force, hours] = text.replace('!', '').split(' ');
      const untilMs = hours === undefined ? undefined : NOW + Number(hours) * HOUR_MS;
      const kind = name.includes('/') ? 'endpoint' : 'region';
      return { kind, name, force: force as Force, untilMs, sinceMs: NOW, who: '', why: '', isUnsafe };
    }),
  );
}

function broken(observed: Present, before: readonly string[], next: readonly string[]): readonly string[] {
  const breaches = atOnce(breachingByHand({ config: guarded(), observed }, forced(...before), forced(...next), NOW));
  return breaches.filter(({ service }) => service !== undefined).map(({ what }) => what);
}

describe('overrides', () => {
  test.each([
    ['break what they break now', ALL_WELL, ['west drain'], ['west drain', 'east down'], [TOGETHER]],
    ['may be no worse than those before', ALL_WELL, ['west down', 'east down'], ['west drain', 'east down'], []],
    ['of one of the regions break nothing', ALL_WELL, [], ['west down', 'south down'], []],
    [
      'while all is down are looked at as if it were up',
      ALL_DOWN,
      ['west down'],
      ['west down', 'east down'],
      [TOGETHER],
    ],
    ['while all is down may take out what leaves enough', ALL_DOWN, [], ['west down'], []],
    ['that bring something up break nothing', ALL_DOWN, ['west down'], ['west down', 'web/west up'], []],
    [
      ['that hold a rule for an hour break it then'],
      ...[ALL_WELL, ['west down', 'web/west up 1'], ['west down', 'web/west up 1', 'east down']],
      [`${TOGETHER}, from 2026-01-01T01:00:00.000Z on, when an override ends`],
    ],
    [
      ['that are no worse than what ends in an hour break it then'],
      ...[ALL_WELL, ['east down', 'west down 1!'], ['east down', 'west down 1!', 'web/west down']],
      [`${TOGETHER}, from 2026-01-01T01:00:00.000Z on, when an override ends`],
    ],
    [
      ['that end before what holds the rule break nothing'],
      ...[ALL_WELL, ['west down', 'web/west up 2'], ['west down', 'web/west up 2', 'east down 1'], []],
    ],
    [
      'that are taken back may uncover others',
      ALL_WELL,
      ['west down', 'east down', 'web/east up'],
      ['west down', 'east down'],
      [TOGETHER],
    ],
  ] as const)('%s', (_, observed, before, next, expected) => {
    expect(broken(observed as Present, before as readonly string[], next as readonly string[])).toEqual(expected);
  });
});

test('a reload while all is down is looked at as if it were up', () => {
  const before = { config: guarded(), observed: ALL_DOWN };
  const next = { config: guarded(['east']), observed: ALL_DOWN };
  const services = (overrides: Overrides): readonly (string | undefined)[] =>
    atOnce(breachingByReload(before, next, overrides)).map(({ service }) => service);
  expect(services(forced())).toEqual([]);
  expect(services(forced('west drain'))).toEqual([undefined, 'web']);
});

test('a look at a reload makes room for others after each service', () => {
  const { services, ...rest } = guarded();
  const [service] = services.values();
  const names = Array.from({ length: 1000 }, (_, index) => `web${index}`);
  const config = { ...rest, services: new Map(names.map((name) => [name, { ...service, name } as ServiceConfig])) };
  const look = breachingByReload({ config, observed: ALL_WELL }, { config, observed: ALL_DOWN }, forced());
  let pauses = 0;
  while (look.next().done !== true) pauses++;
  expect(pauses).toBeGreaterThanOrEqual(names.length);
});

test('an endpoint that a reload takes away counts as one that is out', () => {
  const before = { config: guarded(), observed: ALL_WELL };
  const [service] = before.config.services.values();
  const left = { ...service, endpoints: service?.endpoints.slice(0, 2) } as ServiceConfig;
  const config = { ...before.config, services: new Map([['web', left]]), safety: { atLeastUp: 3, neverTogether: [] } };
  const found = atOnce(breachingByReload(before, { config, observed: ALL_WELL }, forced()));
  expect(found.map(({ what }) => what)).toEqual(['web has 2 of 3 endpoints available, and needs 3 (atLeastUp)']);
});
