import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../../src/config/load.ts';
import { folderWith } from './folder.ts';

const HEAD = `geo: { databases: geodb/country.mmdb }
regions: { eu: { location: [50, 8] }, us: { location: [39, -77] } }
zones: { example.com: { records: "@ 60 SOA a b 1 2 3 4 5\\n@ 60 NS a.example.net.\\nwww SERVICE web\\n" } }
`;

/** The warnings, as `line code found => expected`. */
async function warnings(policies: string, ...services: readonly string[]): Promise<string[]> {
  const text = `${HEAD}policies: { p: ${policies} }\nservices:\n${services.map((service) => `  ${service}\n`).join('')}`;
  const loaded = await loadConfig(join(folderWith({ 'aya.yaml': text }), 'aya.yaml'));
  if (!loaded.ok) expect.fail(JSON.stringify(loaded.problems));
  return loaded.warnings.map(({ line, code, found, expected }) => `${line} ${code} ${found} => ${expected}`);
}

const BOTH = 'endpoints: { eu: { a: 192.0.2.1 }, us: { a: 192.0.2.2 } }';

describe('rows of a map for the same clients', () => {
  const rows = (second: string) =>
    `[{ map: [{ from: { country: [DE, FR], asn: 1 }, to: [eu] },\n ${second}] }, nearest]`;

  it.each([
    ['{ from: { country: [DE, FR], asn: 1 }, to: [us] }', 1],
    ['{ from: { asn: [1], country: [FR, DE, FR] }, to: [us] }', 1],
    ['{ from: { country: [DE, FR] }, to: [us] }', 0],
    ['{ from: { country: [DE, FR], asn: 1, not: { country: FR } }, to: [us] }', 0],
    ['{ to: [us] }', 0],
  ])('%s', async (second, count) => {
    const expected =
      '5 duplicate-row another row for the same clients => one row for these clients: the regions of line 4 come before these';
    expect(await warnings(rows(second), `web: { policy: p, ${BOTH} }`)).toEqual(Array(count).fill(expected));
  });

  it('everyone is everyone, in both forms of a map', async () => {
    const found = await warnings(
      '[{ map: { rows: [{ to: [eu] }, { from: {}, to: [us] }] } }]',
      `web: { policy: p, ${BOTH} }`,
    );
    expect(found.map((line) => line.split(' ')[1])).toEqual(['duplicate-row']);
  });
});

describe('an address in two endpoints', () => {
  const shared = 'endpoints: { eu: { a: [192.0.2.1, 192.0.2.3] }, us: { a: 192.0.2.1 } }';
  const expected =
    "6 shared-address '192.0.2.1' => addresses of its own: endpoint eu has this one (line 6), and an answer that names both leaves this endpoint out";

  it.each([
    ['one answer', '[weighted]', '', []],
    ['two', '[weighted]', 'answers: 2, ', [expected]],
    ['two by a limit', '[{ limit: { answers: 2 } }]', '', [expected]],
    ['two, of which the limit leaves one', '[{ limit: { answers: 1 } }]', 'answers: 2, ', []],
    ['a limit on something else', '[{ limit: { healthy: 2 } }]', '', []],
  ])('%s', async (_name, policies, answers, told) => {
    expect(await warnings(policies, `web: { policy: p, ${answers}${shared} }`)).toEqual(told);
  });

  it('in whatever form it is written', async () => {
    const forms = 'endpoints: { eu: { aaaa: "2001:db8::1" }, us: { aaaa: "2001:0DB8:0::1" } }';
    expect(await warnings('[weighted]', `web: { policy: p, answers: 2, ${forms} }`)).toHaveLength(1);
  });
});

describe('what has no effect', () => {
  const weights = 'endpoints: { eu: { a: 192.0.2.1, weight: 3 }, us: { a: 192.0.2.2, weight: 2 } }';

  it.each([
    ['[rotate]', ["5 unused-weight '3' => weighted or sticky in its policy p, which never weighs"]],
    ['[weighted]', []],
    ['[{ when: { from: { country: DE }, steps: [rotate], else: [sticky] } }]', []],
  ])('weights where the policy is %s', async (policy, expected) => {
    const found = await warnings(policy, `web: { policy: p, ${weights} }`);
    expect(found.map((line) => line.replace(/^6/, '5'))).toEqual(expected);
  });

  const NESTED = 'web: { policy: p, endpoints: { inner: { service: api } } }';

  it.each([
    ['a region without endpoint', ['web: { policy: p, endpoints: { eu: { a: 192.0.2.1 } } }'], 1],
    [
      'a region of an endpoint by another name',
      ['web: { policy: p, endpoints: { x: { region: us, a: 192.0.2.1 } } }'],
      0,
    ],
    ['a region of a service within', [NESTED, `api: { policy: p, ${BOTH} }`], 0],
  ])('a bias for %s', async (_name, services, count) => {
    const found = await warnings('[{ nearest: { bias: { us: 5 } } }]', ...services);
    const unused = found.filter((line) => line.includes('unused-bias'));
    expect(unused).toEqual(
      Array(count).fill("4 unused-bias 'us' => a region in which a service with this policy has an endpoint (web)"),
    );
  });

  it('what is probed in place of what nobody probes', async () => {
    const api = 'api: { policy: p, endpoints: { eu: { a: 192.0.2.1, check: 192.0.2.9:80 }, us: { a: 192.0.2.2 } } }';
    const web = 'web: { policy: p, endpoints: { inner: { service: api, check: 192.0.2.9:80 } } }';
    expect(await warnings('[weighted]', api, web)).toEqual([
      "6 unused-check 'check' => a probe in service api: without one nothing is checked",
      "7 unused-check 'check' => nothing here: the endpoints of a service are probed by its own probe",
    ]);
  });
});
