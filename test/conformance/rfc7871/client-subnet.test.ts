import { describe, expect, test } from 'vitest';
import { Answering, soaOf } from '../../support/answering.ts';
import { option, query, subnetOption } from '../../support/ask.ts';
import { type Case, decode, type Rcode, rcodeText, testCases } from '../../support/case.ts';

const answering = new Answering({
  zones: {
    'example.com.': `
geo SERVICE geo
same SERVICE same
backed SERVICE backed
none SERVICE none
plain A 192.0.2.1
to CNAME geo
*.wild SERVICE geo
sub NS ns.example.
`,
  },
  services: {
    geo: {
      endpoints: { west: ['192.0.2.10', '2001:db8::10'], east: ['192.0.2.20', '2001:db8::20'] },
      steps: [
        {
          kind: 'map',
          settings: { rows: [{ from: { network: ['office', 'v6'] }, to: ['east'] }, { to: ['west'] }], rest: 'equal' },
        },
      ],
    },
    same: { endpoints: { west: ['192.0.2.30'] } },
    backed: { endpoints: { west: ['192.0.2.40'] }, whenAllDown: { service: 'geo' } },
    none: { endpoints: { west: ['192.0.2.40'] }, whenAllDown: 'none' },
  },
  networks: { office: ['203.0.113.0/24'], v6: ['2001:db8:1::/48'] },
  down: ['192.0.2.40'],
});

const BAD: readonly (readonly [what: string, option: string])[] = [
  ['nothing in it', option(8, '')],
  ['three octets', option(8, '000118')],
  ['IPv4, 33 bits', subnetOption(1, 33, 'c000020100')],
  ['IPv4, 255 bits', subnetOption(1, 255, 'c0000201'.padEnd(64, '0'))],
  ['IPv6, 129 bits', subnetOption(2, 129, '20010db8'.padEnd(34, '0'))],
  ['a scope in a query', subnetOption(1, 24, 'c00002', 24)],
  ['a scope with nothing else', subnetOption(1, 0, '', 1)],
  ['an octet too many', subnetOption(1, 24, 'c0000200')],
  ['an octet too few', subnetOption(1, 24, 'c000')],
  ['an address with prefix 0', subnetOption(1, 0, 'c0')],
  ['a bit beyond 25', subnetOption(1, 25, 'c0000240')],
  ['a bit beyond 1', subnetOption(1, 1, '40')],
  ['a bit beyond 31', subnetOption(1, 31, 'c0000201')],
  ['a bit beyond 127', subnetOption(2, 127, `${'20010db8'.padEnd(31, '0')}1`)],
  ['family 0 with bits', subnetOption(0, 24, 'c00002')],
  ['family 3', subnetOption(3, 24, 'c00002')],
  ['family 3 without bits', subnetOption(3, 0, '')],
  ['family 65535 without bits', subnetOption(65535, 0, '')],
  ['IPv6 octets as IPv4', subnetOption(1, 48, '20010db80001')],
];
testCases(
  'RFC 7871 section 6 and 7.1.2, a malformed option: FORMERR',
  answering,
  BAD.flatMap(([name, bad]): Case[] => [
    { name, query: 'geo.example.com. A', asked: { edns: { options: [bad] } }, rcode: 'FORMERR' },
    {
      name: `${name}, at a name without a service`,
      query: 'plain.example.com. A',
      asked: { edns: { options: [bad] } },
      rcode: 'FORMERR',
    },
  ]),
);
testCases('RFC 7871 section 6, two options', answering, [
  {
    name: 'could contradict: FORMERR',
    query: 'geo.example.com. A',
    asked: { edns: { options: Array<string>(2).fill(subnetOption(1, 24, 'c00002')) } },
    rcode: 'FORMERR',
  },
]);

/** What is sent, the same with the scope as it comes back, and the answer. */
const geo = (
  subnet: readonly [family: number, bits: number, address: string],
  scope: number,
  last: number,
): Pick<Case, 'query' | 'asked' | 'options' | 'answer'> => ({
  query: 'geo.example.com. A',
  asked: { edns: { options: [subnetOption(...subnet)] } },
  options: [[8, subnetOption(...subnet, scope).slice(8)]],
  answer: [`geo.example.com. 20 A 192.0.2.${last}`],
});
/** Extended errors (RFC 8914). */
const NO_ENDPOINT_UP = [15, `0000${Buffer.from('no endpoint is up').toString('hex')}`] as const;
const NOT_AUTHORITATIVE = [15, '0014'] as const;

const office = [1, 24, 'cb0071'] as const;

testCases('RFC 7871 section 7.2.1, the answer of a service and its scope', answering, [
  { name: 'the network itself', ...geo(office, 24, 20) },
  { name: 'an address within: the answer holds for all of the network', ...geo([1, 32, 'cb007105'], 24, 20) },
  { name: 'a longer source: the scope is shorter', ...geo([1, 25, 'cb007180'], 24, 20) },
  { name: 'a shorter source: the scope says that more is needed', ...geo([1, 16, 'cb00'], 18, 10) },
  { name: 'far from it: the largest network with this answer', ...geo([1, 24, '0a0000'], 1, 10) },
  { name: 'one bit', ...geo([1, 1, '80'], 2, 10) },
  { name: 'IPv6 within a network', ...geo([2, 56, '20010db8000100'], 48, 20) },
  { name: 'IPv6 outside', ...geo([2, 32, 'fe800000'], 1, 10) },
  { name: 'all of an IPv6 address', ...geo([2, 128, '20010db8000100000000000000000001'], 48, 20) },
  {
    name: 'through a CNAME',
    ...geo(office, 24, 20),
    query: 'to.example.com. A',
    answer: ['to.example.com. 300 CNAME geo.example.com.', 'geo.example.com. 20 A 192.0.2.20'],
  },
  {
    name: 'by a wildcard',
    ...geo(office, 24, 20),
    query: 'x.wild.example.com. A',
    answer: ['x.wild.example.com. 20 A 192.0.2.20'],
  },
  {
    name: 'AAAA',
    ...geo(office, 24, 20),
    query: 'geo.example.com. AAAA',
    answer: ['geo.example.com. 20 AAAA 2001:db8::20'],
  },
  {
    name: 'of the service that stands in',
    ...geo(office, 24, 20),
    options: [[8, subnetOption(...office, 24).slice(8)], NO_ENDPOINT_UP],
    query: 'backed.example.com. A',
    answer: ['backed.example.com. 20 A 192.0.2.20'],
  },
  { name: 'the subnet counts, not the resolver', ...geo([1, 24, '0a0000'], 1, 10), from: '203.0.113.1' },
]);

type Answered = Pick<Case, 'query' | 'rcode' | 'answer' | 'authority' | 'flags' | 'options'>;
const zeroScope = (name: string, { options = [], ...row }: Answered): Case => ({
  name,
  ...row,
  asked: { edns: { options: [subnetOption(...office)] } },
  options: [[8, subnetOption(...office, 0).slice(8)], ...options],
});
testCases('RFC 7871 section 7.2.1, scope 0 where nothing depends on the client', answering, [
  zeroScope('a record', { query: 'plain.example.com. A', answer: ['plain.example.com. 300 A 192.0.2.1'] }),
  zeroScope('NODATA', { query: 'plain.example.com. MX', authority: [soaOf('example.com.')] }),
  zeroScope('NXDOMAIN', { query: 'nope.example.com. A', rcode: 'NXDOMAIN', authority: [soaOf('example.com.')] }),
  zeroScope('REFUSED', { query: 'example.org. A', rcode: 'REFUSED', options: [NOT_AUTHORITATIVE] }),
  zeroScope('a referral', {
    query: 'x.sub.example.com. A',
    flags: '',
    authority: ['sub.example.com. 300 NS ns.example.'],
  }),
  zeroScope('a service that answers all alike', {
    query: 'same.example.com. A',
    answer: ['same.example.com. 20 A 192.0.2.30'],
  }),
  zeroScope('a service without such addresses', {
    query: 'same.example.com. AAAA',
    authority: [soaOf('example.com.')],
  }),
  zeroScope('a service with nothing up', {
    query: 'none.example.com. A',
    authority: [soaOf('example.com.')],
    options: [NO_ENDPOINT_UP],
  }),
  zeroScope('other types at a service', { query: 'geo.example.com. TXT', authority: [soaOf('example.com.')] }),
]);

const unused = (family: number, from: string, last: number): Case => ({
  name: `family ${family}, from ${from}`,
  from,
  ...geo([family, 0, ''], 0, last),
});
testCases('RFC 7871 section 7.1.2, prefix 0 says not to use it: the resolver counts, and scope is 0', answering, [
  unused(1, '203.0.113.9', 20),
  unused(1, '198.51.100.9', 10),
  unused(2, '203.0.113.9', 20),
  unused(2, '2001:db8:1::9', 20),
  unused(0, '203.0.113.9', 20),
  unused(0, '2001:db8:2::9', 10),
]);

describe('RFC 7871 section 7.2.2, without the option', () => {
  test.each([
    ['203.0.113.200', '192.0.2.20'],
    ['203.0.112.200', '192.0.2.10'],
    ['2001:db8:1:ffff::1', '192.0.2.20'],
    ['2001:db8:2::1', '192.0.2.10'],
  ])('the resolver %s is answered as itself, with no option', (from, address) => {
    const { answer, opt } = decode(answering.ask(query('geo.example.com. A', { edns: {} }), { from }));
    expect(answer).toEqual([`geo.example.com. 20 A ${address}`]);
    expect(opt?.options).toEqual([]);
  });
});

describe('RFC 7871 section 6, every length of prefix', () => {
  const ADDRESS = { 1: 'ffffffff', 2: 'f'.repeat(32) } as const;
  const prefix = (family: 1 | 2, bits: number) => {
    const octets = Buffer.from(ADDRESS[family], 'hex').subarray(0, Math.ceil(bits / 8));
    if (bits % 8 !== 0) octets[octets.length - 1] = 0xff00 >> (bits % 8);
    return octets.toString('hex');
  };
  const rcodeOf = (family: number, bits: number, address: string): Rcode | string =>
    rcodeText(
      decode(answering.ask(query('geo.example.com. A', { edns: { options: [subnetOption(family, bits, address)] } })))
        .rcode,
    );

  test.each([
    [1, 32],
    [2, 128],
  ] as const)('family %i up to %i bits', (family, bitsMax) => {
    for (let bits = 0; bits <= 255; bits++) {
      const address = bits <= bitsMax ? prefix(family, bits) : '00'.repeat(Math.ceil(bits / 8));
      expect([bits, rcodeOf(family, bits, address)]).toEqual([bits, bits <= bitsMax ? 'NOERROR' : 'FORMERR']);
    }
  });
});
