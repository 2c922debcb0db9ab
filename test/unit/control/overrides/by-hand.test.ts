import { describe, expect, test } from 'vitest';
import { originOf } from '../../../../src/compile/origins.ts';
import type { Present } from '../../../../src/compile/present.ts';
import type { EndpointConfig, ServiceConfig } from '../../../../src/config/config.ts';
import { presentByHand } from '../../../../src/control/overrides/by-hand.ts';
import { type Override, Overrides } from '../../../../src/health/overrides.ts';

const service = { name: 'web' } as ServiceConfig;
const endpoint = { name: 'eu', region: 'europe' } as EndpointConfig;

const forced = { untilMs: undefined, sinceMs: 0, who: '', why: '', isUnsafe: false } as const;

/** Everything is as the probes have it: the region is down and its endpoint close to a change, or all is well. */
function presentWhere(isWell: boolean): Present {
  return {
    nowMs: 0,
    isUp: () => isWell,
    isDraining: () => !isWell,
    isRegionDown: () => !isWell,
    ttlSecondsMax: () => (isWell ? undefined : 5),
    shareFactor: () => 0.5,
    resolved: () => undefined,
  };
}

function seen(isWell: boolean, force: Override['force'], kind: Override['kind'] = 'region', name = 'europe') {
  const override: Override = { ...forced, kind, name, force };
  const present = presentByHand(presentWhere(isWell), new Overrides([override]));
  return {
    isUp: present.isUp(service, endpoint, undefined),
    isDraining: present.isDraining?.(service, endpoint),
    isRegionDown: present.isRegionDown?.('europe'),
    ttl: present.ttlSecondsMax?.(service, endpoint, { family: 4, bytes: Uint8Array.of(192, 0, 2, 1) }),
    share: present.shareFactor?.(service, endpoint),
  };
}

describe('the present by hand', () => {
  test.each([
    ['up', true, { isUp: true, isDraining: false, isRegionDown: false, ttl: undefined }],
    ['up', false, { isUp: true, isDraining: false, isRegionDown: false, ttl: undefined }],
    ['down', true, { isUp: false, isDraining: false, isRegionDown: false, ttl: undefined }],
    ['drain', true, { isUp: true, isDraining: true, isRegionDown: false, ttl: undefined }],
    ['drain', false, { isUp: false, isDraining: true, isRegionDown: true, ttl: 5 }],
  ] as const)('forced %s, while all is well: %s', (force, isWell, expected) => {
    expect(seen(isWell, force)).toEqual({ ...expected, share: 0.5 });
  });

  test('leaves the fixed addresses up that a service falls back to', () => {
    const fixed = { ...service, fixed: { a: [{ family: 4, bytes: Uint8Array.of(192, 0, 2, 99) }], aaaa: [] } } as const;
    const config = { services: new Map([[fixed.name, fixed]]), regions: new Map() };
    const origin = originOf({ service: fixed.name, endpoint: undefined, region: undefined }, config);
    const down: Override = { ...forced, kind: 'service', name: fixed.name, force: 'down' };
    const present = presentByHand(presentWhere(true), new Overrides([down]));
    expect(present.isUp(fixed, endpoint, undefined)).toBe(false);
    expect(present.isUp(fixed, origin.endpoint, fixed.fixed.a[0])).toBe(true);
  });

  test('is as observed for what is not forced', () => {
    expect(seen(false, 'up', 'region', 'asia')).toMatchObject({ isUp: false, isDraining: true, isRegionDown: true });
    const present = presentWhere(true);
    expect(presentByHand(present, new Overrides())).toBe(present);
  });
});
