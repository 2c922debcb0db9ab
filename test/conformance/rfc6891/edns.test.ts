import { describe, expect, test } from 'vitest';
import { Answering, soaOf } from '../../support/answering.ts';
import { type AskedEdns, optHex, option, query } from '../../support/ask.ts';
import { type Case, decode, rcodeText, testCases } from '../../support/case.ts';

const answering = new Answering({ zones: { 'example.com.': 'www A 192.0.2.1\nsub NS ns.sub\nns.sub A 192.0.2.53' } });
const name = 'www.example.com. A';
const answer = ['www.example.com. 300 A 192.0.2.1'];
const www = { query: name, answer };
const opt = (edns: AskedEdns): Pick<Case, 'asked'> => ({ asked: { edns } });
const formerr = { query: name, rcode: 'FORMERR' } as const;

testCases('RFC 6891 section 6.1.1, an OPT for an OPT', answering, [
  { name: 'no OPT without one', ...www },
  { name: 'an answer', ...www, ...opt({}) },
  { name: 'NODATA', query: 'www.example.com. MX', ...opt({}), authority: [soaOf('example.com.')] },
  { name: 'NXDOMAIN', query: 'nope.example.com. A', ...opt({}), rcode: 'NXDOMAIN', authority: [soaOf('example.com.')] },
  { name: 'REFUSED', query: 'example.org. A', ...opt({}), rcode: 'REFUSED', options: [[15, '0014']] },
  { name: 'NOTIMP', query: 'example.com. A', asked: { opcode: 2, edns: {} }, rcode: 'NOTIMP' },
  {
    name: 'a referral',
    query: 'www.sub.example.com. A',
    ...opt({}),
    flags: '',
    authority: ['sub.example.com. 300 NS ns.sub.example.com.'],
    additional: ['ns.sub.example.com. 300 A 192.0.2.53'],
  },
  {
    name: 'two of them: FORMERR, with one',
    ...formerr,
    asked: { edns: {}, counts: [1, 0, 0, 2], trailing: optHex({}) },
  },
]);

describe('RFC 6891 section 6.1.1, an OPT that is none is not answered by one', () => {
  test.each([
    ['in the answer section', [1, 1, 0, 0], optHex({})],
    ['in the authority section', [1, 0, 1, 0], optHex({})],
    ['owned by another name than the root', [1, 0, 0, 1], `0161${optHex({})}`],
    ['owned by a pointer to the question', [1, 0, 0, 1], `c00c${optHex({}).slice(2)}`],
    ['cut short', [1, 0, 0, 1], optHex({}).slice(0, -2)],
    ['with more rdata than there is', [1, 0, 0, 1], `${optHex({}).slice(0, -4)}0001`],
  ] as const)('%s: FORMERR', (_, counts, trailing) => {
    const { rcode, opt, question } = decode(answering.ask(query(name, { counts, trailing })));
    expect([rcodeText(rcode), opt, question]).toEqual(['FORMERR', undefined, 'www.example.com. A IN']);
  });
});

testCases('RFC 6891 section 6.1.2, options', answering, [
  { name: 'unknown: ignored and not echoed', ...www, ...opt({ options: [option(100, ''), option(65001, 'abcdef')] }) },
  { name: 'with a header cut short', ...formerr, ...opt({ options: ['000a00'] }) },
  { name: 'longer than the OPT', ...formerr, ...opt({ options: ['000a000801020304'] }) },
  { name: 'the second longer than the OPT', ...formerr, ...opt({ options: [option(100, '00'), '006500ff'] }) },
  { name: 'twice the same unknown one', ...www, ...opt({ options: [option(100, ''), option(100, '')] }) },
]);

testCases('RFC 6891 section 6.1.3, versions', answering, [
  { name: 'version 1', query: name, ...opt({ version: 1 }), rcode: 'BADVERS' },
  { name: 'version 255', query: name, ...opt({ version: 255 }), rcode: 'BADVERS' },
  {
    name: 'with options, which mean what we can not know',
    query: name,
    ...opt({ version: 1, options: ['000a00'] }),
    rcode: 'BADVERS',
  },
  {
    name: 'with a Client Subnet: not echoed',
    query: name,
    ...opt({ version: 1, options: [option(8, '00011800c00002')] }),
    rcode: 'BADVERS',
  },
  { name: 'for a name that is not ours', query: 'example.org. A', ...opt({ version: 1 }), rcode: 'BADVERS' },
]);

test('RFC 6891 section 6.1.3, an extended rcode in a query means nothing', () => {
  const withRcode = '00002904d0ff0000000000';
  const response = decode(answering.ask(query(name, { counts: [1, 0, 0, 1], trailing: withRcode })));
  expect([response.rcode, response.answer]).toEqual([0, answer]);
});

describe('RFC 6891 section 6.1.3 and 6.1.4, what our OPT says', () => {
  const optOf = (edns: AskedEdns) => decode(answering.ask(query(name, { edns }))).opt;

  test('version 0, whatever was asked', () => {
    expect([optOf({})?.version, optOf({ version: 1 })?.version]).toEqual([0, 0]);
  });

  test('1232 octets, whatever was offered (RFC 9715 section 3.2)', () => {
    expect([0, 512, 1232, 4096, 65535].map((payloadBytes) => optOf({ payloadBytes })?.payloadBytes)).toEqual(
      Array<number>(5).fill(1232),
    );
  });

  test('DO as it was sent (RFC 3225 section 3), and no other flag', () => {
    expect([0, 0x8000, 0xffff, 0x7fff].map((flags) => optOf({ flags })?.flags)).toEqual([0, 0x8000, 0x8000, 0]);
  });

  test('DO in BADVERS and FORMERR too', () => {
    expect(optOf({ flags: 0x8000, version: 1 })?.flags).toBe(0x8000);
    expect(optOf({ flags: 0x8000, options: ['00'] })?.flags).toBe(0x8000);
  });
});
