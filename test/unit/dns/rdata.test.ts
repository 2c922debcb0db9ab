import { describe, expect, test } from 'vitest';
import { hexFromOctets, octetsFromHex } from '../../../src/dns/rdata/octets.ts';
import { formatRdata, isValidRdata } from '../../../src/dns/rdata/rdata.ts';
import { targetOf } from '../../../src/dns/rdata/target.ts';
import { rdataFromText, typeOf, wireName } from '../../support/rdata-text.ts';

const EXAMPLE_COM = '07 6578616d706c65 03 636f6d 00';
const SHA1 = '2bb183af5f22588179a53b0a98631fad1a292118';
const SHA256 = 'd4b7d520e7bb5f0f67674a0cceb1e3e0614b93c4f9e99b8383f6a1e4469da50a';

/** Type, text, octets in hexadecimal, and the text that comes out where it differs. */
const rows: [string, string, string, string?][] = [
  ['A', '192.0.2.1', 'c0000201'],
  ['AAAA', '2001:db8::1', '20010db8 00000000 00000000 00000001'],
  ['AAAA', '2001:DB8:0:0:1:0:0:1', '20010db8 00000000 00010000 00000001', '2001:db8::1:0:0:1'],
  ['AAAA', '::ffff:192.0.2.1', '00000000 00000000 0000ffff c0000201', '::ffff:c000:201'],
  ['AAAA', '::', '00'.repeat(16)],
  ['AAAA', '1:2:3:4:5:6:7::', '0001 0002 0003 0004 0005 0006 0007 0000', '1:2:3:4:5:6:7:0'],
  ['NS', 'ns1', `03 6e7331 ${EXAMPLE_COM}`, 'ns1.example.com.'],
  ['CNAME', '@', EXAMPLE_COM, 'example.com.'],
  ['DNAME', '.', '00'],
  ['PTR', 'Host.example.', '04 486f7374 07 6578616d706c65 00'],
  [
    'SOA',
    'ns1 hostmaster 2026010100 1h 15m 2w 300',
    `03 6e7331 ${EXAMPLE_COM} 0a 686f73746d6173746572 ${EXAMPLE_COM} 78c275f4 00000e10 00000384 00127500 0000012c`,
    'ns1.example.com. hostmaster.example.com. 2026010100 3600 900 1209600 300',
  ],
  ['HINFO', 'PC "Debian GNU"', '02 5043 0a 44656269616e20474e55', '"PC" "Debian GNU"'],
  ['RP', 'admin .', `05 61646d696e ${EXAMPLE_COM} 00`, 'admin.example.com. .'],
  ['AFSDB', '1 mail.example.com.', `0001 04 6d61696c ${EXAMPLE_COM}`],
  ['KX', '10 mail.example.com.', `000a 04 6d61696c ${EXAMPLE_COM}`],
  ['SMIMEA', `3 1 1 ${SHA256}`, `03 01 01 ${SHA256}`],
  ['OPENPGPKEY', '( AQID BAU= )', '0102030405', 'AQIDBAU='],
  ['MX', '10 mail.example.com.', `000a 04 6d61696c ${EXAMPLE_COM}`],
  ['MX', '0 .', '0000 00'],
  ['TXT', 'unquoted "with space" ""', '08 756e71756f746564 0a 77697468207370616365 00', '"unquoted" "with space" ""'],
  ['TXT', '"a\\"b\\\\c\\000\\255;()"', '0a 6122625c6300ff3b2829', '"a\\"b\\\\c\\000\\255;()"'],
  ['TXT', '"é"', '02 c3a9', '"\\195\\169"'],
  ['TXT', `"${'x'.repeat(255)}"`, `ff ${'78'.repeat(255)}`],
  ['SRV', '1 2 443 .', '0001 0002 01bb 00'],
  ['CAA', '0 issue "ca.example; account=1"', '00 05 6973737565 63612e6578616d706c653b206163636f756e743d31'],
  ['CAA', '128 iodef ""', '80 05 696f646566'],
  [
    'NAPTR',
    '100 10 "U" "E2U+sip" "!^.*$!sip:a@b!" .',
    '0064 000a 01 55 07 4532552b736970 0e 215e2e2a24217369703a61406221 00',
  ],
  ['TLSA', `3 1 1 ${SHA256}`, `03 01 01 ${SHA256}`],
  ['SSHFP', `4 1 ${SHA1}`, `04 01 ${SHA1}`],
  ['DS', `60485 5 1 ${SHA1.slice(0, 9)} ( ${SHA1.slice(9).toUpperCase()} )`, `ec45 05 01 ${SHA1}`, `60485 5 1 ${SHA1}`],
  ['DS', `1 ecdsap256sha256 2 ${SHA256}`, `0001 0d 02 ${SHA256}`, `1 13 2 ${SHA256}`],
  ['URI', '10 1 "ftp://ftp.example/public"', '000a 0001 6674703a2f2f6674702e6578616d706c652f7075626c6963'],
  ['TYPE731', '\\# 6 abcd ( ef 01 23 45 )', 'abcdef012345', '\\# 6 abcdef012345'],
  ['TYPE731', '\\# 0', ''],
  ['A', '\\# 4 0A000001', '0a000001', '10.0.0.1'],
  ['RRSIG', '\\# 2 beef', 'beef'],
  // The example of RFC 1876 section 4.
  [
    'LOC',
    '42 21 54 N 71 06 18 W -24m 30m',
    '00 33 16 13 89 17 2d d0 70 be 15 f0 00 98 8d 20',
    '42 21 54.000 N 71 6 18.000 W -24.00m 30.00m 10000.00m 10.00m',
  ],
  [
    'LOC',
    '0 S 180 e 0',
    '00 12 16 13 80000000 a69fb200 00989680',
    '0 0 0.000 N 180 0 0.000 E 0.00m 1.00m 10000.00m 10.00m',
  ],
];

describe('rdata reads and writes text', () => {
  test.each(rows)('%s %s', (typeText, text, hex, canonicalText = text) => {
    const type = typeOf(typeText);
    const octets = octetsFromHex(hex.replaceAll(' ', '')) ?? 'the row is wrong';
    const parsed = rdataFromText(type, text);
    expect(parsed.ok ? hexFromOctets(parsed.rdata) : parsed.fault).toEqual(hexFromOctets(octets));
    expect(isValidRdata(type, octets)).toBe(true);
    expect(formatRdata(type, octets)).toBe(canonicalText);
    expect(rdataFromText(type, canonicalText)).toEqual({ ok: true, rdata: octets });
  });
});

describe('rdata refuses, at the token that is wrong', () => {
  test.each<[string, string, string, number, RegExp]>([
    ['a missing field', 'MX', '10', 1, /domain name/],
    ['no fields', 'A', '', 0, /IPv4/],
    ['a surplus field', 'A', '192.0.2.1 192.0.2.2', 1, /end of the record/],
    ['an IPv4 address in quotes', 'A', '"192.0.2.1"', 0, /IPv4/],
    ['three parts', 'A', '192.0.2', 0, /IPv4/],
    ['five parts', 'A', '1.2.3.4.5', 0, /IPv4/],
    ['an empty part', 'A', '1..3.4', 0, /IPv4/],
    ['a part above 255', 'A', '192.0.2.256', 0, /IPv4/],
    ['a leading zero, which some read as octal', 'A', '192.0.2.01', 0, /IPv4/],
    ['IPv6 in A', 'A', '::1', 0, /IPv4/],
    ['IPv4 in AAAA', 'AAAA', '192.0.2.1', 0, /IPv6/],
    ['two ::', 'AAAA', '1::2::3', 0, /IPv6/],
    [':::', 'AAAA', ':::', 0, /IPv6/],
    ['nine groups', 'AAAA', '1:2:3:4:5:6:7:8:9', 0, /IPv6/],
    [':: that stands for nothing', 'AAAA', '1:2:3:4::5:6:7:8', 0, /IPv6/],
    ['a group of five digits', 'AAAA', '12345::', 0, /IPv6/],
    ['a dotted quad that is not last', 'AAAA', '192.0.2.1::', 0, /IPv6/],
    ['a zone identifier', 'AAAA', 'fe80::1%eth0', 0, /IPv6/],
    ['16 bits exceeded', 'MX', '65536 mail', 0, /0 to 65535/],
    ['a sign', 'MX', '-1 mail', 0, /0 to 65535/],
    ['a serial above 32 bits', 'SOA', 'ns hm 4294967296 1 1 1 1', 2, /0 to 4294967295/],
    ['a time without number', 'SOA', 'ns hm 1 h 1 1 1', 3, /1h30m/],
    ['a time that mixes', 'SOA', 'ns hm 1 1h30 1 1 1', 3, /1h30m/],
    ['a time above 32 bits', 'SOA', 'ns hm 1 7102w 1 1 1', 3, /1h30m/],
    ['the first fault only', 'SRV', 'x y z', 0, /0 to 65535/],
    ['a name in quotes', 'NS', '"ns1"', 0, /no quotes/],
    ['a bad name', 'NS', 'a..b', 0, /label is empty/],
    ['a string of 256 octets', 'TXT', `ok "${'x'.repeat(256)}"`, 1, /at most 255/],
    ['a string of 256 octets in UTF-8', 'TXT', `"${'é'.repeat(128)}"`, 0, /at most 255/],
    ['a bad escape', 'TXT', '"\\300"', 0, /escapes/],
    ['a quote within a word', 'TXT', 'v="x y"', 0, /quote/],
    ['no string', 'TXT', '', 0, /string/],
    ['a tag with punctuation', 'CAA', '0 is-sue "x"', 1, /tag/],
    ['an empty URI', 'URI', '1 1 ""', 2, /not empty/],
    ['half an octet', 'TLSA', '0 0 0 abc', 3, /hexadecimal/],
    ['no digest', 'TLSA', '0 0 0', 3, /hexadecimal/],
    ['a digest cut short', 'DS', `1 8 2 ${SHA256.slice(2)}`, 3, /64 for type 2/],
    ['no Base64', 'OPENPGPKEY', 'AQID BAU', 1, /Base64/],
    ['a fingerprint too long', 'SSHFP', `1 1 ${SHA1}00`, 2, /40 for type 1/],
    ['an unknown algorithm', 'DS', `1 RSA 2 ${SHA256}`, 1, /algorithm/],
    ['generic rdata shorter than it says', 'TYPE731', '\\# 3 abcd', 2, /pairs/],
    ['generic rdata that is not hexadecimal', 'TYPE731', '\\# 2 wxyz', 2, /pairs/],
    ['generic rdata longer than it says', 'TYPE731', '\\# 1 abcd', 2, /pairs/],
    ['generic rdata of no length that goes on', 'TYPE731', '\\# 0 ab', 2, /end of the record/],
    ['generic rdata without length', 'TYPE731', '\\#', 1, /length/],
    ['generic rdata that is not the content of its type', 'A', '\\# 3 0a0000', 2, /A content/],
    ['text for a type without form', 'TYPE731', 'hello', 0, /RFC 3597/],
    ['latitude above 90', 'LOC', '90 0 1 N 0 E 0m', 3, /at most 90/],
    ['60 minutes', 'LOC', '1 60 N 0 E 0m', 1, /0 to 59/],
    ['latitude with a meridian', 'LOC', '1 2 3 E 0 E 0m', 3, /N or S/],
    ['four decimals', 'LOC', '1 2 3.1234 N 0 E 0m', 2, /seconds/],
    ['an altitude too low', 'LOC', '0 N 0 E -100000.01m', 4, /altitude/],
    ['an altitude that is no number', 'LOC', '0 N 0 E high', 4, /altitude/],
    ['an altitude too high', 'LOC', '0 N 0 E 42849672.96m', 4, /altitude/],
    ['a size below 0', 'LOC', '0 N 0 E 0m -1m', 5, /length/],
    ['a size that is no number', 'LOC', '0 N 0 E 0m big', 5, /length/],
    ['a size too large', 'LOC', '0 N 0 E 0m 99999999999m', 5, /length/],
  ])('%s', (_, type, text, tokenIndex, expected) => {
    expect(rdataFromText(typeOf(type), text)).toEqual({
      ok: false,
      fault: { tokenIndex, expected: expect.stringMatching(expected) },
    });
  });

  test('rdata beyond 65535 octets (RFC 1035 section 3.2.1)', () => {
    const strings = (count: number) =>
      Array(count)
        .fill(`"${'x'.repeat(255)}"`)
        .join(' ');
    expect(rdataFromText(typeOf('TXT'), strings(255)).ok).toBe(true);
    expect(rdataFromText(typeOf('TXT'), strings(257))).toMatchObject({ fault: { expected: /65535/ } });
  });
});

describe('octets that are not content of the type are refused, and written as RFC 3597 has it', () => {
  test.each([
    ['A', '0a0000'],
    ['AAAA', '00'.repeat(17)],
    ['NS', 'c00c'],
    ['NS', `${EXAMPLE_COM} 00`],
    ['MX', '000a'],
    ['SOA', '00 00 00000001'],
    ['TXT', ''],
    ['TXT', '05 61'],
    ['CAA', '00 00'],
    ['CAA', '00 05 6973'],
    ['NAPTR', '0064 000a'],
    ['URI', '0001 0001'],
    ['DS', `0001 08 02 ${SHA1}`],
    ['LOC', `01 ${'00'.repeat(15)}`],
    ['LOC', '00 a0 16 13 80000000 80000000 00989680'],
    ['LOC', '00 12 16 13 00000000 80000000 00989680'],
  ])('%s %s', (typeText, hex) => {
    const octets = octetsFromHex(hex.replaceAll(' ', '')) ?? 'the row is wrong';
    expect(isValidRdata(typeOf(typeText), octets)).toBe(false);
    expect(formatRdata(typeOf(typeText), octets)).toMatch(/^\\# [0-9]+/);
  });
});

test.each([
  ['NS', 'ns1', 'ns1.example.com.'],
  ['MX', '10 mail', 'mail.example.com.'],
  ['SRV', '0 0 1 srv', 'srv.example.com.'],
  ['HTTPS', '1 svc alpn=h2', 'svc.example.com.'],
  ['A', '192.0.2.1', undefined],
])('targetOf %s %s is %s', (type, text, target) => {
  const parsed = rdataFromText(typeOf(type), text);
  expect(parsed.ok && targetOf(typeOf(type), parsed.rdata)).toBe(target === undefined ? undefined : wireName(target));
});
