import { describe, expect, test } from 'vitest';
import { Answerer } from '../../../../src/dataplane/answering/answer.ts';
import { BatchClock } from '../../../../src/dataplane/answering/batch-clock.ts';
import type { PlaneSettings } from '../../../../src/snapshot/settings.ts';
import { Random } from '../../../../src/util/random.ts';
import { Answering, snapshotOf, type TestWorld } from '../../../support/answering.ts';
import { query, subnetOption } from '../../../support/ask.ts';
import { decode, testCases } from '../../../support/case.ts';
import { clientAt, limitsOf } from '../../../support/rate-limit.ts';

/** The record of a text, of as many strings as it takes, as it stands in an answer. */
function told(owner: string, text: string): string {
  const strings = text.match(/.{1,255}/g) ?? [];
  const octets = Buffer.concat(strings.flatMap((string) => [Buffer.of(string.length), Buffer.from(string)]));
  return `${owner} 0 TXT \\# ${octets.length} ${octets.toString('hex')}`;
}

/** A row of a test: of a name below example.com, the texts for A and for AAAA. */
const row = (name: string, about: string, ...texts: readonly string[]) => {
  const owner = `${about}.example.com.explain.example.`;
  return { name, query: `${owner} TXT`, answer: texts.map((text) => told(owner, text)) };
};

/** A client subnet in the query, and its scope in the answer. */
const scoped = (address: string, scope: number) => ({
  asked: { edns: { payloadBytes: 1232, options: [subnetOption(1, 24, address)] } },
  options: [[8, subnetOption(1, 24, address, scope).slice(8)]] as const,
});

const word = (value: number): number => value | 0;
const explain: PlaneSettings['explain'] = {
  name: Buffer.from('\x07explain\x07example\0', 'latin1'),
  allow: [
    { family: 4, words: [word(0xc000_0200), 0, 0, 0], bits: 24 },
    { family: 6, words: [0x2001_0db8, 0, 0, 0], bits: 32 },
  ],
};

const office = 'a-region-with-a-name-that-is-as-long-as-the-name-of-a-region-is';
const world: TestWorld = {
  isExplained: true,
  zones: {
    'example.com.': `
www SERVICE web
alias CNAME www
elsewhere CNAME www.example.org.
text TXT "no service"
loop CNAME loop
*.tenant SERVICE web
apart CNAME apart2
apart2 CNAME apart
cname SERVICE cname
beside SERVICE cname
beside TXT "t"
down SERVICE down
sticky SERVICE sticky
refuse SERVICE refuse
backup SERVICE backup
long SERVICE long
sub NS ns.sub
ns.sub A 192.0.2.53
`,
  },
  networks: { office: ['203.0.113.0/24'] },
  services: {
    web: {
      endpoints: { eu: ['192.0.2.1', '2001:db8::1'], us: ['192.0.2.2'], asia: ['192.0.2.3'] },
      steps: [
        {
          kind: 'map',
          settings: { rows: [{ from: { network: ['office'] }, to: ['us'] }, { to: ['eu', 'asia'] }], rest: 'equal' },
        },
      ],
    },
    sticky: {
      endpoints: { one: ['192.0.2.8'], two: ['192.0.2.9'] },
      steps: [{ kind: 'sticky', settings: { ipv4Prefix: 24, ipv6Prefix: 56, zero: 'never' } }],
    },
    cname: { endpoints: { there: 'cdn.example.', here: ['192.0.2.4'] } },
    down: { endpoints: { one: ['192.0.2.66'], two: ['192.0.2.67'] }, answers: 2 },
    refuse: { endpoints: { one: ['192.0.2.66'] }, whenAllDown: 'refuse' },
    backup: { endpoints: { one: ['192.0.2.66'] }, whenAllDown: { service: 'cname' } },
    long: {
      endpoints: Object.fromEntries(
        Array.from({ length: 12 }, (_, index) => [
          `${office}-${index}`,
          [`192.0.2.${index + 1}`, `2001:db8::${index + 1}`],
        ]),
      ),
    },
  },
  down: ['192.0.2.66', '192.0.2.67'],
};

/** The extended error of a refusal (RFC 8914). */
const REFUSAL = [15, '0014'] as const;

const answering = new Answering(world, { explain });
const A = 'service=web type=A mode=normal answers=1';
const AAAA = 'service=web type=AAAA mode=normal answers=1 tier1=eu:100%';
const WEB = [`${A} tier1=eu:100%`, AAAA];
const NONE = ['service=none'];

testCases('an explanation', answering, [
  row('of A and of AAAA', 'www', ...WEB),
  { ...row('for the client subnet', 'www', `${A} tier1=us:100%`, AAAA), ...scoped('cb0071', 24) },
  { ...row('for another, as far as it holds', 'www', ...WEB), ...scoped('c00002', 5) },
  { ...row('for who asks, over IPv6', 'www', ...WEB), from: '2001:db8::53' },
  row('in the case of the question', 'wWw', ...WEB),
  row('behind a CNAME', 'alias', ...WEB),
  row('of a name that a wildcard stands for', 'a.b.tenant', ...WEB),
  row(
    'of a service whose endpoints are names',
    'cname',
    'service=cname type=A mode=normal answers=1 draw=random tier1=there:50%,here:50%',
    'service=cname type=AAAA mode=normal answers=1 tier1=there:100%',
  ),
  row(
    'beside other data, where no CNAME is answered',
    'beside',
    'service=cname type=A mode=normal answers=1 tier1=here:100%',
    'service=cname type=AAAA mode=all answer=unknown',
  ),
  row(
    'of a draw that keeps clients where they are',
    'sticky',
    'service=sticky type=A mode=normal answers=1 draw=sticky tier1=one:50%,two:50%',
    'service=sticky type=AAAA mode=normal answer=none',
  ),
]);

testCases('an explanation while all is down', answering, [
  row(
    'all the same',
    'down',
    'service=down type=A mode=all answers=2 draw=random tier1=one:50%,two:50%',
    'service=down type=AAAA mode=normal answer=none',
  ),
  row(
    'refused',
    'refuse',
    'service=refuse type=A mode=refuse answer=refuse',
    'service=refuse type=AAAA mode=normal answer=none',
  ),
  row(
    'by another service',
    'backup',
    'service=backup type=A mode=service answers=1 draw=random tier1=cname/there:50%,cname/here:50%',
    'service=backup type=AAAA mode=normal answer=none',
  ),
]);

testCases('no service', answering, [
  row('other records', 'text', ...NONE),
  row('no such name', 'nothing', ...NONE),
  row('a name of elsewhere', 'www.example.org', ...NONE),
  row('a CNAME that leads elsewhere', 'elsewhere', ...NONE),
  row('CNAMEs in a circle', 'apart', ...NONE),
  row('a delegation', 'www.sub', ...NONE),
  { name: 'nothing in front', query: 'explain.example. TXT', answer: [told('explain.example.', 'service=none')] },
]);

const asked = 'www.example.com.explain.example.';
const refused = { rcode: 'REFUSED' } as const;

testCases(
  'refused, as any name of elsewhere',
  answering,
  [
    { name: 'to others', query: `${asked} TXT`, from: '192.0.3.1', ...refused },
    { name: 'to others, over IPv6', query: `${asked} TXT`, from: '2001:db9::1', ...refused },
    {
      name: 'to others who speak for one who may',
      query: `${asked} TXT`,
      from: '192.0.3.1',
      ...refused,
      ...scoped('c00002', 0),
    },
    { name: 'another type', query: `${asked} A`, ...refused },
    { name: 'another class', query: `${asked} TXT`, asked: { class: 3 }, ...refused },
    { name: 'a name next to it', query: 'www.example.com.explain.examplf. TXT', ...refused },
    { name: 'a name that is shorter', query: 'example. TXT', ...refused },
    { name: 'a label that ends like it', query: 'www.a\\007explain.example. TXT', ...refused },
  ].map((one) => ('options' in one ? { ...one, options: [...one.options, REFUSAL] } : one)),
);

testCases('who asks, where nothing is explained', new Answering(world), [
  { name: 'refused', query: `${asked} TXT`, ...refused },
]);

testCases('settings that came before the texts', new Answering({ ...world, isExplained: false }, { explain }), [
  { name: 'SERVFAIL', query: `${asked} TXT`, rcode: 'SERVFAIL' },
]);

describe('an explanation', () => {
  const settings = { cookies: { secrets: [new Uint8Array(16)], isRequired: false }, explain };
  const source = {
    isStream: false,
    resolverAddress: (into: ReturnType<typeof clientAt>) => into.copy(clientAt('192.0.2.1')),
  };

  test.each([
    ['both', 1232, 2, ''],
    ['none where one would fit', 800, 0, ' tc'],
    ['none', 512, 0, ' tc'],
  ])('too long for UDP: %s', (_, payloadBytes, count, more) => {
    const message = query('long.example.com.explain.example. TXT', { edns: { payloadBytes } });
    const { answer, flags } = decode(answering.ask(message));
    expect([answer.length, flags]).toEqual([count, `aa${more}`]);
  });

  test('is no longer than two strings', () => {
    const { answer } = decode(answering.ask(query('long.example.com.explain.example. TXT'), { isStream: true }));
    expect(answer.map((line) => line.split(' ')[4])).toEqual(['512', '512']);
    expect(answer[0]).toMatch(new RegExp(`${Buffer.from('...').toString('hex')}$`));
  });

  test('of a service that is not there yet: SERVFAIL', () => {
    const snapshot = snapshotOf(world);
    snapshot.services = [];
    const answerer = new Answerer(new Random(1), settings, new BatchClock(() => 0));
    const message = query(`${asked} TXT`);
    const length = answerer.answer(snapshot, message, message.length, source);
    expect(decode(answerer.out.slice(0, length))).toMatchObject({ rcode: 2, flags: '' });
  });

  test('goes on while refusals are limited', () => {
    const rateLimit = limitsOf({ perSecond: [10, 10, 10, 10, 1] });
    const limited = new Answering(world, { explain, rateLimit });
    const askTwice = (question: string) => [0, 1].map(() => limited.ask(query(question)) !== undefined);
    expect(askTwice('www.example.org. A')).toEqual([true, false]);
    expect(askTwice(`${asked} TXT`)).toEqual([true, true]);
  });

  test.each(['cb0071', 'c00002'])('leaves the answer for %s as it is', (address) => {
    const ask = (isExplained: boolean) =>
      decode(new Answering({ ...world, isExplained }).ask(query('www.example.com. A', scoped(address, 0).asked)));
    expect(ask(true)).toEqual(ask(false));
  });
});
