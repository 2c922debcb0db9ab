import { readFileSync } from 'node:fs';
import { availableParallelism, hostname } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { loadConfig } from '../../../src/config/load.ts';
import { nameFromText } from '../../../src/dns/name.ts';
import { type Address, parseAddress } from '../../../src/net/address.ts';
import { folderWith } from './folder.ts';

const sample = readFileSync(new URL('sample.yaml', import.meta.url), 'utf8');

const zoneFile = `$TTL 300
@   IN SOA ns1 hostmaster 1 3600 900 604800 60
    IN NS ns1
ns1 IN A 192.0.2.53
www 20 IN SERVICE web
`;

it('loads the sample configuration as it is', async () => {
  const folder = folderWith({ 'aya.yaml': sample, 'zones/example.com.zone': zoneFile, 'geodb/country.mmdb': '' });
  const loaded = await loadConfig(join(folder, 'aya.yaml'));
  if (!loaded.ok) expect.fail(JSON.stringify(loaded.problems));
  const { file, files, server, geo, regions, probes, services, zones } = loaded.config;

  expect({ file, files, server, geo, regions, probes, services }).toEqual({
    file: join(folder, 'aya.yaml'),
    files: ['aya.yaml', 'geodb/country.mmdb', 'zones/example.com.zone'].map((path) => join(folder, path)),
    server: {
      listen: [at('127.0.0.1', 5300), at('::1', 5300)],
      workers: availableParallelism(),
      cpus: [],
      resolvers: [],
      identity: { nsid: hostname(), hostname: hostname() },
      cookies: { secrets: [], isRequired: false },
      rateLimit: undefined,
      tcp: { idleMs: 10_000, connections: 1000, perNetwork: 250 },
      tls: undefined,
      proxyProtocol: [],
    },
    geo: {
      databases: [join(folder, 'geodb/country.mmdb')],
      networks: new Map([
        [
          'office',
          [
            { address: ip('203.0.113.0'), length: 24 },
            { address: ip('2001:db8:1::'), length: 48 },
          ],
        ],
      ]),
    },
    regions: new Map([
      [
        'us-east',
        { name: 'us-east', location: { latitude: 38.9, longitude: -77 }, tags: ['americas'], isDraining: false },
      ],
      [
        'eu-west',
        { name: 'eu-west', location: { latitude: 53.3, longitude: -6.3 }, tags: ['eu', 'gdpr'], isDraining: false },
      ],
      ['ap-tokyo', { name: 'ap-tokyo', location: { latitude: 35.7, longitude: 139.7 }, tags: [], isDraining: false }],
    ]),
    probes: new Map([
      ['web', expect.objectContaining({ kind: 'http', port: 8080, path: '/healthz', status: [[200, 200]] })],
    ]),
    services: new Map([
      [
        'web',
        {
          name: 'web',
          policy: { name: 'closest', steps: [{ kind: 'nearest', settings: {} }] },
          probe: 'web',
          ttlSeconds: 20,
          answers: 1,
          whenAllDown: { kind: 'all' },
          fixed: undefined,
          endpoints: [
            endpoint('us-east', { a: [ip('192.0.2.10')], aaaa: [ip('2001:db8::10')], weight: 3 }),
            endpoint('eu-west', { a: [ip('192.0.2.20'), ip('192.0.2.21')] }),
            endpoint('ap-tokyo', { a: [ip('192.0.2.30')], check: at('127.0.0.1', 8083) }),
          ],
        },
      ],
    ]),
  });
  expect(probes.get('web')).toMatchObject({ intervalMs: 5000, timeoutMs: 2000, fall: 2, rise: 2 });

  const www = nameFromText('www.example.com.');
  expect(zones.map(({ nodes }) => www.ok && new Map(nodes).get(www.name)?.service)).toMatchObject([
    { name: 'web', line: 5 },
  ]);
  expect(loaded.warnings.map(({ code, found }) => `${code} ${found}`)).toEqual([
    "unused-policy 'primary-first'",
    "unused-policy 'by-map'",
    "unused-policy 'split'",
    'fewer-regions-for-aaaa AAAA in 1 of 3 regions',
    "unused-weight '3'",
  ]);
});

it('reads the steps of the sample that no service uses, too', async () => {
  const text = sample.replace('policy: closest', 'policy: by-map');
  const folder = folderWith({ 'aya.yaml': text, 'zones/example.com.zone': zoneFile, 'geodb/country.mmdb': '' });
  const loaded = await loadConfig(join(folder, 'aya.yaml'));
  expect(loaded.ok && loaded.config.services.get('web')?.policy.steps).toEqual([
    {
      kind: 'map',
      settings: {
        rows: [
          { from: { network: ['office'] }, to: ['eu-west'] },
          { from: { country: ['GB', 'IE'] }, to: ['eu-west', 'us-east'] },
          { from: { continent: ['AS', 'OC'] }, to: ['ap-tokyo'] },
          { to: ['us-east', 'eu-west'] },
        ],
        rest: 'equal',
      },
    },
  ]);
});

function ip(text: string): Address {
  return parseAddress(text) ?? expect.fail(text);
}

function at(host: string, port: number) {
  return { address: ip(host), port };
}

function endpoint(region: string, keys: object) {
  return { name: region, region, a: [], aaaa: [], isDraining: false, weight: 1, check: undefined, ...keys };
}
