import { describe, expect, test } from 'vitest';
import { Answering } from '../../support/answering.ts';
import { type Asked, hex16, nameHex, optHex, query } from '../../support/ask.ts';
import { type Case, decode, type Rcode, rcodeText, testCases } from '../../support/case.ts';

const answering = new Answering({ zones: { 'example.com.': 'www A 192.0.2.1\n* TXT "any"' } });
const www = query('www.example.com. A');
const name = 'www.example.com. A';
const answer = ['www.example.com. 300 A 192.0.2.1'];
const header = (...counts: readonly [number, number, number, number]) => `12340000${hex16(...counts)}`;
const octets = (hex: string) => Buffer.from(hex, 'hex');
const record = (owner: string, type: number, data: string, length = data.length / 2) =>
  `${owner}${hex16(type, 1, 0, 300, length)}${data}`;
const a = record('c00c', 1, 'c0000201');
const label = (size: number) => size.toString(16).padStart(2, '0') + '61'.repeat(size);
/** A name below example.com. of that many octets in all. */
const nameOf = (bytes: number) => {
  const left = bytes - 13;
  return `${label(63)}${label(63)}${label(63)}${label(left - 3 * 64 - 1)}${nameHex('example.com.')}`;
};

describe('RFC 1035 section 4.1.1, too short for a header: silence', () => {
  test.each(Array.from({ length: 12 }, (_, length) => length))('%i octets', (length) => {
    expect(answering.ask(www.subarray(0, length))).toBeUndefined();
  });
});

describe('RFC 1035 section 4, a query cut short', () => {
  test.each(Array.from({ length: www.length - 12 }, (_, index) => 12 + index))('after %i octets', (length) => {
    const response = decode(answering.ask(www.subarray(0, length)));
    expect([rcodeText(response.rcode), response.question]).toEqual(['FORMERR', '']);
  });
});

testCases('RFC 1035 section 4.1.2 and 4.1.4, the question', answering, [
  { name: 'a pointer to itself', query: octets(`${header(1, 0, 0, 0)}c00c00010001`), rcode: 'FORMERR' },
  { name: 'a pointer into the header', query: octets(`${header(1, 0, 0, 0)}03777777c00000010001`), rcode: 'FORMERR' },
  {
    name: 'a pointer ahead',
    query: octets(`${header(1, 0, 0, 0)}c01200010001${nameHex('example.com.')}`),
    rcode: 'FORMERR',
  },
  { name: 'a label of 64 octets', query: octets(`${header(1, 0, 0, 0)}${label(64)}0000010001`), rcode: 'FORMERR' },
  { name: 'label type 01', query: octets(`${header(1, 0, 0, 0)}41780000010001`), rcode: 'FORMERR' },
  { name: 'label type 10', query: octets(`${header(1, 0, 0, 0)}8178000000010001`), rcode: 'FORMERR' },
  { name: 'a label beyond the end', query: octets(`${header(1, 0, 0, 0)}3f777777`), rcode: 'FORMERR' },
  { name: 'a name of 256 octets', query: octets(`${header(1, 0, 0, 0)}${nameOf(256)}00100001`), rcode: 'FORMERR' },
  {
    name: 'a name of 255 octets is one',
    query: octets(`${header(1, 0, 0, 0)}${nameOf(255)}00100001`),
    answer: [
      `${['a'.repeat(63), 'a'.repeat(63), 'a'.repeat(63), 'a'.repeat(49)].join('.')}.example.com. 300 TXT \\# 4 03616e79`,
    ],
  },
  {
    name: 'a name of 127 labels is one',
    query: octets(`${header(1, 0, 0, 0)}${'0161'.repeat(121)}${nameHex('example.com.')}00100001`),
    answer: [`${'a.'.repeat(121)}example.com. 300 TXT \\# 4 03616e79`],
  },
  {
    name: 'octets that are no letters are a name',
    query: '\\000\\255\\.\\032.example.com. TXT',
    answer: ['\\000\\255\\.\\032.example.com. 300 TXT \\# 4 03616e79'],
  },
]);

testCases('RFC 9619 section 4, QDCOUNT', answering, [
  { name: '0', query: '', rcode: 'FORMERR' },
  { name: '0 with an OPT, which is answered by one', query: '', asked: { edns: {} }, rcode: 'FORMERR' },
  { name: '0 with EDNS version 1', query: '', asked: { edns: { version: 1 } }, rcode: 'BADVERS' },
  {
    name: '2 of the same',
    query: octets(`${header(2, 0, 0, 0)}${nameHex('www.example.com.')}00010001c00c00010001`),
    rcode: 'FORMERR',
  },
  { name: '2, of which one is there', query: name, asked: { counts: [2, 0, 0, 0] }, rcode: 'FORMERR' },
  { name: '65535', query: name, asked: { counts: [65535, 0, 0, 0] }, rcode: 'FORMERR' },
]);

const LIES: readonly (readonly [what: string, asked: Asked, rcode: Rcode])[] = [
  ['an answer that is not there', { counts: [1, 1, 0, 0] }, 'FORMERR'],
  ['an authority that is not there', { counts: [1, 0, 1, 0] }, 'FORMERR'],
  ['an additional that is not there', { counts: [1, 0, 0, 1] }, 'FORMERR'],
  ['all counts at their most', { counts: [1, 65535, 65535, 65535], trailing: a.repeat(80) }, 'FORMERR'],
  ['one octet too many', { trailing: '00' }, 'FORMERR'],
  ['a record too many', { trailing: a }, 'FORMERR'],
  ['rdata beyond the end', { counts: [1, 0, 0, 1], trailing: record('c00c', 1, 'c00002', 4) }, 'FORMERR'],
  ['rdata length cut short', { counts: [1, 0, 0, 1], trailing: 'c00c000100010000012c00' }, 'FORMERR'],
  ['a record owner without end', { counts: [1, 0, 0, 1], trailing: '0161' }, 'FORMERR'],
  ['a record owner that is half a pointer', { counts: [1, 0, 0, 1], trailing: 'c0' }, 'FORMERR'],
  ['a record owner that points ahead', { counts: [1, 0, 0, 1], trailing: record('c0ff', 1, 'c0000201') }, 'FORMERR'],
  [
    'a record owner that points into the header',
    { counts: [1, 0, 0, 1], trailing: record('c004', 1, 'c0000201') },
    'FORMERR',
  ],
  ['a record owner with label type 01', { counts: [1, 0, 0, 1], trailing: record('417800', 1, 'c0000201') }, 'FORMERR'],
  ['a record owner of 256 octets', { counts: [1, 0, 0, 1], trailing: record(nameOf(256), 1, 'c0000201') }, 'FORMERR'],
  ['a record owner of 255 octets', { counts: [1, 0, 0, 1], trailing: record(nameOf(255), 1, 'c0000201') }, 'NOERROR'],
  ['records in every section are passed over', { counts: [1, 1, 1, 1], trailing: a.repeat(3) }, 'NOERROR'],
  ['a record before the OPT', { counts: [1, 0, 0, 2], trailing: a + optHex({}) }, 'NOERROR'],
];

testCases(
  'RFC 1035 section 4.1, counts and lengths that lie',
  answering,
  LIES.map(
    ([what, asked, rcode]): Case => ({
      ...{ name: what, query: query(name, asked), rcode },
      answer: rcode === 'NOERROR' ? answer : [],
    }),
  ),
);
