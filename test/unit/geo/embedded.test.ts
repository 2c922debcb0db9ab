import { beforeAll, expect, test } from 'vitest';
import { buildGeoMap, type GeoMap, locate } from '../../../src/geo/geomap.ts';
import { address } from '../net/tries.ts';
import { countries, embedded } from './databases.ts';

let map: GeoMap;
beforeAll(async () => {
  map = buildGeoMap({ databases: [await embedded()], networks: new Map(), countries: await countries() });
});

// Universities, research networks, registries and root servers, which have had these addresses for decades.
test.each([
  ['18.7.22.69', 'US', 'NA', 'MIT'],
  ['128.30.52.100', 'US', 'NA', 'W3C'],
  ['192.33.4.12', 'US', 'NA', 'C root server'],
  ['8.8.8.8', 'US', 'NA', 'Google'],
  ['128.100.1.1', 'CA', 'NA', 'University of Toronto'],
  ['132.246.0.1', 'CA', 'NA', 'National Research Council'],
  ['132.248.10.44', 'MX', 'NA', 'UNAM'],
  ['143.107.0.1', 'BR', 'SA', 'University of São Paulo'],
  ['200.160.2.3', 'BR', 'SA', 'NIC.br'],
  ['163.10.0.1', 'AR', 'SA', 'National University of La Plata'],
  ['146.83.0.1', 'CL', 'SA', 'REUNA'],
  ['131.111.8.1', 'GB', 'EU', 'Cambridge'],
  ['129.67.0.1', 'GB', 'EU', 'Oxford'],
  ['193.0.6.139', 'NL', 'EU', 'RIPE NCC'],
  ['130.89.1.1', 'NL', 'EU', 'Twente'],
  ['129.132.1.1', 'CH', 'EU', 'ETH Zürich'],
  ['129.187.1.1', 'DE', 'EU', 'LRZ Munich'],
  ['130.237.1.1', 'SE', 'EU', 'Stockholm'],
  ['129.240.1.1', 'NO', 'EU', 'Oslo'],
  ['128.214.1.1', 'FI', 'EU', 'Helsinki'],
  ['129.199.1.1', 'FR', 'EU', 'École normale supérieure'],
  ['131.114.1.1', 'IT', 'EU', 'Pisa'],
  ['147.83.2.1', 'ES', 'EU', 'UPC Barcelona'],
  ['147.32.1.1', 'CZ', 'EU', 'CTU Prague'],
  ['77.88.8.8', 'RU', 'EU', 'Yandex'],
  ['133.11.0.1', 'JP', 'AS', 'Tokyo'],
  ['202.12.27.33', 'JP', 'AS', 'M root server'],
  ['166.111.4.1', 'CN', 'AS', 'Tsinghua'],
  ['147.8.1.1', 'HK', 'AS', 'Hong Kong'],
  ['140.112.1.1', 'TW', 'AS', 'National Taiwan University'],
  ['143.248.1.1', 'KR', 'AS', 'KAIST'],
  ['137.132.1.1', 'SG', 'AS', 'NUS'],
  ['144.16.1.1', 'IN', 'AS', 'ERNET'],
  ['132.64.1.1', 'IL', 'AS', 'Hebrew University'],
  ['130.216.1.1', 'NZ', 'OC', 'Auckland'],
  ['128.250.1.1', 'AU', 'OC', 'Melbourne'],
  ['137.158.1.1', 'ZA', 'AF', 'Cape Town'],
  ['146.141.1.1', 'ZA', 'AF', 'Witwatersrand'],
  ['197.136.1.1', 'KE', 'AF', 'KENET'],
  ['41.32.1.1', 'EG', 'AF', 'Telecom Egypt'],
  ['2001:4860:4860::8888', 'US', 'NA', 'Google'],
  ['2001:468::1', 'US', 'NA', 'Internet2'],
  ['2001:410::1', 'CA', 'NA', 'CANARIE'],
  ['2001:1218::1', 'MX', 'NA', 'UNAM'],
  ['2001:12ff::1', 'BR', 'SA', 'NIC.br'],
  ['2001:1398::1', 'CL', 'SA', 'NIC Chile'],
  ['2001:630:212::1', 'GB', 'EU', 'Janet'],
  ['2001:638::1', 'DE', 'EU', 'DFN'],
  ['2001:6b0::1', 'SE', 'EU', 'SUNET'],
  ['2001:620::1', 'CH', 'EU', 'Switch'],
  ['2409:8000::1', 'CN', 'AS', 'China Mobile'],
  ['2001:388::1', 'AU', 'OC', 'AARNet'],
  ['2001:4200::1', 'ZA', 'AF', 'TENET'],
  ['::ffff:131.111.8.1', 'GB', 'EU', 'Cambridge, mapped'],
  ['64:ff9b::133.11.0.1', 'JP', 'AS', 'Tokyo, behind NAT64'],
  ['2002:836f:801::1', 'GB', 'EU', 'Cambridge, by 6to4'],
  ['2001:0:4136:e378:8000:63bf:7c90:f7fe', 'GB', 'EU', 'Cambridge, by Teredo'],
])('%s is in %s, %s: %s', (text, country, continent) => {
  const { location } = locate(map, address(text));
  expect(location).toMatchObject({ country, continent });
  expect(location.latitude).toBeTypeOf('number');
});

test.each(['10.1.2.3', '127.0.0.1', '192.168.1.1', '224.0.0.1', '::', '::1', 'fe80::1', 'fd00::1', 'ff02::1'])(
  'nothing is known of %s',
  (text) => {
    expect(locate(map, address(text)).cell).toBe(0);
  },
);
