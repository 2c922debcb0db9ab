import { expect, test } from 'vitest';
import type { Config, EndpointConfig, ServiceConfig } from '../../../../src/config/config.ts';
import { targetKeyOf, targetsOf } from '../../../../src/control/verdicts/targets.ts';
import { type ProbeConfig, probeSchema } from '../../../../src/health/schema.ts';
import { parseAddress } from '../../../../src/net/address.ts';

const V4 = '192.0.2.1';
const V6 = '2001:db8::1';
const token = 'a-secret-of-16-or-more';

/** A configuration of services whose endpoints, `eu` and so on, have these addresses. */
function config(
  probes: Readonly<Record<string, object>>,
  services: Readonly<
    Record<string, [probe: string | undefined, endpoints: Readonly<Record<string, readonly string[]>>]>
  >,
): Pick<Config, 'services' | 'probes'> {
  return {
    probes: new Map(
      Object.entries(probes).map(([name, probe]): [string, ProbeConfig] => [name, probeSchema.parse(probe)]),
    ),
    services: new Map(
      Object.entries(services).map(([name, [probe, endpoints]]) => {
        const built = Object.entries(endpoints).map(([each, addresses]) => endpointOf(each, addresses));
        return [name, { name, probe, endpoints: built } as unknown as ServiceConfig];
      }),
    ),
  };
}

function endpointOf(name: string, addresses: readonly string[]): EndpointConfig {
  const parsed = addresses.map((address) => parseAddress(address)!);
  const [a, aaaa] = [4, 6].map((family) => parsed.filter((address) => address.family === family));
  return { name, region: name, a, aaaa, weight: 1, isDraining: false, check: undefined } as unknown as EndpointConfig;
}

/** Targets as text: the kind, the place, and for whom. */
function listed(probed: Pick<Config, 'services' | 'probes'>): string[] {
  return targetsOf(probed, () => undefined).map(({ probe, address, port, endpoint = '', uses }) =>
    [probe.kind, address, port, endpoint, ...uses.map((use) => `${use.service}/${use.endpoint}`)].join(' ').trim(),
  );
}

test('one address under one probe is probed once, and each family by itself', () => {
  const probed = config(
    { web: { http: {} } },
    { a: ['web', { eu: [V4, V6] }], b: ['web', { us: [V4] }], c: [undefined, { eu: [V4] }] },
  );
  expect(listed(probed)).toEqual([`http ${V4} 80  a/eu b/us`, `http ${V6} 80  a/eu`]);
});

test.each([
  ['push', { push: { token } }],
  ['file', { file: { path: '/x' } }],
  ['exec', { exec: { command: ['/bin/true'] } }],
])('%s asks about an endpoint by its name', (kind, probe) => {
  const probed = config({ web: probe }, { a: ['web', { eu: [V4] }], b: ['web', { us: [V4] }] });
  expect(listed(probed)).toEqual([`${kind} ${V4} 0 a/eu a/eu`, `${kind} ${V4} 0 b/us b/us`]);
});

test('what is combined brings its parts, and looks at whole services', () => {
  const probes = { web: { all: ['page', { service: 'db' }] }, page: { http: {} }, store: { tcp: { port: 5432 } } };
  const probed = config(probes, { a: ['web', { eu: [V4] }], db: ['store', { x: ['192.0.2.8'], y: ['192.0.2.9'] }] });
  expect(listed(probed)).toEqual([
    `combined ${V4} 0  a/eu`,
    `http ${V4} 80`,
    'tcp 192.0.2.8 5432  db/x',
    'tcp 192.0.2.9 5432  db/y',
  ]);
  const [whole, page, x, y] = targetsOf(probed, () => undefined);
  expect(whole?.parts).toEqual([[page?.key], [x?.key, y?.key]]);
});

test('a part that is a service without probe is always up; one that leads back is not followed for ever', () => {
  const free = config(
    { web: { any: [{ service: 'db' }] } },
    { a: ['web', { eu: [V4] }], db: [undefined, { x: [V4] }] },
  );
  expect(targetsOf(free, () => undefined)[0]?.parts).toEqual([[]]);
  const loop = config({ web: { all: ['other'] }, other: { all: ['web'] } }, { a: ['web', { eu: [V4] }] });
  expect(listed(loop)).toHaveLength(2);
});

test('a part that is a service of services is up while any endpoint of them is, and always where one is not probed', () => {
  const probed = config(
    { web: { all: [{ service: 'outer' }] }, store: { tcp: { port: 5432 } } },
    {
      a: ['web', { eu: [V4] }],
      outer: [undefined, {}],
      db: ['store', { x: ['192.0.2.8'] }],
      free: [undefined, { y: [V4] }],
    },
  );
  const nested = (...names: string[]) => {
    const endpoints = names.map((name) => ({ ...endpointOf(name, []), service: name }));
    const outer = { ...probed.services.get('outer')!, endpoints };
    const services = new Map([...probed.services, ['outer', outer]]);
    return targetsOf({ ...probed, services }, () => undefined)[0]?.parts;
  };
  expect(nested('db')).toEqual([[expect.stringContaining('192.0.2.8')]]);
  expect(nested('db', 'free')).toEqual([[]]);
});

test('the key of an address is that of its target', () => {
  const probed = config({ web: { all: ['page'] }, page: { http: {} } }, { a: ['web', { eu: [V4] }] });
  const service = probed.services.get('a')!;
  const key = targetKeyOf(probed, service, service.endpoints[0]!, parseAddress(V4));
  expect(targetsOf(probed, () => undefined).find((target) => target.key === key)?.probe.kind).toBe('combined');
  expect(targetKeyOf(probed, service, service.endpoints[0]!, undefined)).toBeUndefined();
});

test('another schedule keeps the key, another question does not', () => {
  const keyOf = (probe: object) =>
    targetsOf(config({ web: probe }, { a: ['web', { eu: [V4] }] }), () => undefined)[0]?.key;
  const key = keyOf({ http: {} });
  expect(keyOf({ http: {}, interval: '5s', fall: 9, ok: 3, jitter: '5%', flaps: {} })).toBe(key);
  expect(keyOf({ http: { path: '/x' } })).not.toBe(key);
  expect(keyOf({ http: {}, source: '192.0.2.7' })).not.toBe(key);
});
