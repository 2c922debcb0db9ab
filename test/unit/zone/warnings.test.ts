import { describe, expect, test } from 'vitest';
import { loadZone } from '../../../src/zone/zone.ts';
import { wireName } from '../../support/rdata-text.ts';

/** Three lines, so that what a row adds begins in line 4. */
const HEAD = '$TTL 300\n@ SOA ns.example.net. hostmaster 1 2h 1h 2w 300\n@ NS ns.example.net.\n';

function load(text: string) {
  return loadZone(text, {
    apex: wireName('example.com.'),
    file: 'zone',
    readInclude: () => ({ ok: false, reason: 'none' }),
    cnameServices: new Set(['cdn']),
  });
}

describe('warnings, each with its line, and a zone all the same', () => {
  test.each<[string, string, [code: string, line: number, found: string][]]>([
    [
      'TTLs that differ in an RRset, once (RFC 2181 section 5.2)',
      'a 60 A 10.0.0.1\na 30 A 10.0.0.2\na 90 A 10.0.0.3\na 5 TXT x',
      [['ttl-mismatch', 4, 'TTL 60 beside TTL 30 in the A records at a.example.com.']],
    ],
    [
      'an MX to a service with CNAMEs (RFC 2181 section 10.3)',
      'm SERVICE cdn\n@ MX 1 M',
      [['target-is-cname-service', 5, 'MX that points at m.example.com.']],
    ],
    [
      'a SRV to one, from another name',
      'm SERVICE cdn\n_x._tcp SRV 0 0 1 m',
      [['target-is-cname-service', 5, 'SRV that points at m.example.com.']],
    ],
    [
      'an address for a name',
      '@ MX 1 192.0.2.1',
      [['target-is-address', 4, 'MX that points at 192.0.2.1.example.com.']],
    ],
    ['an address with a final dot', 'd NS 192.0.2.1.', [['target-is-address', 4, 'NS that points at 192.0.2.1.']]],
    [
      'a name of the zone that is not there',
      '@ MX 1 mail',
      [['target-without-address', 4, 'MX that points at mail.example.com.']],
    ],
    [
      'a name of the zone without addresses',
      'd NS n\nn TXT x',
      [['target-without-address', 4, 'NS that points at n.example.com.']],
    ],
    ['a DS without delegation', 'd DS 1 8 250 00', [['ds-without-ns', 4, 'DS at d.example.com., no zone cut']]],
    ['a DS at the apex', '@ DS 1 8 250 00', [['ds-without-ns', 4, 'DS at example.com., no zone cut']]],
    [
      'NS at a wildcard (RFC 4592 section 4.2)',
      '*.d NS ns.example.net.',
      [['delegating-wildcard', 4, 'NS at the wildcard *.d.example.com.']],
    ],
    [
      'DNAME at a wildcard (RFC 4592 section 4.4)',
      '*.d DNAME example.net.',
      [['delegating-wildcard', 4, 'DNAME at the wildcard *.d.example.com.']],
    ],
    [
      'a service at a zone cut, and data below it',
      'd NS ns.example.net.\nd SERVICE web\nx.d TXT x\nx.d MX 1 example.net.',
      [
        ['occluded-data', 5, 'SERVICE at d.example.com., where d.example.com. is delegated'],
        ['occluded-data', 6, 'TXT at x.d.example.com., where d.example.com. is delegated'],
      ],
    ],
  ])('%s', (_, text, expected) => {
    const { zone, problems, warnings } = load(HEAD + text);
    expect(problems).toEqual([]);
    expect(warnings.map(({ code, line, found }) => [code, line, found])).toEqual(expected);
    expect(warnings.every(({ file, expected: right }) => file === 'zone' && right !== '')).toBe(true);
    expect(zone).toBeDefined();
  });

  test.each([
    ['its MINIMUM and its TTL', '2d', '2d', 1],
    ['its MINIMUM alone', '1d', '2d', 0],
    ['its TTL alone', '2d', '1d', 0],
  ])('a SOA that lets denials live beyond a day by %s (RFC 2308 section 5)', (_, ttl, minimum, count) => {
    const { warnings } = load(`@ ${ttl} SOA ns.example.net. hm 1 2h 1h 2w ${minimum}\n@ 60 NS ns.example.net.`);
    expect(warnings.map(({ code, line }) => [code, line])).toEqual(Array(count).fill(['long-negative-ttl', 1]));
  });
});

test.each([
  ['TTLs that differ between RRsets', 'a 60 A 10.0.0.1\na 30 TXT x'],
  ['a TTL that differs, in a duplicate of the lowest', 'a 30 A 10.0.0.1\na 30 A 10.0.0.1'],
  ['an MX to a service with addresses', 'm SERVICE web\n@ MX 1 m'],
  ['an MX to a CNAME service beside other data, where addresses are answered', 'm SERVICE cdn\nm TXT x\n@ MX 1 m'],
  ['null MX (RFC 7505) and SRV to nowhere (RFC 2782)', 'n MX 0 .\n_x._tcp SRV 0 0 0 .'],
  ['a target that a wildcard has', '@ MX 1 mail\n* A 10.0.0.1'],
  ['a target below a DNAME', '@ MX 1 mail.d\nd DNAME example.net.'],
  ['a target in a delegated zone', '@ MX 1 mail.d\nd NS ns.example.net.'],
  ['a target of numbers that has addresses', '@ MX 1 1.2.3.4\n1.2.3.4 A 10.0.0.1'],
  ['a target with IPv6 only', '@ MX 1 m\nm AAAA 2001:db8::1'],
  ['DS and glue at a zone cut', 'd NS ns.d\nns.d A 10.0.0.1\nd DS 1 8 250 00'],
])('no warning: %s', (_, text) => {
  const { problems, warnings } = load(HEAD + text);
  expect([problems, warnings]).toEqual([[], []]);
});

test('a zone with problems has no warnings: what is missing may be what could not be read', () => {
  const { problems, warnings } = load(`${HEAD}@ MX 1 mail\nmail A 10.0.0.256`);
  expect([problems.map(({ code }) => code), warnings]).toEqual([['bad-rdata'], []]);
});
