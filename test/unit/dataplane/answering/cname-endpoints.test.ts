import { describe, expect, test } from 'vitest';
import { Answering, soaOf, type TestName, type TestService } from '../../../support/answering.ts';
import { query, subnetOption } from '../../../support/ask.ts';
import { type Case, decode, testCases } from '../../../support/case.ts';

const ADDRESS = ['192.0.2.1', '2001:db8::1'];
const LB = ['198.51.100.1', '198.51.100.2', '2001:db8::100'];
const inOrder = (...regions: string[]): Pick<TestService, 'steps'> => ({
  steps: [{ kind: 'ordered', settings: regions }],
});

/** example.com: a service at the apex, at www, at a wildcard, and beside a TXT. */
function world(service: TestService, resolved: Readonly<Record<string, TestName>> = {}, down: readonly string[] = []) {
  return new Answering({
    zones: {
      'example.com.': `
@ SERVICE it
www SERVICE it
brief 5 SERVICE it
beside SERVICE it
beside TXT "t"
*.wild SERVICE it
*.many CNAME www
alias CNAME www
back CNAME www
own A 192.0.2.77
`,
    },
    services: { it: service, sorry: { endpoints: { here: ['192.0.2.99'] } } },
    resolved,
    down,
  });
}

const noData = { authority: [soaOf('example.com.')] };
const lb: TestService = { endpoints: { far: 'LB.example.net.' } };
const known = { 'LB.example.net.': { addresses: LB, ttlSeconds: 10 } };
const toLb = (owner: string, ttl = 20) => `${owner} ${ttl} CNAME LB.example.net.`;

testCases('a name where a CNAME may stand', world(lb, known), [
  { name: 'A', query: 'www.example.com. A', answer: [toLb('www.example.com.')] },
  { name: 'AAAA', query: 'www.example.com. AAAA', answer: [toLb('www.example.com.')] },
  { name: 'CNAME', query: 'www.example.com. CNAME', answer: [toLb('www.example.com.')] },
  { name: 'MX (RFC 1034 section 3.6.2)', query: 'www.example.com. MX', answer: [toLb('www.example.com.')] },
  { name: 'ANY (RFC 8482)', query: 'www.example.com. ANY', answer: [toLb('www.example.com.')] },
  { name: 'a TTL of the record’s own', query: 'brief.example.com. A', answer: [toLb('brief.example.com.', 5)] },
  { name: 'by a wildcard', query: 'a.b.wild.example.com. A', answer: [toLb('a.b.wild.example.com.')] },
  {
    name: 'behind a CNAME',
    query: 'alias.example.com. A',
    answer: ['alias.example.com. 300 CNAME www.example.com.', toLb('www.example.com.')],
  },
]);

testCases('a name where none may stand', world(lb, known), [
  {
    name: 'the apex: A, no longer than the addresses hold',
    query: 'example.com. A',
    answer: ['example.com. 10 A 198.51.100.1', 'example.com. 10 A 198.51.100.2'],
  },
  { name: 'the apex: AAAA', query: 'example.com. AAAA', answer: ['example.com. 10 AAAA 2001:db8::100'] },
  { name: 'the apex: CNAME', query: 'example.com. CNAME', ...noData },
  { name: 'the apex: MX', query: 'example.com. MX', ...noData },
  {
    name: 'beside other data',
    query: 'beside.example.com. A',
    answer: ['beside.example.com. 10 A 198.51.100.1', 'beside.example.com. 10 A 198.51.100.2'],
  },
  { name: 'beside other data: CNAME', query: 'beside.example.com. CNAME', ...noData },
  {
    name: 'beside other data: that',
    query: 'beside.example.com. TXT',
    answer: ['beside.example.com. 300 TXT \\# 2 0174'],
  },
]);

testCases('a TTL of the answer’s own that is less', world(lb, { 'LB.example.net.': { addresses: LB } }), [
  { name: 'holds', query: 'example.com. AAAA', answer: ['example.com. 20 AAAA 2001:db8::100'] },
]);

const notReady = { edns: {} };
const NOT_READY = [[15, `000e${Buffer.from('no address is known yet').toString('hex')}`]] as const;
testCases('a name of which nothing is known yet', world(lb), [
  { name: 'is answered as a CNAME all the same', query: 'www.example.com. A', answer: [toLb('www.example.com.')] },
  {
    name: 'is not denied at the apex',
    query: 'example.com. A',
    rcode: 'SERVFAIL',
    asked: notReady,
    options: [...NOT_READY],
  },
  {
    name: 'is not denied behind a CNAME',
    query: 'alias.example.com. MX',
    answer: ['alias.example.com. 300 CNAME www.example.com.', toLb('www.example.com.')],
  },
]);

testCases(
  'a name that has addresses of one family',
  world(lb, { 'LB.example.net.': { addresses: ['198.51.100.1'] } }),
  [
    { name: 'has no data of the other: nothing is down', query: 'example.com. AAAA', asked: { edns: {} }, ...noData },
    { name: 'has the one', query: 'example.com. A', answer: ['example.com. 20 A 198.51.100.1'] },
  ],
);

const mixed: TestService = { endpoints: { near: ADDRESS, far: 'LB.example.net.' }, ...inOrder('near', 'far') };
testCases('an endpoint with addresses before a CNAME', world(mixed, known), [
  { name: 'A', query: 'www.example.com. A', answer: ['www.example.com. 20 A 192.0.2.1'] },
  { name: 'AAAA', query: 'www.example.com. AAAA', answer: ['www.example.com. 20 AAAA 2001:db8::1'] },
  { name: 'MX', query: 'www.example.com. MX', ...noData },
  { name: 'CNAME', query: 'www.example.com. CNAME', ...noData },
]);

testCases('an endpoint with addresses that are down, before a CNAME', world(mixed, known, ADDRESS), [
  { name: 'A', query: 'www.example.com. A', answer: [toLb('www.example.com.')] },
  { name: 'MX', query: 'www.example.com. MX', answer: [toLb('www.example.com.')] },
  { name: 'the apex', query: 'example.com. AAAA', answer: ['example.com. 10 AAAA 2001:db8::100'] },
]);

const mixedBack: TestService = { ...mixed, ...inOrder('far', 'near') };
testCases('a CNAME all of whose addresses are down', world(mixedBack, known, LB), [
  { name: 'yields', query: 'www.example.com. A', answer: ['www.example.com. 20 A 192.0.2.1'] },
]);
testCases('a CNAME one of whose addresses is up', world(mixedBack, known, LB.slice(1)), [
  { name: 'does not', query: 'www.example.com. A', answer: [toLb('www.example.com.')] },
  { name: 'is that one, flattened', query: 'example.com. A', answer: ['example.com. 10 A 198.51.100.1'] },
]);
testCases('a CNAME that leads nowhere', world(mixedBack, { 'LB.example.net.': { addresses: [] } }), [
  { name: 'yields', query: 'www.example.com. A', answer: ['www.example.com. 20 A 192.0.2.1'] },
  { name: 'yields at the apex', query: 'example.com. A', answer: ['example.com. 20 A 192.0.2.1'] },
]);

const allDown = (whenAllDown: NonNullable<TestService['whenAllDown']>) => world({ ...lb, whenAllDown }, known, LB);
const asked = { edns: {} };
const options: Case['options'] = [[15, `0000${Buffer.from('no endpoint is up').toString('hex')}`]];
testCases('all down: all', allDown('all'), [
  { name: 'the CNAME', query: 'www.example.com. A', asked, options, answer: [toLb('www.example.com.')] },
  { name: 'the addresses', query: 'example.com. AAAA', asked, options, answer: ['example.com. 10 AAAA 2001:db8::100'] },
]);
testCases('all down: none', allDown('none'), [
  { name: 'no CNAME', query: 'www.example.com. A', asked, options, ...noData },
  { name: 'no addresses', query: 'example.com. A', asked, options, ...noData },
]);
testCases('all down: another service', allDown({ service: 'sorry' }), [
  { name: 'A', query: 'www.example.com. A', asked, options, answer: ['www.example.com. 20 A 192.0.2.99'] },
  { name: 'MX, which that has not', query: 'www.example.com. MX', asked, options, ...noData },
  { name: 'the apex', query: 'example.com. A', asked, options, answer: ['example.com. 20 A 192.0.2.99'] },
]);

const several: TestService = {
  endpoints: { one: ['192.0.2.1'], far: 'LB.example.net.', two: ['192.0.2.2'], three: ['192.0.2.3'] },
  answers: 2,
};
testCases(
  'several answers, a CNAME among what is drawn later',
  world({ ...several, ...inOrder('one', 'far', 'two') }, known),
  [
    {
      name: 'it is left out, for the next (RFC 2181 section 10.1)',
      query: 'www.example.com. A',
      answer: ['www.example.com. 20 A 192.0.2.1', 'www.example.com. 20 A 192.0.2.2'],
    },
    {
      name: 'flattened it stays, and its TTL is that of all (RFC 2181 section 5.2)',
      query: 'example.com. A',
      answer: ['192.0.2.1', '198.51.100.1', '198.51.100.2'].map((address) => `example.com. 10 A ${address}`),
    },
  ],
);
testCases('several answers, a CNAME drawn first', world({ ...several, ...inOrder('far', 'one') }, known), [
  { name: 'it is all', query: 'www.example.com. A', answer: [toLb('www.example.com.')] },
]);

testCases('a CNAME to a name of ours', world({ endpoints: { own: 'own.example.com.' } }), [
  {
    name: 'is followed',
    query: 'www.example.com. A',
    answer: ['www.example.com. 20 CNAME own.example.com.', 'own.example.com. 300 A 192.0.2.77'],
  },
  {
    name: 'is not where CNAME is asked',
    query: 'www.example.com. CNAME',
    answer: ['www.example.com. 20 CNAME own.example.com.'],
  },
  {
    name: 'leads to a denial where that name has no such type',
    query: 'www.example.com. MX',
    answer: ['www.example.com. 20 CNAME own.example.com.'],
    ...noData,
  },
]);
testCases('a CNAME that leads back', world({ endpoints: { own: 'back.example.com.' } }), [
  {
    name: 'is there once',
    query: 'www.example.com. A',
    answer: ['www.example.com. 20 CNAME back.example.com.', 'back.example.com. 300 CNAME www.example.com.'],
  },
]);

const longest = `${'a'.repeat(63)}.${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(61)}.`;
const longOwner = `${'w'.repeat(63)}.${'x'.repeat(63)}.${'y'.repeat(63)}.many.example.com.`;
testCases('a CNAME that does not fit', world({ endpoints: { far: longest } }), [
  {
    name: 'is left out',
    query: `${longOwner} A`,
    flags: 'aa tc',
    answer: [`${longOwner} 300 CNAME www.example.com.`],
  },
  {
    name: 'is there over a stream',
    query: `${longOwner} A`,
    isStream: true,
    answer: [`${longOwner} 300 CNAME www.example.com.`, `www.example.com. 20 CNAME ${longest}`],
  },
]);

describe('the scope', () => {
  const answering = new Answering({
    zones: { 'example.com.': 'www SERVICE it\n@ SERVICE it' },
    services: {
      it: {
        endpoints: { near: ADDRESS, far: 'lb.example.net.' },
        steps: [
          {
            kind: 'map',
            settings: { rows: [{ from: { network: ['home'] }, to: ['far'] }, { to: ['near'] }], rest: 'equal' },
          },
        ],
      },
    },
    networks: { home: ['203.0.113.0/24'] },
    resolved: { 'lb.example.net.': { addresses: LB } },
  });
  const ask = (question: string, address: string) =>
    decode(answering.ask(query(question, { edns: { options: [subnetOption(1, 24, address)] } })));

  test.each(['A', 'AAAA', 'MX'])('of %s is the network that the CNAME is for', (type) => {
    const { answer, opt } = ask(`www.example.com. ${type}`, 'cb0071');
    expect(answer).toEqual(['www.example.com. 20 CNAME lb.example.net.']);
    expect(opt?.options).toEqual([[8, '00011818cb0071']]);
  });

  test('of a denial, too, since others are answered', () => {
    const { answer, opt } = ask('www.example.com. MX', 'c63364');
    expect(answer).toEqual([]);
    expect(opt?.options[0]?.[1]).not.toBe('00011800c63364');
  });
});

test('each endpoint has its share, a CNAME among them', () => {
  const answering = world({ endpoints: { near: ADDRESS, far: 'lb.example.net.' } });
  let aliases = 0;
  for (let draw = 0; draw < 1000; draw++) {
    const { answer } = decode(answering.ask(query('www.example.com. A')));
    expect(answer).toHaveLength(1);
    if (answer[0]?.includes('CNAME')) aliases++;
  }
  expect(aliases).toBeGreaterThan(400);
  expect(aliases).toBeLessThan(600);
});
