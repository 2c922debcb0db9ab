import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../../src/config/load.ts';
import { folderWith } from './folder.ts';

const HEAD = `geo: { networks: { office: 192.0.2.0/24 } }
regions: { eu-west: { tags: [gdpr] }, us-east: {} }
policies: { p: [weighted] }
services: { web: { policy: p, endpoints: { eu-west: { a: 192.0.2.1 }, us-east: { a: 192.0.2.2 } } } }
zones: { example.com: { records: "@ 60 SOA a b 1 2 3 4 5\\n@ 60 NS a.example.net.\\nwww SERVICE web\\n" } }
`;

async function load(test: string) {
  const file = join(folderWith({ 'aya.yaml': `${HEAD}tests:\n  - ${test}\n` }), 'aya.yaml');
  return loadConfig(file);
}

describe('mistakes in tests', () => {
  it.each([
    ['{ name: www.example.com, from: ofice, expect: none }', '7:36 bad-client: office'],
    ['{ name: www.example.com, from: Germany, expect: none }', '7:36 bad-client: office'],
    ['{ name: www.example.com, from: DE, expect: us-esat }', '7:48 undefined-target: us-east'],
    ['{ name: www.example.com, from: DE, expect: [us-east, eu-wset] }', '7:58 undefined-target: eu-west'],
    ['{ name: www.example.com, from: DE, expect: { us-esat: 5% } }', '7:50 undefined-target: us-east'],
    ['{ name: www.example.com, from: DE, down: [wbe], expect: none }', '7:47 undefined-target: web'],
    ['{ name: www.example.com, from: DE, expect: { tag: gdrp } }', '7:55 undefined-tag: gdpr'],
    ['{ name: www.example.com, from: DE, expect: { us-east: 5 } }', '7:59 wrong-type: a percentage such as 5%'],
    [
      '{ name: www.example.com, form: DE, expect: none }',
      "7:5 missing-key: from: an address, a country's code or the name of a network, or a list",
    ],
    ['{ never: { from: { network: lab }, to: eu-west } }', '7:33 undefined-network: office'],
    ['{ never: { to: { not: { region: mars } } } }', '7:37 undefined-region: one of eu-west, us-east'],
    ['{ noSingleFailureExceeds: { share: 60%, services: wbe } }', '7:55 undefined-service: web'],
    [
      'everyRegionServe',
      '7:5 bad-value: { name: ..., from: ..., expect: ... }, { never: ... }, everyRegionServes, or { noSingleFailureExceeds: 60% }',
    ],
  ])('%s', async (test, expected) => {
    const loaded = await load(test);
    const problems = loaded.ok ? [] : loaded.problems;
    expect(problems.map(({ line, column, code, expected: right }) => `${line}:${column} ${code}: ${right}`)).toContain(
      expected,
    );
  });
});

describe('tests that are right', () => {
  it.each([
    '{ name: www.example.com, from: [DE, office, 10.0.0.0/8, "2001:db8::1"], expect: web/eu-west }',
    '{ name: www.example.com, from: DE, type: AAAA, at: 2026-12-24T20:00:00+01:00, down: [web, eu-west], expect: refuse }',
    '{ name: www.example.com, from: DE, expect: { us-east: 50%, none: 0% }, tolerance: 1% }',
    '{ never: { to: { not: { tag: gdpr } } } }',
    'everyRegionServes',
    '{ everyRegionServes: { services: web } }',
    '{ noSingleFailureExceeds: 60% }',
  ])('%s', async (test) => {
    const loaded = await load(test);
    expect(loaded.ok ? [] : loaded.problems).toEqual([]);
    if (loaded.ok) expect(loaded.config.tests).toMatchObject([{ place: { line: 7, column: 5 } }]);
  });
});
