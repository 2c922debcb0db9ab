import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../../src/config/load.ts';
import { folderWith } from './folder.ts';

const AROUND = `geo: { networks: { office: 203.0.113.0/24 } }
regions: { eu: { location: [50, 8], country: DE, tags: [gdpr] }, us: { location: [39, -77], country: US } }
services: { web: { policy: p, endpoints: { eu: { a: 192.0.2.1 }, blue: { region: us, a: 192.0.2.2 } } } }
zones: { example.com: { records: "@ 60 SOA a b 1 2 3 4 5\\n@ 60 NS a.example.net.\\nwww SERVICE web\\n" } }
`;

const PREFIX = 'policies: { p: [';

/** The problems of one step, as `column code found => expected`; the column is counted within the step. */
async function mistakes(step: string): Promise<string[]> {
  const loaded = await loadConfig(join(folderWith({ 'aya.yaml': `${AROUND}${PREFIX}${step}] }\n` }), 'aya.yaml'));
  if (loaded.ok) return [];
  expect(loaded.problems.every(({ line }) => line === 5)).toBe(true);
  return loaded.problems.map(
    ({ column = 0, code, found, expected }) => `${column - PREFIX.length} ${code} ${found} => ${expected}`,
  );
}

const SELECTOR =
  'the name of a region, or { tag: ... }, { country: ... }, { continent: ... }, { endpoint: ... }, or a list of these';
const PERCENT = 'a percentage from 0 to 100, in steps of 0.1';
const ENTERED = 'start: "2026-11-22T08:00:00Z"';

describe('names that are not defined', () => {
  it.each([
    ['{ ordered: [eu, [us, mars]] }', "22 undefined-region 'mars' => one of eu, us"],
    ['{ ordered: [{ region: [eu, ues] }] }', "28 undefined-region 'ues' => us"],
    ['{ ordered: [{ tag: gdrp }] }', "20 undefined-tag 'gdrp' => gdpr"],
    ['{ ordered: [{ not: { tag: gdrp } }] }', "27 undefined-tag 'gdrp' => gdpr"],
    ['{ ordered: [{ endpoint: bleu }] }', "25 undefined-endpoint 'bleu' => blue"],
    ['{ map: [{ from: { network: ofice }, to: [eu] }] }', "28 undefined-network 'ofice' => office"],
    ['{ map: { rows: [{ from: { not: { network: ofice } }, to: [eu] }] } }', "43 undefined-network 'ofice' => office"],
    ['{ fence: { from: { network: x }, to: eu } }', "29 undefined-network 'x' => office"],
    ['{ nearest: { bias: { ue: 5 } } }', "22 undefined-region 'ue' => eu"],
    ['{ canary: { percent: 1, to: { service: wbe } } }', "40 undefined-service 'wbe' => web"],
    ['{ when: { while: { service: wbe, is: down }, steps: [nearest] } }', "29 undefined-service 'wbe' => web"],
    ['{ when: { while: { region: ue, is: down }, steps: [nearest] } }', "28 undefined-region 'ue' => eu"],
    ['{ when: { from: { network: ofice }, steps: [nearest] } }', "28 undefined-network 'ofice' => office"],
  ])('%s', async (step, expected) => {
    expect(await mistakes(step)).toEqual([expected]);
  });
});

describe('steps within conditions', () => {
  it('are looked at as those without', async () => {
    const inner = '{ when: { from: { country: DE }, steps: [nearset], else: [{ ordered: [mars] }], esle: [] } }';
    expect(await mistakes(`{ when: { hours: { to: "12:00" }, steps: [${inner}] } }`)).toEqual([
      "84 unknown-step 'nearset' => nearest",
      "113 undefined-region 'mars' => one of eu, us",
      "123 unknown-key 'esle' => else",
    ]);
  });

  it.each([
    ['{ when: { steps: [nearest] } }', '9 bad-value { steps: [nearest] } => at least one of from, hours and while'],
    ['{ when: { from: { country: DE }, steps: [] } }', '41 bad-value [] => at least one step'],
    [
      '{ when: nearest }',
      "9 wrong-type 'nearest' => { from: ..., steps: [...] }, { hours: ..., steps: [...] } or { while: ..., steps: [...] }",
    ],
    [
      '{ when: { while: { region: eu, is: dead }, steps: [nearest] } }',
      "36 bad-value 'dead' => a state: up, down, degraded, draining",
    ],
    [
      '{ when: { while: { region: eu }, steps: [nearest] } }',
      '11 missing-key nothing => is: a state: up, down, degraded, draining',
    ],
    [
      '{ when: { hours: { from: "22:00", to: "22:00" }, steps: [nearest] } }',
      '39 bad-value "22:00" => another time than from; 00:00 to 24:00 is the whole day',
    ],
    [
      '{ when: { hours: { from: "9:00" }, steps: [nearest] } }',
      '26 bad-value "9:00" => a time of day such as 09:30, from 00:00 to 24:00',
    ],
    ['{ when: { hours: { zone: berlin }, steps: [nearest] } }', "26 bad-value 'berlin' => Europe/Berlin"],
    ['{ when: { hours: { zone: Europe/Brelin }, steps: [nearest] } }', "26 bad-value 'Europe/Brelin' => Europe/Berlin"],
    [
      '{ when: { hours: { zone: Atlantis }, steps: [nearest] } }',
      "26 bad-value 'Atlantis' => a time zone such as Europe/Berlin or UTC",
    ],
    [
      '{ when: { hours: { days: [monday] }, steps: [nearest] } }',
      "27 bad-value 'monday' => days: mon, tue, wed, thu, fri, sat, sun",
    ],
  ])('%s', async (step, expected) => {
    expect(await mistakes(step)).toEqual([expected]);
  });
});

describe('settings', () => {
  it.each([
    ['fence', "1 bad-value 'fence' => { fence: ... } with its settings"],
    ['{ fence: { from: { country: DE } } }', `3 missing-key nothing => to: ${SELECTOR}`],
    ['{ fence: { to: eu, else: ignroe } }', "26 bad-value 'ignroe' => refuse, none, all or ignore"],
    ['{ fence: { to: { not: {} } } }', '23 bad-value {} => at least one of region, tag, country, continent, endpoint'],
    ['{ fence: { to: { contry: DE } } }', "18 unknown-key 'contry' => country"],
    ['{ canary: { percent: 5.55, to: us } }', `22 bad-value '5.55' => ${PERCENT}`],
    ['{ canary: { percent: 101%, to: us } }', `22 bad-value '101%' => ${PERCENT}`],
    ['{ canary: { percent: few, to: us } }', `22 bad-value 'few' => ${PERCENT}`],
    ['{ canary: { to: us } }', '11 bad-value { to: us } => exactly one of percent and ramp'],
    ['{ canary: { percent: 5, to: { servce: web } } }', "31 unknown-key 'servce' => service"],
    [
      `{ canary: { ramp: { from: 5, to: 5%, ${ENTERED}, over: 1h }, to: us } }`,
      "34 bad-value '5%' => another share than from",
    ],
    [
      `{ canary: { ramp: { to: 5, ${ENTERED}, over: 0s }, to: us } }`,
      "65 bad-duration '0s' => a duration from 1s to 365d",
    ],
    [
      '{ canary: { ramp: { to: 5, start: tomorrow, over: 1h }, to: us } }',
      "35 bad-value 'tomorrow' => a time such as 2026-11-22T08:00:00Z",
    ],
    ['{ limit: {} }', '10 bad-value {} => { answers: ... } or { healthy: ... }, or both'],
    ['{ limit: { healty: 2 } }', "12 unknown-key 'healty' => healthy"],
    ['{ limit: { answers: 65 } }', "21 bad-value '65' => a whole number from 1 to 64"],
    [
      '{ nearest: { bias: { eu: 100 } } }',
      "26 bad-value '100' => a whole number from -99 (as if almost twice as far) to 99 (as if almost here)",
    ],
    [
      '{ nearest: { within: 5ms } }',
      "22 bad-value '5ms' => a distance from the best such as 50km or 10%, or a list of both",
    ],
    ['{ weighted: { zero: 0 } }', "21 bad-value '0' => never or lastResort"],
    ['{ sticky: { ipv4Prefix: 33 } }', "25 bad-value '33' => a prefix length from 8 to 32"],
    ['{ map: [[eu]] }', '9 wrong-type [eu] => a row: { from: ..., to: [regions] }'],
    [
      '{ map: [{ from: DE, to: [eu] }] }',
      "17 wrong-type 'DE' => clients: { country: ... }, { continent: ... }, { network: ... } and the like",
    ],
    ['{ map: [{ from: { country: UK }, to: [eu] }] }', "28 bad-value 'UK' => GB"],
    [
      '{ map: [{ from: { continent: Europe }, to: [eu] }] }',
      "30 bad-value 'Europe' => a continent: AF, AN, AS, EU, NA, OC, SA, or a list",
    ],
    [
      '{ map: [{ from: { not: {} }, to: [eu] }] }',
      '24 bad-value {} => at least one of network, city, subdivision, asn, country, continent',
    ],
    [
      '{ rotate: {}, weighted: {} }',
      '1 bad-value { rotate: {}, weighted: {} } => one step an entry: weighted and rotate each by itself',
    ],
  ])('%s', async (step, expected) => {
    expect(await mistakes(step)).toEqual([expected]);
  });
});

describe('a fence within which no region is', () => {
  const expected = 'a region by its name, tag, country or continent: none that is defined is within this fence';

  it.each([
    ['{ fence: { to: { continent: OC } } }', '16 fence-without-region { continent: OC }'],
    ['{ fence: { to: { tag: gdpr, country: US } } }', '16 fence-without-region { tag: gdpr, country: US }'],
    [
      '{ fence: { to: [{ country: FR }, { country: NL }] } }',
      '16 fence-without-region [{ country: FR }, { country: NL }]',
    ],
  ])('%s', async (step, found) => {
    expect(await mistakes(step)).toEqual([`${found} => ${expected}`]);
  });

  it.each([
    '{ continent: EU }',
    '{ endpoint: blue, country: US }',
    '{ not: { country: DE } }',
    '[{ country: FR }, us]',
  ])('is not one to %s', async (to) => {
    expect(await mistakes(`{ fence: { to: ${to} } }`)).toEqual([]);
  });

  it('is not told of beside the name that is not defined', async () => {
    expect(await mistakes('{ fence: { to: { tag: gdrp } } }')).toEqual(["23 undefined-tag 'gdrp' => gdpr"]);
  });
});
