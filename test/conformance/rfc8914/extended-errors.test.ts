import { describe, expect, test } from 'vitest';
import { Answering, soaOf } from '../../support/answering.ts';
import { option, query } from '../../support/ask.ts';
import { type Case, decode, testCases } from '../../support/case.ts';
import { UDP_ONLY } from '../../support/way.ts';

const world = {
  zones: {
    'example.com.': `
www A 192.0.2.1
all SERVICE all
none SERVICE none
backed SERVICE backed
half SERVICE half
to CNAME all
`,
  },
  services: {
    all: { endpoints: { here: ['192.0.2.66'] } },
    none: { endpoints: { here: ['192.0.2.66'] }, whenAllDown: 'none' as const },
    backed: { endpoints: { here: ['192.0.2.66'] }, whenAllDown: { service: 'half' } },
    half: { endpoints: { here: ['192.0.2.66', '192.0.2.2'], there: ['192.0.2.3', '2001:db8::3'] } },
  },
  down: ['192.0.2.66', '192.0.2.2', '192.0.2.3'],
};
const answering = new Answering(world);

const edns = {};
const error = (code: string, text = ''): Pick<Case, 'asked' | 'options'> => ({
  asked: { edns },
  options: [[15, code + Buffer.from(text).toString('hex')]],
});
const noTransfers = { rcode: 'REFUSED', ...error('0012', 'no zone transfers') } as const;
const notSupported = (code: number): Pick<Case, 'rcode' | 'asked' | 'options'> => ({
  rcode: 'REFUSED',
  ...error('0015'),
  asked: { edns, class: code },
});
const nothingUp = error('0000', 'no endpoint is up');
const denied = { authority: [soaOf('example.com.')] };

testCases('RFC 8914 section 4, why there is no answer', answering, [
  {
    name: '20, Not Authoritative: a name outside our zones',
    query: 'example.org. A',
    rcode: 'REFUSED',
    ...error('0014'),
  },
  { name: '20: the root', query: '. NS', rcode: 'REFUSED', ...error('0014') },
  { name: '18, Prohibited: AXFR', query: 'example.com. TYPE252', ...noTransfers },
  { name: '18: AXFR over TCP', query: 'example.com. TYPE252', ...noTransfers, isStream: true },
  { name: '18: IXFR', query: 'example.com. TYPE251', ...noTransfers },
  { name: '18: AXFR of a zone that is not ours', query: 'example.org. TYPE252', ...noTransfers },
  { name: '21, Not Supported: class HS', query: 'www.example.com. A', ...notSupported(4) },
  { name: '21: class NONE', query: 'www.example.com. A', ...notSupported(254) },
  { name: '21: a name of class CH that says nothing', query: 'www.example.com. TXT', ...notSupported(3) },
  { name: '21: AXFR of class CH', query: 'example.com. TYPE252', ...notSupported(3) },
]);

testCases('RFC 8914 section 4.1, code 0 with a text: a service with no endpoint up', answering, [
  { name: 'all are named', query: 'all.example.com. A', ...nothingUp, answer: ['all.example.com. 20 A 192.0.2.66'] },
  { name: 'none is named', query: 'none.example.com. A', ...nothingUp, ...denied },
  {
    name: 'another service stands in, where something is up in another family alone',
    query: 'backed.example.com. AAAA',
    asked: { edns },
    ...denied,
  },
  {
    name: 'behind a CNAME',
    query: 'to.example.com. A',
    ...nothingUp,
    answer: ['to.example.com. 300 CNAME all.example.com.', 'all.example.com. 20 A 192.0.2.66'],
  },
  { name: 'not of the family that has none at all', query: 'all.example.com. AAAA', asked: { edns }, ...denied },
  {
    name: 'not of a family that has one up',
    query: 'half.example.com. AAAA',
    asked: { edns },
    answer: ['half.example.com. 20 AAAA 2001:db8::3'],
  },
]);

testCases('RFC 8914 section 3, no option', answering, [
  { name: 'without EDNS', query: 'example.org. A', rcode: 'REFUSED' },
  {
    name: 'with an answer',
    query: 'www.example.com. A',
    asked: { edns },
    answer: ['www.example.com. 300 A 192.0.2.1'],
  },
  {
    name: 'with NXDOMAIN, which says enough',
    query: 'x.example.com. A',
    asked: { edns },
    rcode: 'NXDOMAIN',
    ...denied,
  },
  { name: 'with NODATA', query: 'www.example.com. MX', asked: { edns }, ...denied },
  { name: 'with FORMERR', query: 'example.com. TYPE41', asked: { edns }, rcode: 'FORMERR' },
  { name: 'with NOTIMP', query: 'example.com. A', asked: { opcode: 5, edns }, rcode: 'NOTIMP' },
  { name: 'with BADVERS', query: 'example.org. A', asked: { edns: { version: 1 } }, rcode: 'BADVERS' },
  {
    name: 'sent by a client, who has none to report: ignored',
    query: 'www.example.com. A',
    asked: { edns: { options: [option(15, '0014')] } },
    answer: ['www.example.com. 300 A 192.0.2.1'],
  },
]);

describe('RFC 8914 section 3, where the message is nearly full', () => {
  /** Down, so that an error belongs to its answer; `count` addresses, and the room that is left by them is what differs. */
  const full = (count: number) =>
    new Answering({
      zones: { 'example.com.': 'w SERVICE w' },
      services: { w: { endpoints: { here: Array.from({ length: count }, (_, index) => `192.0.2.${index + 1}`) } } },
      down: Array.from({ length: count }, (_, index) => `192.0.2.${index + 1}`),
    });
  /** Enough that a client must take more than 512 octets for them, so that it can say how much. */
  const RECORDS = 30;
  const ERROR_BYTES = { none: 0, code: 6, whole: 6 + 'no endpoint is up'.length };

  /** What there is of the error where `room` octets are left behind everything else. */
  function errorWith(room: number): {
    readonly error: keyof typeof ERROR_BYTES;
    readonly bytes: number;
    readonly records: number;
  } {
    const server = full(RECORDS);
    const bare = server.ask(query('w.example.com. A'), { isStream: true })?.length ?? 0;
    const payloadBytes = bare + 11 + room;
    const octets = server.ask(query('w.example.com. A', { edns: { payloadBytes } }), UDP_ONLY);
    const { opt, answer, flags } = decode(octets);
    expect(flags).toBe('aa');
    const bytes = (octets?.length ?? 0) - bare - 11;
    const [error = 'none'] = Object.entries(ERROR_BYTES).flatMap(([name, size]) =>
      size === bytes ? [name as keyof typeof ERROR_BYTES] : [],
    );
    expect(opt?.options).toHaveLength(error === 'none' ? 0 : 1);
    return { error, bytes, records: answer.length };
  }

  test.each(Array.from({ length: 26 }, (_, room) => room))(
    '%i octets left: as much as fits, and all records',
    (room) => {
      const { error, bytes, records } = errorWith(room);
      expect(records).toBe(RECORDS);
      expect(error).toBe(room >= ERROR_BYTES.whole ? 'whole' : room >= ERROR_BYTES.code ? 'code' : 'none');
      expect(bytes).toBeLessThanOrEqual(room);
    },
  );
});
