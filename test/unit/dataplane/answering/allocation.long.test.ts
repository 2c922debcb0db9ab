import { describe, expect, test } from 'vitest';
import { CompiledWorld } from '../../../../src/compile/world.ts';
import { Answerer } from '../../../../src/dataplane/answering/answer.ts';
import { BatchClock } from '../../../../src/dataplane/answering/batch-clock.ts';
import type { ClientAddress } from '../../../../src/dataplane/answering/client.ts';
import type { Source } from '../../../../src/dataplane/answering/source.ts';
import type { PlaneSettings } from '../../../../src/snapshot/settings.ts';
import { Snapshot } from '../../../../src/snapshot/snapshot.ts';
import { Random } from '../../../../src/util/random.ts';
import { zoneOf } from '../../../support/answering.ts';
import { type Asked, optHex, option, query, subnetOption, tsigHex } from '../../../support/ask.ts';
import { bytesLeftBy } from '../../../support/memory.ts';
import { clientAt, limitsOf } from '../../../support/rate-limit.ts';
import { wireName } from '../../../support/rdata-text.ts';
import { configOf, mapOf } from '../../../support/steered-config.ts';

/** As many answers are made before the first look, so that what runs is compiled code and will not be compiled again. */
const WARM_ANSWERS = 50_000;
const ANSWERS = 20_000;
const LOOKS = 5;
/**
 * What may be left by so many answers: less than one in ten leaving the smallest object there is. What else runs in this
 * thread, the compiler above all, leaves something now and then: of several looks the best one counts.
 */
const LEFT_BYTES_MAX = (ANSWERS / 10) * 8;

const endpoints = Object.fromEntries(
  ['x', 'x', 'y', 'y'].map((region, index) => [
    `e${index}`,
    {
      region,
      a: [`192.0.2.${index + 1}`, `192.0.2.${index + 101}`],
      aaaa: `2001:db8::${index + 1}`,
      weight: index + 1,
    },
  ]),
);
const EXPLAIN = wireName('explain.example.');
const canary = { canary: { percent: 50, to: { region: 'x' }, name: 'try' } };
const service = (policy: string) => ({ policy, answers: 3, endpoints });
const ZONE = `
@ SERVICE weighted
www A 192.0.2.1
alias CNAME www
old DNAME new
*.new MX 10 www
sub NS ns.sub
ns.sub A 192.0.2.53
weighted SERVICE weighted
sticky SERVICE sticky
rotate SERVICE rotate
mapped SERVICE mapped
canary SERVICE canary
`;

const steered = configOf({
  geo: { networks: { office: ['203.0.113.0/24', '2001:db8:1::/48'] } },
  regions: { x: {}, y: {} },
  policies: {
    weighted: ['weighted'],
    sticky: ['sticky'],
    rotate: ['rotate'],
    mapped: [{ map: [{ from: { network: 'office' }, to: ['x'] }, { to: ['y'] }] }],
    canary: [canary, 'sticky'],
  },
  services: Object.fromEntries(
    ['weighted', 'sticky', 'rotate', 'mapped', 'canary'].map((policy) => [policy, service(policy)]),
  ),
});
const config = {
  ...steered,
  zones: [zoneOf('example.com.', ZONE)],
  server: { ...steered.server, explain: { name: EXPLAIN, allow: [] } },
};

function snapshotNow(): Snapshot {
  const blocks = new CompiledWorld(config, mapOf(config)).compileAll({
    nowMs: 0,
    isUp: () => true,
    isDraining: () => false,
    resolved: () => undefined,
  });
  return new Snapshot({ generation: 1, ...blocks });
}

const SETTINGS: PlaneSettings = {
  nsid: 'ns1',
  cookies: { secrets: [new Uint8Array(16)], isRequired: false },
  explain: {
    name: Buffer.from(EXPLAIN, 'latin1'),
    allow: [{ family: 4, words: [0xcb00_7100 | 0, 0, 0, 0], bits: 24 }],
  },
  rateLimit: limitsOf({ perSecond: Array<number>(5).fill(1_000_000) }),
};

const [v4, v6] = ['203.0.113.9', '2001:db8:2::1'].map(clientAt);
const subnet6 = { edns: { options: [subnetOption(2, 56, '20010db8000200')] } };

const ASKED: readonly (readonly [what: string, question: string, asked?: Asked & { readonly from?: ClientAddress }])[] =
  [
    ['A of a zone', 'www.example.com. A'],
    [
      'every option but a cookie',
      'www.example.com. A',
      { edns: { options: [option(3, ''), subnetOption(1, 24, 'cb0071')] } },
    ],
    ['a CNAME chain', 'alias.example.com. A'],
    ['a DNAME', 'h.old.example.com. MX'],
    ['a referral', 'h.sub.example.com. A'],
    ['NXDOMAIN', 'nope.example.com. A'],
    ['NODATA', 'www.example.com. MX'],
    ['REFUSED', 'www.example.org. A', { edns: {} }],
    ['FORMERR', 'www.example.com. A', { trailing: '00' }],
    ['NOTAUTH', 'www.example.com. A', { counts: [1, 0, 0, 2], trailing: optHex({}) + tsigHex() }],
    ['a draw by weight', 'weighted.example.com. A'],
    ['a draw at the apex, IPv6', 'example.com. AAAA', { from: v6 }],
    ['sticky', 'sticky.example.com. A'],
    ['sticky, by the resolver, IPv6', 'sticky.example.com. A', { from: v6 }],
    ['sticky, by a subnet of IPv6', 'sticky.example.com. A', subnet6],
    ['in turn', 'rotate.example.com. A'],
    ['by the network', 'mapped.example.com. A'],
    ['by the network, IPv6', 'mapped.example.com. A', { from: v6 }],
    ['a canary, sticky inside', 'canary.example.com. A'],
    ['an explanation', 'mapped.example.com.explain.example. TXT'],
    ['a canary, by a subnet of IPv6', 'canary.example.com. A', subnet6],
  ];

/** The least that so many answers leave on the heap. `from` says where they come from. */
function leastLeft(message: Buffer, from: Source): number {
  const answerAll = (count: number): void => {
    for (let index = 0; index < count; index++) {
      message[1] = index;
      answerer.answer(snapshot, message, message.length, from);
    }
  };
  answerAll(WARM_ANSWERS);
  return Math.min(...Array.from({ length: LOOKS }, () => bytesLeftBy(() => answerAll(ANSWERS))));
}

const snapshot = snapshotNow();
// A time that is a small integer: the number that a clock makes on the heap is no part of this.
const answerer = new Answerer(new Random(1), SETTINGS, new BatchClock(() => 1_000_000));

describe('an answer leaves nothing on the heap', () => {
  test.each(ASKED.map(([what, question, asked = {}]) => ({ what, question, asked })))(
    '$what',
    ({ question, asked }) => {
      const { from = v4 } = asked;
      const source = { isStream: false, resolverAddress: (into: ClientAddress) => into.copy(from) };
      expect(leastLeft(query(question, asked), source)).toBeLessThan(LEFT_BYTES_MAX);
    },
  );

  test('and one that left an address would be seen', () => {
    let left: ClientAddress | undefined;
    const source = {
      isStream: false,
      resolverAddress(into: ClientAddress) {
        left = clientAt('203.0.113.9');
        into.copy(left);
      },
    };
    expect(leastLeft(query('sticky.example.com. A'), source)).toBeGreaterThan(LEFT_BYTES_MAX);
    expect(left?.family).toBe(4);
  });
});
