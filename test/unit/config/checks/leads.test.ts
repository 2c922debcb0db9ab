import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../../../src/config/load.ts';
import { TIER_ENDPOINTS_MAX } from '../../../../src/snapshot/service.ts';
import { ENDPOINTS_MAX } from '../../../../src/steering/plan.ts';
import { folderWith } from '../folder.ts';

/** The problems of these policies and services, a line each from the third on. */
async function problems(policies: string, services: readonly string[]) {
  const head = `regions: { eu: { location: [50, 8] } }\npolicies: { w: [weighted], ${policies} }\nservices:\n`;
  const zones = 'zones: { e.com: { records: "@ 60 SOA a b 1 2 3 4 5\\n@ 60 NS a.example.net.\\n" } }\n';
  const text = `${head}${services.map((line) => `  ${line}\n`).join('')}${zones}`;
  const loaded = await loadConfig(join(folderWith({ 'aya.yaml': text }), 'aya.yaml'));
  return loaded.ok ? [] : loaded.problems;
}

const END = 'endpoints: { eu: { a: 192.0.2.1 } }';
const to = (...services: readonly string[]): string =>
  `endpoints: { ${services.map((service, index) => `e${index}: { service: ${service} }`).join(', ')} }`;

describe('services that lead back to themselves', () => {
  it.each([
    ['as an endpoint', '', [`a: { policy: w, ${to('a')} }`], ['a -> a (line 4)']],
    [
      'as endpoints',
      '',
      [`a: { policy: w, ${to('b')} }`, `b: { policy: w, ${to('a')} }`],
      ['a -> b (line 4) -> a (line 5)'],
    ],
    [
      'by a canary',
      'c: [{ canary: { percent: 1, to: { service: b } } }]',
      [`a: { policy: c, ${END} }`, `b: { policy: w, whenAllDown: a, ${END} }`],
      ['a -> b (line 2) -> a (line 5)'],
    ],
    [
      'by a canary under a condition',
      'c: [{ when: { from: { country: DE }, steps: [weighted], else: [{ canary: { percent: 1, to: { service: a } } }] } }]',
      [`a: { policy: c, ${END} }`],
      ['a -> a (line 2)'],
    ],
    [
      'by each of the three',
      'c: [{ canary: { percent: 1, to: { service: c } } }]',
      [
        `a: { policy: c, ${END} }`,
        `b: { policy: w, ${to('a')} }`,
        `c: { policy: w, whenAllDown: { service: b, breakFence: true }, ${END} }`,
      ],
      ['a -> c (line 2) -> b (line 6) -> a (line 5)'],
    ],
    [
      'in several ways, of which each service has its shortest',
      '',
      [`a: { policy: w, ${to('b', 'c')} }`, `b: { policy: w, ${to('c')} }`, `c: { policy: w, ${to('a')} }`],
      ['a -> c (line 4) -> a (line 6)', 'b -> c (line 5) -> a (line 6) -> b (line 4)'],
    ],
  ])('%s', async (_name, policies, services, loops) => {
    expect((await problems(policies, services)).map(({ code, expected }) => `${code} ${expected}`)).toEqual(
      loops.map((loop) => `service-loop a service that does not lead back here: ${loop}`),
    );
  });

  it('are none where a condition only looks at the other', async () => {
    const looks = 'while: [{ when: { while: { service: a, is: down }, steps: [weighted] } }]';
    expect(await problems(looks, [`a: { policy: while, ${END} }`])).toEqual([]);
  });

  it('are found in a chain of two thousand', async () => {
    const chain = Array.from(
      { length: 2_000 },
      (_, n) => `s${n}: { policy: w, whenAllDown: s${(n + 1) % 2_000}, ${END} }`,
    );
    expect((await problems('', chain)).map(({ code }) => code)).toEqual(['service-loop']);
  });
});

describe('services that lead to too much', () => {
  const doubling = (levels: number) => [
    ...Array.from({ length: levels }, (_, n) => `s${n}: { policy: w, ${to(`s${n + 1}`, `s${n + 1}`)} }`),
    `s${levels}: { policy: w, ${END} }`,
  ];

  it.each([
    ['255 services', '', doubling(7), []],
    ['511 services', '', doubling(8), ['4 too-many-services 511 services']],
    ['more than can be counted', '', doubling(40), ['36 too-many-services 511 services']],
    [
      '8 canaries by four ways',
      'c: [{ canary: { percent: 1, to: eu } }, { canary: { percent: 2, to: eu } }]',
      [`a: { policy: w, ${to('b', 'b', 'b', 'b')} }`, `b: { policy: c, ${END} }`],
      [],
    ],
    [
      '10 canaries by five ways',
      'c: [{ canary: { percent: 1, to: eu } }, { canary: { percent: 2, to: eu } }]',
      [`a: { policy: w, whenAllDown: b, ${to('b', 'b', 'b', 'b')} }`, `b: { policy: c, ${END} }`],
      ['4 too-many-canaries 10 canaries'],
    ],
    [
      '31 fences, some under a condition',
      `f: [${'{ fence: { to: eu } }, '.repeat(16)}{ when: { from: { country: DE }, steps: [${'{ fence: { to: eu } }, '.repeat(15)}] } }]`,
      [`a: { policy: f, ${END} }`],
      ['4 too-many-fences 31 fences'],
    ],
  ])('%s', async (_name, policies, services, expected) => {
    expect((await problems(policies, services)).map(({ line, code, found }) => `${line} ${code} ${found}`)).toEqual(
      expected,
    );
  });

  it('endpoints, each counted once', async () => {
    const many = (service: string, count: number) =>
      `${service}: { policy: w, endpoints: { ${Array.from({ length: count }, (_, n) => `n${n}: { region: eu, a: 192.0.2.1 }`).join(', ')} } }`;
    expect(await problems('', [many('a', ENDPOINTS_MAX - 2), `b: { policy: w, ${to('a', 'a')} }`])).toEqual([]);
    expect(await problems('', [many('a', ENDPOINTS_MAX - 2), `b: { policy: w, ${to('a', 'a', 'a')} }`])).toMatchObject([
      { code: 'too-many-endpoints', line: 5, found: `${ENDPOINTS_MAX + 1} endpoints` },
    ]);
  });

  it('endpoints are as many as fit into a draw of the data plane', () => {
    expect(ENDPOINTS_MAX).toBe(TIER_ENDPOINTS_MAX);
  });
});

describe('conditions within conditions', () => {
  const nested = (depth: number): string =>
    depth === 0 ? 'weighted' : `{ when: { from: { country: DE }, steps: [${nested(depth - 1)}] } }`;

  it.each([
    [16, []],
    [17, ['too-many-conditions weighted within 17']],
    [100, ['too-many-conditions weighted within 100']],
  ])('%i deep', async (depth, expected) => {
    const found = await problems(`d: [${nested(depth)}]`, [`a: { policy: d, ${END} }`]);
    expect(found.map(({ code, found: what }) => `${code} ${what}`)).toEqual(expected);
  });
});
