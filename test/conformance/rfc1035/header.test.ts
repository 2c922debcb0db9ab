import { expect, test } from 'vitest';
import { Answering } from '../../support/answering.ts';
import { query } from '../../support/ask.ts';
import { type Case, decode, testCases } from '../../support/case.ts';

const answering = new Answering({ zones: { 'example.com.': 'www A 192.0.2.1' } });
const www = { query: 'www.example.com. A', answer: ['www.example.com. 300 A 192.0.2.1'] };
const rows: readonly (readonly [flags: string, echoed: string, why: string])[] = [
  ['', 'aa', 'AA is ours to set'],
  ['rd', 'aa rd', 'RD is copied, RA stays clear'],
  ['cd', 'aa cd', 'CD is copied (RFC 4035 section 3.1.6)'],
  ['ad', 'aa', 'AD stays clear: nothing was validated (RFC 6840 section 5.8)'],
  ['ra', 'aa', 'RA in a query means nothing'],
  ['z', 'aa', 'the reserved bit is not copied'],
  ['aa', 'aa', 'AA in a query means nothing'],
  ['tc', 'aa', 'TC in a query means nothing: the question is all there'],
  ['rd cd ad ra z aa tc', 'aa rd cd', 'all of them'],
];

testCases(
  'RFC 1035 section 4.1.1, flags of a query',
  answering,
  rows.map(
    ([flags, echoed, why]): Case => ({ name: `${flags || 'none'}: ${why}`, ...www, asked: { flags }, flags: echoed }),
  ),
);

testCases('RFC 1035 section 4.1.1, flags of errors', answering, [
  {
    name: 'REFUSED keeps RD, without AA',
    query: 'example.org. A',
    asked: { flags: 'rd cd' },
    rcode: 'REFUSED',
    flags: 'rd cd',
  },
  {
    name: 'FORMERR keeps RD, without AA',
    query: 'example.com. A',
    asked: { flags: 'rd', trailing: '00' },
    rcode: 'FORMERR',
    flags: 'rd',
  },
  {
    name: 'an unknown opcode gets none back: what they mean under it is not known (RFC 6895 section 2)',
    query: '',
    asked: { opcode: 15, flags: 'tc rd ra cd ad aa z' },
    rcode: 'NOTIMP',
  },
]);

test.each([0, 1, 0x8000, 0xffff])('RFC 1035 section 4.1.1, the id %i comes back', (id) => {
  expect(decode(answering.ask(query('www.example.com. A', { id }))).id).toBe(id);
});

test.each(['www.example.com.', 'WWW.EXAMPLE.COM.', 'wWw.ExAmPlE.cOm.', 'NoPe.eXample.com.'])(
  'RFC 1035 section 2.3.3 and RFC 4343, the question %s is answered without regard to case and kept as it is',
  (name) => {
    const { question, answer, rcode } = decode(answering.ask(query(`${name} A`)));
    expect(question).toBe(`${name} A IN`);
    if (rcode === 0) expect(answer).toEqual([`${name} 300 A 192.0.2.1`]);
    else expect(rcode).toBe(3);
  },
);
