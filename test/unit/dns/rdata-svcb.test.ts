import { describe, expect, test } from 'vitest';
import { TYPE } from '../../../src/dns/constants.ts';
import { hexFromOctets, octetsFromHex } from '../../../src/dns/rdata/octets.ts';
import { formatRdata, isValidRdata } from '../../../src/dns/rdata/rdata.ts';
import { rdataFromText } from '../../support/rdata-text.ts';

const FOO_COM = '03666f6f 076578616d706c65 03636f6d 00';
const FOO_ORG = '03666f6f 076578616d706c65 036f7267 00';
const EXAMPLE_COM = '076578616d706c65 03636f6d 00';

describe('test vectors of RFC 9460 appendix D', () => {
  test.each<[string, string, string, string?]>([
    ['D.1 AliasMode', '0 foo.example.com.', `0000 ${FOO_COM}`],
    ['D.2 TargetName is "."', '1 .', '0001 00'],
    ['D.2 a port', '16 foo.example.com. port=53', `0010 ${FOO_COM} 0003 0002 0035`],
    [
      'D.2 a generic key and unquoted value',
      '1 foo.example.com. key667=hello',
      `0001 ${FOO_COM} 029b 0005 68656c6c6f`,
      '1 foo.example.com. key667="hello"',
    ],
    [
      'D.2 a generic key and quoted value with a decimal escape',
      '1 foo.example.com. key667="hello\\210qoo"',
      `0001 ${FOO_COM} 029b 0009 68656c6c6fd2716f6f`,
    ],
    [
      'D.2 two quoted IPv6 hints',
      '1 foo.example.com. ( ipv6hint="2001:db8::1,2001:db8::53:1" )',
      `0001 ${FOO_COM} 0006 0020 20010db8000000000000000000000001 20010db8000000000000000000530001`,
      '1 foo.example.com. ipv6hint=2001:db8::1,2001:db8::53:1',
    ],
    [
      'D.2 an IPv6 hint in the embedded IPv4 syntax',
      '1 example.com. ( ipv6hint="2001:db8:122:344::192.0.2.33" )',
      `0001 ${EXAMPLE_COM} 0006 0010 20010db80122034400000000c0000221`,
      '1 example.com. ipv6hint=2001:db8:122:344::c000:221',
    ],
    [
      'D.2 keys and mandatory in any order, sorted on the wire',
      '16 foo.example.org. ( alpn=h2,h3-19 mandatory=ipv4hint,alpn ipv4hint=192.0.2.1 )',
      `0010 ${FOO_ORG} 0000 0004 0001 0004 0001 0009 02 6832 05 68332d3139 0004 0004 c0000201`,
      '16 foo.example.org. mandatory=alpn,ipv4hint alpn="h2,h3-19" ipv4hint=192.0.2.1',
    ],
    [
      'D.2 an alpn with an escaped comma and an escaped backslash, quoted',
      '16 foo.example.org. alpn="f\\\\\\\\oo\\\\,bar,h2"',
      `0010 ${FOO_ORG} 0001 000c 08 665c6f6f2c626172 02 6832`,
    ],
    [
      'D.2 the same in decimal escapes, unquoted',
      '16 foo.example.org. alpn=f\\\\\\092oo\\092,bar,h2',
      `0010 ${FOO_ORG} 0001 000c 08 665c6f6f2c626172 02 6832`,
      '16 foo.example.org. alpn="f\\\\\\\\oo\\\\,bar,h2"',
    ],
    ['ech as Base64', '1 . ech=AEn+DQBF', '0001 00 0005 0006 0049fe0d0045'],
    ['no-default-alpn beside alpn', '1 . alpn="h3" no-default-alpn', '0001 00 0001 0003 02 6833 0002 0000'],
    ['a known key as keyN, its value as octets', '1 . key3="\\001\\187"', '0001 00 0003 0002 01bb', '1 . port=443'],
    ['an unknown key without value', '1 . key65534', '0001 00 fffe 0000'],
    ['AliasMode with parameters, which clients ignore (section 2.4.2)', '0 . port=1', '0000 00 0003 0002 0001'],
  ])('%s', (_, text, hex, canonicalText = text) => {
    const octets = octetsFromHex(hex.replaceAll(' ', '')) ?? 'the row is wrong';
    for (const type of [TYPE.SVCB, TYPE.HTTPS]) {
      const parsed = rdataFromText(type, text);
      expect(parsed.ok ? hexFromOctets(parsed.rdata) : parsed.fault).toEqual(hexFromOctets(octets));
      expect(formatRdata(type, octets)).toBe(canonicalText);
      expect(rdataFromText(type, canonicalText)).toEqual({ ok: true, rdata: octets });
    }
  });
});

describe('refused in text', () => {
  test.each<[string, string, RegExp]>([
    ['D.3 a key twice', 'key123=abc key123=def', /each key once/],
    ['a key twice, once as keyN', 'port=1 key3=\\000\\001', /each key once/],
    ['D.3 mandatory without value', 'mandatory', /mandatory=keys/],
    ['D.3 alpn without value', 'alpn', /alpn=protocol ids/],
    ['D.3 port without value', 'port', /port=a number/],
    ['D.3 ipv4hint without value', 'ipv4hint', /ipv4hint=IPv4/],
    ['D.3 ipv6hint without value', 'ipv6hint', /ipv6hint=IPv6/],
    ['ech without value', 'ech', /ech=Base64/],
    ['D.3 no-default-alpn with a value', 'no-default-alpn=abc', /without a value/],
    ['no-default-alpn without alpn (section 7.1.1)', 'no-default-alpn', /alpn beside/],
    ['D.3 a mandatory key that is absent', 'mandatory=key123', /key123 beside/],
    ['D.3 mandatory within mandatory', 'mandatory=mandatory', /without mandatory itself/],
    ['D.3 a mandatory key twice', 'mandatory=key123,key123 key123=abc', /each once/],
    ['an empty protocol id', 'alpn=h2,,h3', /alpn=/],
    ['a protocol id of 256 octets', `alpn=${'x'.repeat(256)}`, /1 to 255/],
    ['another escape in a value-list', 'alpn=a\\\\b', /alpn=/],
    ['a bad escape', 'alpn=\\300', /alpn=/],
    ['a port above 65535', 'port=65536', /0 to 65535/],
    ['an address of the other family', 'ipv4hint=::1', /IPv4/],
    ['Base64 without its padding', 'ech=AA', /Base64/],
    ['a key in upper case (section 2.1)', 'PORT=1', /key among/],
    ['keyN with a leading zero', 'key01=x', /key among/],
    ['the invalid key 65535', 'key65535=x', /key among/],
    ['keyN of a known key with a wrong value', 'key3=abc', /right value/],
    ['a whole parameter in quotes', '"port=1"', /key=value/],
  ])('%s', (_, params, expected) => {
    expect(rdataFromText(TYPE.SVCB, `1 foo.example. ${params}`)).toEqual({
      ok: false,
      fault: { tokenIndex: expect.any(Number), expected: expect.stringMatching(expected) },
    });
  });
});

describe('refused on the wire (RFC 9460 section 2.2)', () => {
  test.each([
    ['no target', '0001'],
    ['keys that descend', '0001 00 0004 0004 c0000201 0003 0002 0035'],
    ['a key twice', '0001 00 0003 0002 0035 0003 0002 0035'],
    ['a value cut short', '0001 00 0003 0002 00'],
    ['a key cut short', '0001 00 0003 00'],
    ['a port of one octet', '0001 00 0003 0001 35'],
    ['alpn without ids', '0001 00 0001 0000'],
    ['an empty id', '0001 00 0001 0001 00'],
    ['an id cut short', '0001 00 0001 0002 02 68'],
    ['half an IPv4 hint', '0001 00 0004 0002 c000'],
    ['mandatory that is not sorted', '0001 00 0000 0004 0003 0001 0001 0003 02 6832 0003 0002 0035'],
    ['mandatory without the key', '0001 00 0000 0002 0003'],
    ['the invalid key', '0001 00 ffff 0000'],
  ])('%s', (_, hex) => {
    expect(isValidRdata(TYPE.HTTPS, octetsFromHex(hex.replaceAll(' ', '')) ?? 'the row is wrong')).toBe(false);
  });
});
