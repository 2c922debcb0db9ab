import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Aya, startAya } from '../support/aya.ts';
import { UdpClient } from '../support/dns-client.ts';
import { addressAt, edgesOf } from './network.ts';
import { zone } from './zone.ts';

/** The address of each region's endpoint, and its name. */
const REGIONS: Readonly<Record<string, string>> = {
  '192.0.2.1': 'virginia',
  '192.0.2.2': 'sao-paulo',
  '192.0.2.3': 'dublin',
  '192.0.2.4': 'frankfurt',
  '192.0.2.5': 'cape-town',
  '192.0.2.6': 'mumbai',
  '192.0.2.7': 'singapore',
  '192.0.2.8': 'tokyo',
  '192.0.2.9': 'sydney',
};

const endpoints = Object.entries(REGIONS).map(([address, region]) => `${region}: { a: ${address} }`);

const WORLD = `
geo:
  databases: [geodb/country.mmdb]
  networks:
    here: 127.0.0.0/8
    desk: 127.0.0.53/32
    halves: [198.51.100.0/25, 198.51.100.128/25, "2001:db8:7::/48"]
regions:
  virginia: { location: [38.9, -77.0] }
  sao-paulo: { location: [-23.5, -46.6] }
  dublin: { location: [53.3, -6.3] }
  frankfurt: { location: [50.1, 8.7] }
  cape-town: { location: [-33.9, 18.4] }
  mumbai: { location: [19.1, 72.9] }
  singapore: { location: [1.35, 103.8] }
  tokyo: { location: [35.7, 139.7] }
  sydney: { location: [-33.9, 151.2] }
policies:
  closest: [nearest]
  by-map:
    - map:
        - { from: { network: here }, to: [sydney] }
        - { from: { network: desk }, to: [mumbai] }
        - { from: { network: halves }, to: [cape-town] }
        - { from: { country: [GB, IE] }, to: [dublin] }
        - { from: { continent: EU }, to: [frankfurt] }
        - { from: { continent: [AS, OC] }, to: [tokyo] }
        - { from: { continent: AF }, to: [cape-town] }
        - { from: { country: BR }, to: [sao-paulo] }
        - { to: [virginia] }
  split: [weighted]
services:
  near: { policy: closest, endpoints: &endpoints { ${endpoints.join(', ')} } }
  map: { policy: by-map, endpoints: *endpoints }
  split: { policy: split, endpoints: *endpoints }
${zone('near SERVICE near\nmap SERVICE map\nsplit SERVICE split')}
`;

/** Universities, research networks and registries, which have had these addresses for decades. */
const CLIENTS: readonly (readonly [address: string, place: string, nearest: string, mapped: string])[] = [
  ['18.7.22.69', 'US', 'virginia', 'virginia'],
  ['128.30.52.100', 'US', 'virginia', 'virginia'],
  ['8.8.8.8', 'US', 'virginia', 'virginia'],
  ['128.100.1.1', 'Canada', 'virginia', 'virginia'],
  ['132.248.10.44', 'Mexico', 'virginia', 'virginia'],
  ['143.107.0.1', 'Brazil', 'sao-paulo', 'sao-paulo'],
  ['200.160.2.3', 'Brazil', 'sao-paulo', 'sao-paulo'],
  ['163.10.0.1', 'Argentina', 'sao-paulo', 'virginia'],
  ['146.83.0.1', 'Chile', 'sao-paulo', 'virginia'],
  ['131.111.8.1', 'Britain', 'dublin', 'dublin'],
  ['129.67.0.1', 'Britain', 'dublin', 'dublin'],
  ['193.0.6.139', 'the Netherlands', 'frankfurt', 'frankfurt'],
  ['129.132.1.1', 'Switzerland', 'frankfurt', 'frankfurt'],
  ['129.187.1.1', 'Germany', 'frankfurt', 'frankfurt'],
  ['130.237.1.1', 'Sweden', 'frankfurt', 'frankfurt'],
  ['129.199.1.1', 'France', 'frankfurt', 'frankfurt'],
  ['131.114.1.1', 'Italy', 'frankfurt', 'frankfurt'],
  ['147.32.1.1', 'Czechia', 'frankfurt', 'frankfurt'],
  ['77.88.8.8', 'Russia', 'frankfurt', 'frankfurt'],
  ['132.64.1.1', 'Israel', 'frankfurt', 'tokyo'],
  ['144.16.1.1', 'India', 'mumbai', 'tokyo'],
  ['137.132.1.1', 'Singapore', 'singapore', 'tokyo'],
  ['147.8.1.1', 'Hong Kong', 'singapore', 'tokyo'],
  ['133.11.0.1', 'Japan', 'tokyo', 'tokyo'],
  ['166.111.4.1', 'China', 'tokyo', 'tokyo'],
  ['140.112.1.1', 'Taiwan', 'tokyo', 'tokyo'],
  ['143.248.1.1', 'Korea', 'tokyo', 'tokyo'],
  ['128.250.1.1', 'Australia', 'sydney', 'tokyo'],
  ['130.216.1.1', 'New Zealand', 'sydney', 'tokyo'],
  ['137.158.1.1', 'South Africa', 'cape-town', 'cape-town'],
  ['197.136.1.1', 'Kenya', 'cape-town', 'cape-town'],
  ['41.32.1.1', 'Egypt', 'frankfurt', 'cape-town'],
  ['2001:4860:4860::8888', 'US', 'virginia', 'virginia'],
  ['2001:410::1', 'Canada', 'virginia', 'virginia'],
  ['2001:12ff::1', 'Brazil', 'sao-paulo', 'sao-paulo'],
  ['2001:1398::1', 'Chile', 'sao-paulo', 'virginia'],
  ['2001:630:212::1', 'Britain', 'dublin', 'dublin'],
  ['2001:638::1', 'Germany', 'frankfurt', 'frankfurt'],
  ['2409:8000::1', 'China', 'tokyo', 'tokyo'],
  ['2001:388::1', 'Australia', 'sydney', 'tokyo'],
  ['2001:4200::1', 'South Africa', 'cape-town', 'cape-town'],
];

let aya: Aya;
beforeAll(async () => {
  aya = await startAya(WORLD);
});
afterAll(() => aya?.[Symbol.asyncDispose]());

/** The region that a client is sent to, and the scope of that answer. */
async function sent(name: string, subnet?: string, asker: Pick<Aya, 'ask'> = aya) {
  const { addresses, edns } = await asker.ask({ name: `${name}.example.com`, subnet });
  expect(addresses).toHaveLength(1);
  return { region: REGIONS[addresses[0] ?? ''], scopeBits: edns?.scopeBits };
}

describe.each(CLIENTS)('%s in %s', (address, _place, nearest, mapped) => {
  test(`is nearest to ${nearest}, mapped to ${mapped}, as is all of the scope`, async () => {
    for (const [name, region] of [
      ['near', nearest],
      ['map', mapped],
    ] as const) {
      const answer = await sent(name, address);
      expect(answer.region).toBe(region);
      for (const other of edgesOf(address, answer.scopeBits ?? 0)) expect(await sent(name, other)).toEqual(answer);
    }
  });

  test('gets the same by the network that a resolver sends', async () => {
    const bits = address.includes(':') ? 48 : 24;
    const answer = await aya.ask({ name: 'near.example.com', subnet: `${addressAt(address, bits, 'first')}/${bits}` });
    expect(REGIONS[answer.addresses[0] ?? '']).toBe(nearest);
    expect(answer.edns?.subnet).toMatch(new RegExp(`^[0-9a-f]{${bits / 4}}/${bits}$`));
  });
});

test('an IPv4 address inside an IPv6 one is where the IPv4 address is', async () => {
  const answer = await sent('near', '::ffff:836f:801'); // 131.111.8.1
  expect(answer.region).toBe('dublin');
  expect(answer.scopeBits).toBe(96 + ((await sent('near', '131.111.8.1')).scopeBits ?? 0));
});

describe('the scope', () => {
  test('is as short as the networks of one answer are large', async () => {
    // Neighbouring halves with one answer are one network; what surrounds them is documentation too, and nowhere.
    expect(await sent('map', '198.51.100.0/25')).toEqual({ region: 'cape-town', scopeBits: 24 });
    expect(await sent('map', '2001:db8:7:1::/64')).toEqual({ region: 'cape-town', scopeBits: 48 });
    // 18.0.0.0/8 was MIT's: no scope of an answer there is that of a single address.
    expect((await sent('near', '18.7.22.69')).scopeBits).toBeLessThanOrEqual(16);
  });

  test('is 0 where the answer depends on nothing of the client', async () => {
    expect((await sent('split', '18.7.22.0/24')).scopeBits).toBe(0);
    expect((await aya.ask({ name: 'ns1.example.com', subnet: '18.7.22.0/24' })).edns?.scopeBits).toBe(0);
    expect((await aya.ask({ name: 'nowhere.example.com', subnet: '2001:db8::/32' })).edns?.scopeBits).toBe(0);
  });
});

describe("the resolver's own address", () => {
  test('decides where the query has no client subnet', async () => {
    expect(await sent('map')).toEqual({ region: 'sydney', scopeBits: undefined });
    await using desk = await UdpClient.open(aya.port, '127.0.0.1', '127.0.0.53');
    expect((await sent('map', undefined, desk)).region).toBe('mumbai'); // the longest match
  });

  test("decides where the client's is not to be used, and the answer holds for all then", async () => {
    expect(await sent('map', '0.0.0.0/0')).toEqual({ region: 'sydney', scopeBits: 0 });
    expect(await sent('map', '::/0')).toEqual({ region: 'sydney', scopeBits: 0 });
  });

  test('is set aside where there is a client subnet', async () => {
    expect((await sent('map', '133.11.0.0/24')).region).toBe('tokyo');
  });
});

test('a client of whom nothing is known is sent to any region, and to the last row of a map', async () => {
  expect(Object.values(REGIONS)).toContain((await sent('near', '127.0.0.1')).region);
  expect((await sent('map', '192.168.1.0/24')).region).toBe('virginia');
});

test('the letter case of the name is kept', async () => {
  const { question, answers } = await aya.ask({ name: 'NeAr.ExAmPlE.cOm', subnet: '18.7.22.0/24' });
  expect(question).toBe('NeAr.ExAmPlE.cOm A');
  expect(answers).toEqual(['NeAr.ExAmPlE.cOm 30 A 192.0.2.1']);
});
