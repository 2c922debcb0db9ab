import { Answering } from '../../support/answering.ts';
import { hex16, nameHex, tsigHex } from '../../support/ask.ts';
import { testCases } from '../../support/case.ts';

const answering = new Answering({ zones: { 'example.com.': 'www A 192.0.2.1' } });
const answered = { query: 'www.example.com. A', answer: ['www.example.com. 300 A 192.0.2.1'] };

/** A SIG(0): it covers no type, and has an algorithm, times, a key tag, a signer and a signature (section 3). */
function sig(owner = '00', code = 255): string {
  const times = '6553f2006553f000';
  const data = `${hex16(0)}0d00${hex16(0, 0)}${times}${hex16(12345)}${nameHex('key.example.')}${'ab'.repeat(64)}`;
  return `${owner}${hex16(24, code, 0, 0, data.length / 2)}${data}`;
}

testCases(
  'RFC 2931 section 3.1, servers need not check a request that is not privileged: as if it were not signed',
  answering,
  [
    { name: 'the last record', ...answered, asked: { counts: [1, 0, 0, 1], trailing: sig() } },
    { name: 'of class IN', ...answered, asked: { counts: [1, 0, 0, 1], trailing: sig('00', 1) } },
    { name: 'owned by a name', ...answered, asked: { counts: [1, 0, 0, 1], trailing: sig(nameHex('key.example.')) } },
    { name: 'two of them', ...answered, asked: { counts: [1, 0, 0, 2], trailing: sig() + sig() } },
    {
      name: 'with rdata that are none: they are not looked at',
      ...answered,
      asked: { counts: [1, 0, 0, 1], trailing: `00${hex16(24, 255, 0, 0, 1)}ff` },
    },
    {
      name: 'beside a TSIG, of which there may be but one (section 3.1): the TSIG counts',
      query: 'www.example.com. A',
      asked: { counts: [1, 0, 0, 2], trailing: sig() + tsigHex() },
      rcode: 'NOTAUTH',
      tsig: 'key.example. hmac-sha256. 1700000000 300 - 4660 17 -',
    },
    {
      name: 'beyond the end: FORMERR, as with any record',
      query: 'www.example.com. A',
      asked: { counts: [1, 0, 0, 1], trailing: sig().slice(0, -2) },
      rcode: 'FORMERR',
    },
  ],
);
