import { describe, expect, test } from 'vitest';
import { Answering, type Way } from '../../support/answering.ts';
import {
  type Asked,
  type AskedEdns,
  type AskedTsig,
  hex16,
  nameHex,
  optHex,
  option,
  query,
  subnetOption,
  tsigHex,
} from '../../support/ask.ts';
import { type Case, decode, rcodeText, testCases } from '../../support/case.ts';

const answering = new Answering({ zones: { 'example.com.': 'www A 192.0.2.1' } });
const name = 'www.example.com. A';
/** BADKEY, with the time and the fudge that came; no MAC, and no other data. */
const BADKEY = 'hmac-sha256. 1700000000 300 - 4660 17 -';
const tsig = `key.example. ${BADKEY}`;
const notAuth = { rcode: 'NOTAUTH', tsig } as const;
const signed = (tsig: AskedTsig = {}): Pick<Case, 'asked'> => ({
  asked: { counts: [1, 0, 0, 1], trailing: tsigHex(tsig) },
});
const formerr = { query: name, rcode: 'FORMERR' } as const;
const a = `c00c${hex16(1, 1, 0, 300, 4)}c0000201`;

testCases('RFC 8945 section 5.2.1, a key that is not known: NOTAUTH, and BADKEY in a TSIG without a MAC', answering, [
  { name: 'a name of ours', query: name, ...signed(), ...notAuth },
  { name: 'a name that is not', query: 'www.example.org. A', ...signed(), ...notAuth },
  { name: 'a type that can not be asked for', query: 'www.example.com. TYPE250', ...signed(), ...notAuth },
  { name: 'AXFR, over TCP', query: 'example.com. TYPE252', ...signed(), ...notAuth, isStream: true },
  { name: 'class CH', query: 'id.server. TXT', asked: { ...signed().asked, class: 3 }, ...notAuth },
  {
    name: 'another algorithm, which comes back',
    query: name,
    ...signed({ algorithm: nameHex('hmac-md5.sig-alg.reg.int.') }),
    rcode: 'NOTAUTH',
    tsig: 'key.example. hmac-md5.sig-alg.reg.int. 1700000000 300 - 4660 17 -',
  },
  { name: 'no MAC', query: name, ...signed({ mac: '' }), ...notAuth },
  { name: 'an error, and other data', query: name, ...signed({ error: 18, other: '00006553f101' }), ...notAuth },
  { name: 'a TTL', query: name, ...signed({ ttlSeconds: 1 }), ...notAuth },
  { name: 'the root as key', query: name, ...signed({ key: '00' }), rcode: 'NOTAUTH', tsig: `. ${BADKEY}` },
  {
    name: 'the question’s name as key, by a pointer',
    query: name,
    ...signed({ key: 'c00c' }),
    rcode: 'NOTAUTH',
    tsig: `www.example.com. ${BADKEY}`,
  },
  {
    name: 'a key below the question’s name, by a pointer',
    query: name,
    ...signed({ key: '016bc00c' }),
    rcode: 'NOTAUTH',
    tsig: `k.www.example.com. ${BADKEY}`,
  },
  {
    name: 'with records before it',
    query: name,
    asked: { counts: [1, 1, 1, 2], trailing: a.repeat(3) + tsigHex() },
    ...notAuth,
  },
]);

describe('RFC 8945 section 5.3.2, beside an OPT, which stands before it', () => {
  const asked = (edns: AskedEdns): Asked => ({ counts: [1, 0, 0, 2], trailing: optHex(edns) + tsigHex() });
  const ask = (edns: AskedEdns, way: Way = {}) => answering.ask(query(name, asked(edns)), way);

  test('both come back', () => {
    const { rcode, opt, tsig: got } = decode(ask({ flags: 0x8000 }));
    expect([rcode, opt?.flags, got]).toEqual([9, 0x8000, tsig]);
  });

  test('a Client Subnet does not: there is no answer whose scope it could say', () => {
    expect(decode(ask({ options: [subnetOption(1, 24, 'c00002')] })).opt?.options).toEqual([]);
  });

  test('a version that is not known is said first (RFC 6891 section 6.1.3)', () => {
    const { rcode, tsig: got } = decode(ask({ version: 1 }));
    expect([rcodeText(rcode), got]).toEqual(['BADVERS', undefined]);
  });

  test('over TLS, padding makes a block of all of it (RFC 8467 section 4.1)', () => {
    const octets = ask({ options: [option(12, '')] }, { isStream: true, isEncrypted: true });
    expect([octets?.length, decode(octets).tsig]).toEqual([468, tsig]);
  });

  test('where it does not fit into a datagram it is left out', () => {
    const long = `${`3f${'61'.repeat(63)}`.repeat(3)}3d${'61'.repeat(61)}00`;
    const octets = query(name, { counts: [1, 0, 0, 1], trailing: tsigHex({ key: long, algorithm: long }) });
    const [udp, tcp] = [false, true].map((isStream) => decode(answering.ask(octets, { isStream })));
    expect([udp.rcode, udp.tsig, udp.flags]).toEqual([9, undefined, '']);
    expect([tcp.rcode, tcp.tsig?.length]).toEqual([9, 2 * 255 - 1 + ' 1700000000 300 - 4660 17 -'.length]);
  });
});

describe('RFC 8945, other opcodes than QUERY: NOTIMP, whatever is behind the header', () => {
  test.each([2, 4, 5])('%i', (opcode) => {
    const { rcode, tsig: got } = decode(answering.ask(query(name, { ...signed().asked, opcode })));
    expect([rcodeText(rcode), got]).toEqual(['NOTIMP', undefined]);
  });
});

describe('RFC 7873 section 5.2.3, where cookies are required', () => {
  test('a signed query without one is told of the key first', () => {
    const strict = new Answering(
      { zones: { 'example.com.': '' } },
      { cookies: { secrets: [new Uint8Array(16)], isRequired: true } },
    );
    const trailing = optHex({ options: [option(10, '2464c4abcf10c957')] }) + tsigHex();
    const { rcode, tsig: got } = decode(strict.ask(query(name, { counts: [1, 0, 0, 2], trailing })));
    expect([rcodeText(rcode), got]).toEqual(['NOTAUTH', tsig]);
  });
});

testCases(
  'RFC 8945 section 5.2, a TSIG that is not one, or not in its place: FORMERR, and none comes back',
  answering,
  [
    { name: 'twice', ...formerr, asked: { counts: [1, 0, 0, 2], trailing: tsigHex().repeat(2) } },
    { name: 'before another record', ...formerr, asked: { counts: [1, 0, 0, 2], trailing: tsigHex() + a } },
    { name: 'before the OPT', ...formerr, asked: { counts: [1, 0, 0, 2], trailing: tsigHex() + optHex({}) } },
    { name: 'in the answer section', ...formerr, asked: { counts: [1, 1, 0, 0], trailing: tsigHex() } },
    { name: 'in the authority section', ...formerr, asked: { counts: [1, 0, 1, 0], trailing: tsigHex() } },
    { name: 'of class IN', ...formerr, ...signed({ class: 1 }) },
    { name: 'an algorithm by a pointer', ...formerr, ...signed({ algorithm: 'c00c' }) },
    { name: 'octets behind other data', ...formerr, ...signed({ trailing: '00' }) },
    { name: 'without a question', query: '', rcode: 'FORMERR', asked: { counts: [0, 0, 0, 1], trailing: tsigHex() } },
    { name: 'octets behind it', ...formerr, asked: { counts: [1, 0, 0, 1], trailing: `${tsigHex()}00` } },
  ],
);

test('RFC 7873 section 5.4, a cookie without a question is not for who signs: FORMERR', () => {
  const trailing = optHex({ options: [option(10, '2464c4abcf10c957')] }) + tsigHex();
  const { rcode, tsig } = decode(answering.ask(query('', { counts: [0, 0, 0, 2], trailing })));
  expect([rcodeText(rcode), tsig]).toEqual(['FORMERR', undefined]);
});

describe('RFC 8945 section 4.2, rdata cut short: FORMERR', () => {
  const whole = tsigHex({ other: 'abcd' });
  const fixed = nameHex('key.example.').length / 2 + 10;
  const dataBytes = whole.length / 2 - fixed;

  test.each(Array.from({ length: dataBytes }, (_, length) => length))('after %i octets', (length) => {
    const cut = Buffer.from(whole, 'hex').subarray(0, fixed + length);
    cut.writeUInt16BE(length, fixed - 2);
    const trailing = cut.toString('hex');
    const { rcode, tsig } = decode(answering.ask(query(name, { counts: [1, 0, 0, 1], trailing })));
    expect([rcodeText(rcode), tsig]).toEqual(['FORMERR', undefined]);
  });
});

describe('RFC 1035 section 4.1.4, a key’s name whose pointer leads to no name: FORMERR', () => {
  const QUESTION_END = 12 + 21;
  /** A record whose rdata begin at 45, behind its pointer and its fixed part, with a TSIG behind it. */
  const behind = (data: string, key: string, tsig: AskedTsig = {}): string =>
    `c00c${hex16(65280, 1, 0, 0, data.length / 2)}${data}${tsigHex({ ...tsig, key })}`;
  const DATA_AT = QUESTION_END + 12;
  const pointer = (target: number): string => (0xc000 | target).toString(16);
  const label = (size: number): string => size.toString(16).padStart(2, '0') + '61'.repeat(size);
  const long = label(63).repeat(3);

  test.each([
    ['to itself', behind(pointer(DATA_AT), pointer(DATA_AT))],
    ['to a pointer ahead', behind(pointer(DATA_AT + 2) + label(1), pointer(DATA_AT))],
    ['to a pointer into the header', behind(pointer(2), pointer(DATA_AT))],
    ['to a label of type 01', behind('4061', pointer(DATA_AT))],
    ['to a name of 256 octets', behind(`${long}${label(62)}00`, pointer(DATA_AT))],
    ['to a label beyond the end', behind('3f', pointer(DATA_AT), { mac: '', algorithm: '00' })],
    ['to labels up to the end', behind('1d', pointer(DATA_AT), { mac: '', algorithm: '00' })],
    ['to half a pointer at the end', behind('1d', pointer(DATA_AT), { mac: '', algorithm: '00', other: 'c0' })],
    [
      'and back: two that lead to each other',
      behind(`0161${pointer(DATA_AT + 4)}0162${pointer(DATA_AT)}`, pointer(DATA_AT + 4)),
    ],
  ])('%s', (_, trailing) => {
    const { rcode, tsig } = decode(answering.ask(query(name, { counts: [1, 0, 0, 2], trailing })));
    expect([rcodeText(rcode), tsig]).toEqual(['FORMERR', undefined]);
  });

  test('one of 255 octets is a name', () => {
    const trailing = behind(`${long}${label(61)}00`, pointer(DATA_AT));
    const { rcode, tsig } = decode(answering.ask(query(name, { counts: [1, 0, 0, 2], trailing })));
    expect([rcodeText(rcode), tsig?.length]).toEqual(['NOTAUTH', 254 + 1 + BADKEY.length]);
  });
});
