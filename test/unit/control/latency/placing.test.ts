import { beforeAll, describe, expect, test } from 'vitest';
import type { Measurement } from '../../../../src/control/latency/measurement.ts';
import { placed } from '../../../../src/control/latency/placing.ts';
import { buildGeoMap, type GeoMap } from '../../../../src/geo/geomap.ts';
import { LatencyModel } from '../../../../src/latency/model.ts';
import type { Refusal } from '../../../../src/latency/reports/report.ts';
import { countries, databaseOf } from '../../geo/databases.ts';

const NOW_MS = 1_800_000_000_000;
const REGIONS = [
  { name: 'dublin', latitude: 53.3, longitude: -6.3 },
  { name: 'tokyo', latitude: 35.7, longitude: 139.7 },
];
const PARIS = {
  country: { iso_code: 'FR' },
  city: { names: { en: 'Paris' } },
  location: { latitude: 48.85, longitude: 2.35 },
};

let map: GeoMap;
let model: LatencyModel;
beforeAll(async () => {
  const table = await countries();
  const database = databaseOf([
    ['192.0.2.0/24', { country: 'DE', asn: 64496 }],
    ['198.51.100.0/24', PARIS],
  ]);
  map = buildGeoMap({ databases: [database], networks: new Map(), countries: table });
  model = new LatencyModel({ regions: REGIONS, countries: table });
});

/** What becomes of a time that a network measured to a region. */
function refusalOf(network: string, region: string, rttMs: number, isTrusted = false): Refusal | undefined {
  const measurement: Measurement = { network, region, rttMs, isTrusted, source: network, atMs: NOW_MS };
  return model.report(placed(measurement, map)!, NOW_MS);
}

describe('no time is shorter than light takes', () => {
  test.each([
    ['from a city, to a region at the other end of the world', '198.51.100.0/24', 'tokyo', 90, 'faster-than-light'],
    ['from a city, as fast as may be', '198.51.100.0/24', 'tokyo', 100, undefined],
    ['from a city, to a region in the next country', '198.51.100.0/24', 'dublin', 4, 'faster-than-light'],
    ['from a country, to a region at the other end of the world', '192.0.2.0/24', 'tokyo', 15, 'faster-than-light'],
    ['from a country, that some of it may see', '192.0.2.0/24', 'tokyo', 40, undefined],
    ['from a country, to a region near by', '192.0.2.0/24', 'dublin', 1, undefined],
    ['from nowhere that is known', '203.0.113.0/24', 'tokyo', 1, undefined],
  ])('%s', (_, network, region, rttMs, refusal) => {
    expect(refusalOf(network, region, rttMs)).toBe(refusal);
  });

  test('but where a country is all that is known, the operator may know better', () => {
    expect(refusalOf('192.0.2.0/24', 'tokyo', 1, true)).toBeUndefined();
    expect(refusalOf('198.51.100.0/24', 'tokyo', 1, true)).toBe('faster-than-light');
  });
});
