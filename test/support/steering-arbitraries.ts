import fc from 'fast-check';
import type { SteeredDocument } from './steered-config.ts';

/** Networks that nest, meet and neighbour each other. */
const NETWORKS_4 = [
  '10.0.0.0/8',
  '10.64.0.0/10',
  '10.64.0.0/24',
  '10.64.0.128/25',
  '10.64.0.200/32',
  '128.0.0.0/1',
  '203.0.113.0/24',
];
const NETWORKS_6 = [
  '2001:db8::/32',
  '2001:db8:1::/48',
  '2001:db8:1:80::/57',
  '2400::/12',
  '2001:4::/30',
  'fd00::/8',
  '2001:db8:1::7/128',
];

const network = fc.constantFrom(...NETWORKS_4, ...NETWORKS_6);

/** What a database says of a network. */
const place = fc.constantFrom(
  { continent: { code: 'EU' }, country: { iso_code: 'FR' }, location: { latitude: 48.9, longitude: 2.3 } },
  { continent: { code: 'EU' }, country: { iso_code: 'IE' }, location: { latitude: 53.3, longitude: -6.3 } },
  { continent: { code: 'AS' }, country: { iso_code: 'JP' }, location: { latitude: 35.7, longitude: 139.7 } },
  { continent: { code: 'NA' }, country: { iso_code: 'US' }, location: { latitude: 38.9, longitude: -77 } },
  { continent: { code: 'NA' } },
);

export const databaseRows = fc.uniqueArray(fc.tuple(network, place), { maxLength: 6, selector: ([one]) => one });

const named = fc
  .uniqueArray(fc.tuple(network, fc.constantFrom('office', 'floor', 'lab')), { maxLength: 5, selector: ([one]) => one })
  .map((rows) =>
    Object.fromEntries(
      ['office', 'floor', 'lab'].map((name) => [name, rows.filter(([, own]) => own === name).map(([one]) => one)]),
    ),
  );

const REGIONS = {
  us: { location: [38.9, -77], country: 'US', continent: 'NA', tags: ['big'] },
  eu: { location: [53.3, -6.3], country: 'IE', continent: 'EU', tags: ['gdpr', 'big'] },
  fr: { location: [48.9, 2.3], country: 'FR', continent: 'EU', tags: ['gdpr'] },
  ap: { location: [35.7, 139.7], country: 'JP', continent: 'AS' },
};

const region = fc.constantFrom('us', 'eu', 'fr', 'ap');

const clients = fc.constantFrom<object>(
  ...[{ continent: 'EU' }, { country: 'FR' }, { country: ['JP', 'US'] }, { network: 'office' }, { network: 'lab' }],
  { continent: 'EU', not: { country: 'FR' } },
);

const selector = fc.oneof(
  region,
  fc.constantFrom({ tag: 'gdpr' }, { tag: 'big' }, { continent: 'EU' }, { not: { region: 'us' } }),
  fc.constant(['us', { country: 'JP' }]),
);

const list = fc.array(selector, { minLength: 1, maxLength: 3 });
const rows = fc.array(fc.record({ from: clients, to: list }, { requiredKeys: ['to'] }), { minLength: 1, maxLength: 4 });
const prefixes = fc.record(
  { ipv4Prefix: fc.integer({ min: 8, max: 32 }), ipv6Prefix: fc.integer({ min: 8, max: 64 }) },
  { requiredKeys: [] },
);

const ordering = fc.oneof(
  rows.map((map) => ({ map })),
  rows.map((list) => ({
    map: Object.fromEntries([
      ['rows', list],
      ['then', 'nearest'],
    ]),
  })),
  list.map((ordered) => ({ ordered })),
  fc.constantFrom<unknown>('nearest', 'fastest', { nearest: { within: '20%' } }, { nearest: { bias: { ap: 60 } } }),
  fc.integer({ min: 1, max: 2 }).map((healthy) => ({ limit: { healthy } })),
  fc.integer({ min: 1, max: 3 }).map((answers) => ({ limit: { answers } })),
);

const dividing = fc.oneof(
  fc.constantFrom<unknown>('weighted', 'rotate'),
  prefixes.map((sticky) => ({ sticky })),
);

const canary = fc
  .tuple(fc.integer({ min: 0, max: 1000 }), selector, prefixes)
  .map(([tenths, to, rest]) => ({ canary: { percent: tenths / 10, to, ...rest } }));

const fence = fc
  .tuple(clients, selector, fc.constantFrom('refuse', 'none', 'all', 'ignore'))
  .map(([from, to, other]) => ({ fence: { from, to, else: other } }));

const steps = (step: fc.Arbitrary<unknown>) => fc.array(step, { minLength: 1, maxLength: 3 });

const when = (step: fc.Arbitrary<unknown>) =>
  fc
    .record({ from: clients, steps: steps(step), else: steps(step) }, { requiredKeys: ['from', 'steps'] })
    .map((settings) => ({ when: settings }));

const simple = fc.oneof({ weight: 4, arbitrary: ordering }, { weight: 2, arbitrary: dividing });

/** Policies that leave no endpoint out. */
const admitting = fc.array(fc.oneof({ weight: 5, arbitrary: simple }, canary, when(simple)), {
  minLength: 1,
  maxLength: 4,
});

const anyPolicy = fc.array(
  fc.oneof({ weight: 5, arbitrary: simple }, canary, fence, when(fc.oneof(simple, canary, fence))),
  { minLength: 1, maxLength: 5 },
);

const weight = fc.integer({ min: 0, max: 5 });
const addressesOf = (index: number) => ({ a: `192.0.2.${index}`, aaaa: `2001:db8:ffff::${index}` });

const documentOf = (policy: fc.Arbitrary<unknown[]>): fc.Arbitrary<SteeredDocument> =>
  fc
    .record({
      outer: policy,
      inner: policy,
      weights: fc.array(weight, { minLength: 7, maxLength: 7 }),
      networks: named,
      isNested: fc.boolean(),
      answers: fc.integer({ min: 1, max: 3 }),
    })
    .map(({ outer, inner, weights, networks, isNested, answers }) => {
      const endpoint = (at: string, index: number) =>
        [`${at}${index}`, { region: at, weight: weights[index], ...addressesOf(index + 1) }] as const;
      const own = (['us', 'eu', 'fr', 'ap', 'eu'] as const).map(endpoint);
      const nested = { shop: { service: 'shop', weight: Math.max(1, weights[5]) } };
      return {
        geo: { networks: Object.fromEntries(Object.entries(networks).filter(([, of]) => of.length > 0)) },
        regions: REGIONS,
        policies: { outer, inner },
        services: {
          web: { policy: 'outer', answers, endpoints: { ...Object.fromEntries(own), ...(isNested && nested) } },
          shop: { policy: 'inner', endpoints: Object.fromEntries([endpoint('us', 5), endpoint('fr', 6)]) },
        },
      };
    });

export const anyDocument = documentOf(anyPolicy);
export const admittingDocument = documentOf(admitting);

const ENDPOINTS = ['us0', 'eu1', 'fr2', 'ap3', 'eu4', 'us5', 'fr6'];

export const circumstances = fc.record({ down: fc.subarray(ENDPOINTS), draining: fc.subarray(ENDPOINTS) });

const octet = fc.constantFrom(0, 1, 10, 64, 113, 127, 128, 200, 203, 255);
export const address4 = fc.array(octet, { minLength: 4, maxLength: 4 });
export const noise = fc.array(octet, { minLength: 16, maxLength: 16 });

/** The six forms of an IPv4 address in an IPv6 one. */
export const EMBEDDINGS: readonly ((bytes4: readonly number[], noise: readonly number[]) => readonly number[])[] = [
  (v4) => [...Array<number>(12).fill(0), ...v4],
  (v4) => [...Array<number>(10).fill(0), 0xff, 0xff, ...v4],
  (v4) => [...Array<number>(8).fill(0), 0xff, 0xff, 0, 0, ...v4],
  (v4) => [0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0, ...v4],
  (v4, rest) => [0x20, 0x02, ...v4, ...rest.slice(0, 10)],
  (v4, rest) => [0x20, 0x01, 0, 0, ...rest.slice(0, 8), ...v4.map((byte) => 255 - byte)],
];

const near = fc
  .constantFrom('0a400080', '0a4000c8', '0a400000', 'cb007107', '80000001')
  .map((hex) => [...Buffer.from(hex, 'hex')]);
const near6 = fc
  .constantFrom('20010db8', '20010db800010080', '20010db80001', '2001', '2400', '', '0064ff9b')
  .chain((hex) => noise.map((rest) => [...Buffer.from(hex, 'hex'), ...rest].slice(0, 16)));

/** Octets of addresses: IPv4, IPv6, and the six forms in turn. */
export const clientOctets = fc.oneof(
  fc.oneof(address4, near),
  near6,
  fc
    .tuple(fc.oneof(address4, near), noise, fc.constantFrom(...EMBEDDINGS))
    .map(([v4, rest, embed]) => [...embed(v4, rest)]),
);
