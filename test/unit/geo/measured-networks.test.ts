import fc from 'fast-check';
import { expect, test } from 'vitest';
import { buildGeoMap, type GeoMap, locate } from '../../../src/geo/geomap.ts';
import { layingNetworks, markNetworks } from '../../../src/geo/measured-networks.ts';
import { type Address, parseAddress } from '../../../src/net/address.ts';
import { contains, formatPrefix, type Prefix, prefixOf } from '../../../src/net/prefix.ts';
import { atOnce } from '../../../src/util/slices.ts';
import { seedOf } from '../../support/seed.ts';
import { address, prefix } from '../net/tries.ts';
import { countries, databaseOf } from './databases.ts';

const withMeasuredNetworks = (over: GeoMap, networks: readonly Prefix[]): GeoMap =>
  atOnce(layingNetworks(over, markNetworks(networks)));

const table = await countries();
const map = buildGeoMap({
  databases: [
    databaseOf([
      ['198.51.100.0/22', { country: 'FR' }],
      ['203.0.113.128/25', { country: 'DE' }],
      ['2001:db8::/40', { country: 'JP' }],
    ]),
  ],
  networks: new Map([['office', [prefix('198.51.100.64/26')]]]),
  countries: table,
});

test('within a network each place says that it is measured, and nothing else changes', () => {
  const overlaid = withMeasuredNetworks(map, [prefix('198.51.100.0/24'), prefix('2001:db8:0:100::/56')]);
  const at = (text: string): object => locate(overlaid, address(text)).location;
  expect(at('198.51.100.1')).toMatchObject({ country: 'FR', networks: [], measuredNetwork: '198.51.100.0/24' });
  expect(at('198.51.100.65')).toMatchObject({ networks: ['office'], measuredNetwork: '198.51.100.0/24' });
  expect(at('198.51.101.1')).not.toHaveProperty('measuredNetwork');
  expect(at('2001:db8:0:1ff::1')).toMatchObject({ country: 'JP', measuredNetwork: '2001:db8:0:100::/56' });
  expect(overlaid.cells.slice(0, map.cells.length)).toEqual(map.cells);
});

test.each(['::ffff:198.51.100.1', '64:ff9b::198.51.100.1', '2002:c633:6401::1', '2001:0:1:2:3:4:39cc:9bfe'])(
  'an IPv4 address inside %s has what the address has',
  (text) => {
    const overlaid = withMeasuredNetworks(map, [prefix('198.51.100.0/24')]);
    expect(locate(overlaid, address(text)).location).toMatchObject({ measuredNetwork: '198.51.100.0/24' });
  },
);

test('no networks, no other map', () => {
  expect(withMeasuredNetworks(map, [])).toBe(map);
});

test('for whatever networks, every address has its own', () => {
  const near = fc.integer({ min: 0, max: 1023 }).map((low): Address => {
    const found = parseAddress(`198.51.${100 + (low >> 8)}.${low & 255}`);
    if (found === undefined) throw new Error('no address');
    return found;
  });
  const networks = fc.uniqueArray(
    near.map((one): Prefix => prefixOf(one, 24)),
    { selector: formatPrefix, maxLength: 4 },
  );
  fc.assert(
    fc.property(networks, near, (measured, client) => {
      const { location } = locate(withMeasuredNetworks(map, measured), client);
      const own = measured.find((network) => contains(network, client));
      expect(location).toEqual({ ...locate(map, client).location, ...(own && { measuredNetwork: formatPrefix(own) }) });
    }),
    { seed: seedOf('measured networks') },
  );
});
