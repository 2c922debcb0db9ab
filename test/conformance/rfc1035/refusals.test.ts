import { expect, test } from 'vitest';
import { Answering } from '../../support/answering.ts';
import { query } from '../../support/ask.ts';
import { type Case, decode, type Rcode, testCases } from '../../support/case.ts';

const answering = new Answering({ zones: { 'example.com.': 'www A 192.0.2.1' } });
const names = ['example.com.', 'www.example.com.', 'nope.example.com.', 'example.org.'];

const ofType = (type: string, rcode: Rcode, why: string): Case[] =>
  names.flatMap((name) =>
    [false, true].map((isStream) => ({
      name: `${type} of ${name} over ${isStream ? 'TCP' : 'UDP'}: ${why}`,
      query: `${name} ${type}`,
      isStream,
      rcode,
    })),
  );

testCases('RFC 6895 section 3.1, types that are no data', answering, [
  ...ofType('TYPE252', 'REFUSED', 'AXFR: zones are not handed out (RFC 5936 section 5)'),
  ...ofType('TYPE251', 'REFUSED', 'IXFR: nor are differences'),
  ...ofType('TYPE253', 'NOTIMP', 'MAILB is obsolete'),
  ...ofType('TYPE254', 'NOTIMP', 'MAILA is obsolete'),
  ...ofType('TYPE0', 'FORMERR', 'reserved'),
  ...ofType('TYPE41', 'FORMERR', 'OPT'),
  ...ofType('TYPE128', 'FORMERR', 'NXNAME (RFC 9824 section 3.5)'),
  ...ofType('TYPE249', 'FORMERR', 'TKEY'),
  ...ofType('TYPE250', 'FORMERR', 'TSIG'),
]);

const www = ['www.example.com. 300 A 192.0.2.1'];
testCases('RFC 1035 section 3.2.4, classes', answering, [
  { name: 'CH', query: 'version.bind. TXT', asked: { class: 3 }, rcode: 'REFUSED' },
  { name: 'CH of a name that IN has', query: 'www.example.com. A', asked: { class: 3 }, rcode: 'REFUSED' },
  { name: 'HS', query: 'www.example.com. A', asked: { class: 4 }, rcode: 'REFUSED' },
  { name: 'NONE', query: 'www.example.com. A', asked: { class: 254 }, rcode: 'REFUSED' },
  { name: '0', query: 'www.example.com. A', asked: { class: 0 }, rcode: 'REFUSED' },
  { name: '65535', query: 'www.example.com. A', asked: { class: 65535 }, rcode: 'REFUSED' },
  {
    name: 'ANY: what IN has, without AA (section 6.2)',
    query: 'www.example.com. A',
    asked: { class: 255 },
    flags: '',
    answer: www,
  },
]);

const OPCODES = { IQUERY: 1, STATUS: 2, unassigned: 3, NOTIFY: 4, UPDATE: 5, DSO: 6, last: 15 };
const soa = query('example.com. SOA');
const asOpcode = (message: Uint8Array, opcode: number) => {
  const copy = Uint8Array.from(message);
  copy[2] |= opcode << 3;
  return copy;
};
for (const [name, opcode] of Object.entries(OPCODES)) {
  testCases(`NOTIMP for ${name} (RFC 1035 section 4.1.1, RFC 1996 section 4.1, RFC 2136 section 2.2)`, answering, [
    { name: 'with a question', query: asOpcode(soa, opcode), rcode: 'NOTIMP' },
    { name: 'header only', query: '', asked: { opcode }, rcode: 'NOTIMP' },
    {
      name: 'with an OPT, which is answered by one',
      query: 'example.com. SOA',
      asked: { opcode, edns: {} },
      rcode: 'NOTIMP',
    },
    { name: 'with two questions', query: 'example.com. SOA', asked: { opcode, counts: [2, 0, 0, 0] }, rcode: 'NOTIMP' },
    { name: 'with octets that are no message', query: '', asked: { opcode, trailing: 'ffffffff' }, rcode: 'NOTIMP' },
    {
      name: 'with EDNS version 1',
      query: 'example.com. SOA',
      asked: { opcode, edns: { version: 1 } },
      rcode: 'BADVERS',
    },
  ]);
  test(`the opcode of ${name} comes back`, () => {
    expect(decode(answering.ask(asOpcode(soa, opcode))).opcode).toBe(opcode);
  });
}

test('RFC 1035 section 4.1.1, a response is never answered', () => {
  for (const opcode of [0, 1, 4, 5, 15])
    expect(answering.ask(query('www.example.com. A', { flags: 'qr', opcode }))).toBeUndefined();
});
