import { describe, expect, test } from 'vitest';
import { TYPE } from '../../../src/dns/constants.ts';
import { loadZone } from '../../../src/zone/zone.ts';
import { wireName } from '../../support/rdata-text.ts';
import { linesOf, loadText, nodesOf } from '../../support/zone.ts';

/** Three lines, so that what a row adds begins in line 4. */
const HEAD = '$TTL 300\n@ SOA ns1 hostmaster 1 2h 1h 2w 300\n@ NS ns1\n';

test('a zone: owners in lower case, RRsets, services, files', () => {
  const { zone, problems } = loadText(
    `${HEAD}NS1 A 192.0.2.1\nwww 20 SERVICE web\n@ SERVICE web\n$INCLUDE more sub\n`,
    {
      more: 'a 60 A 192.0.2.2\n A 192.0.2.3\n',
    },
  );
  expect(problems).toEqual([]);
  expect(zone?.apex).toBe(wireName('example.com.'));
  expect(zone?.files).toEqual(['zone', 'more']);
  expect(zone && linesOf(zone)).toEqual([
    'example.com. 300 SOA ns1.example.com. hostmaster.example.com. 1 7200 3600 1209600 300',
    'example.com. 300 NS ns1.example.com.',
    'example.com. - SERVICE web',
    'ns1.example.com. 300 A 192.0.2.1',
    'a.sub.example.com. 60 A 192.0.2.2',
    'a.sub.example.com. 60 A 192.0.2.3',
    'www.example.com. 20 SERVICE web',
  ]);
  expect(nodesOf(zone).get(wireName('www.example.com.'))?.service).toEqual({
    name: 'web',
    ttlSeconds: 20,
    file: 'zone',
    line: 5,
    column: 16,
  });
  // An empty non-terminal has no data, and so no node.
  expect(nodesOf(zone).has(wireName('sub.example.com.'))).toBe(false);
});

test('the apex may be given in any case', () => {
  const { zone } = loadZone(HEAD, {
    apex: wireName('EXAMPLE.com.'),
    file: 'zone',
    readInclude: () => ({ ok: false, reason: 'none' }),
  });
  expect([...nodesOf(zone).keys()]).toEqual([wireName('example.com.')]);
});

test.each<[string, string, string[]]>([
  [
    'a record that is there twice counts once (RFC 2181 section 5)',
    'a A 10.0.0.1\na A 10.0.0.2\na A 10.0.0.1',
    ['a.example.com. 300 A 10.0.0.1', 'a.example.com. 300 A 10.0.0.2'],
  ],
  [
    'also where names differ in case only',
    'a MX 1 M.example.com.\na MX 1 m',
    ['a.example.com. 300 MX 1 M.example.com.'],
  ],
  [
    'the lowest TTL of an RRset holds for all (RFC 2181 section 5.2)',
    'a 60 A 10.0.0.1\na 20 A 10.0.0.2\na 40 AAAA ::',
    ['a.example.com. 20 A 10.0.0.1', 'a.example.com. 20 A 10.0.0.2', 'a.example.com. 40 AAAA ::'],
  ],
])('%s', (_, text, expected) => {
  const { zone, problems } = loadText(HEAD + text);
  expect(problems).toEqual([]);
  expect(zone && linesOf(zone).slice(2)).toEqual(expected);
});

describe('no problem', () => {
  test.each([
    ['the same SOA twice', '@ SOA ns1 hostmaster 1 2h 1h 2w 300'],
    ['the same CNAME twice', 'a CNAME b\nA CNAME B'],
    ['a service at a wildcard', '* SERVICE web'],
    ['a service beside other data', '@ SERVICE web\n@ MX 1 m\n@ TXT x'],
    ['NSEC beside CNAME (RFC 4035 section 2.5)', 'a CNAME b\na NSEC \\# 1 00'],
    ['a DNAME at the apex beside SOA and NS', '@ DNAME other.example.'],
    ['a DNAME beside addresses', 'd DNAME other.example.\nd A 10.0.0.1'],
    ['a zone cut with glue', 'd NS ns.d\nns.d AAAA 2001:db8::1'],
    ['a zone cut with name servers elsewhere', 'd NS ns.other.example.\nd NS ns1'],
    ['data below a zone cut, though nobody will see it', 'd NS ns1\nx.d TXT x\ny.d SERVICE web\ne.d NS ns.e.d'],
    ['a CNAME that points at a CNAME', 'a CNAME b\nb CNAME c'],
    ['an MX that points out of the zone', 'a MX 1 mail.other.example.'],
  ])('%s', (_, text) => {
    expect(loadText(HEAD + text).problems).toEqual([]);
  });
});

describe('problems, each with its line, and then no zone', () => {
  test.each<[string, string, [code: string, line: number, found: string][]]>([
    ['an owner outside', 'www.example.org. A 10.0.0.1', [['out-of-zone', 4, 'www.example.org.']]],
    ['a name that merely ends like the apex', 'badexample.com. SERVICE w', [['out-of-zone', 4, 'badexample.com.']]],
    [
      'another SOA',
      '@ SOA ns1 hostmaster 2 2h 1h 2w 300',
      [['several-soa', 4, 'another SOA at example.com., beside that in line 2']],
    ],
    ['a SOA elsewhere', 'a SOA ns1 hostmaster 2 2h 1h 2w 300', [['soa-not-at-apex', 4, 'SOA at a.example.com.']]],
    [
      'CNAME beside data (RFC 2181 section 10.1)',
      'a CNAME b\na A 10.0.0.1',
      [['cname-and-other-data', 4, 'CNAME beside A at a.example.com.']],
    ],
    [
      'CNAME beside a service',
      'a SERVICE w\na CNAME b',
      [['cname-and-other-data', 5, 'CNAME beside SERVICE at a.example.com.']],
    ],
    ['CNAME at the apex', '@ CNAME b', [['cname-and-other-data', 4, 'CNAME beside SOA, NS at example.com.']]],
    [
      'two CNAMEs',
      'a CNAME b\na CNAME c',
      [['several-cname', 5, 'another CNAME at a.example.com., beside that in line 4']],
    ],
    [
      'two DNAMEs (RFC 6672 section 2.4)',
      'a DNAME b.\na DNAME c.',
      [['several-dname', 5, 'another DNAME at a.example.com., beside that in line 4']],
    ],
    [
      'data below a DNAME',
      'd DNAME b.\nx.y.d TXT x\nx.y.d TXT y',
      [['data-below-dname', 5, 'data at x.y.d.example.com., below the DNAME at d.example.com.']],
    ],
    [
      'a service below a DNAME',
      'd DNAME b.\nx.d SERVICE w',
      [['data-below-dname', 5, 'data at x.d.example.com., below the DNAME at d.example.com.']],
    ],
    [
      'data below a DNAME at the apex',
      '@ DNAME b.\nx A 10.0.0.1',
      [['data-below-dname', 5, 'data at x.example.com., below the DNAME at example.com.']],
    ],
    [
      'DNAME at a zone cut (RFC 6672 section 2.3)',
      'd DNAME b.\nd NS ns1',
      [['dname-at-zone-cut', 4, 'DNAME beside NS at d.example.com.']],
    ],
    [
      'two services',
      'a SERVICE w\na SERVICE w',
      [['several-services', 5, 'another SERVICE at a.example.com., beside that in line 4']],
    ],
    [
      'a service beside addresses',
      'a SERVICE w\na A 10.0.0.1\na AAAA ::1',
      [['service-and-addresses', 4, 'SERVICE beside A, AAAA at a.example.com.']],
    ],
    [
      'MX to a CNAME (RFC 2181 section 10.3)',
      'a MX 1 B\nb CNAME c',
      [['target-is-cname', 4, 'MX that points at b.example.com., a CNAME']],
    ],
    [
      'SRV to a CNAME',
      'a SRV 0 0 1 b\nb CNAME c',
      [['target-is-cname', 4, 'SRV that points at b.example.com., a CNAME']],
    ],
    ['NS to a CNAME', 'ns1 CNAME c', [['target-is-cname', 3, 'NS that points at ns1.example.com., a CNAME']]],
    ['a zone cut without glue', 'd NS NS.d', [['missing-glue', 4, 'name server ns.d.example.com. without address']]],
    [
      'a zone cut that is its own name server, without glue',
      'd NS d',
      [['missing-glue', 4, 'name server d.example.com. without address']],
    ],
  ])('%s', (_, text, expected) => {
    const { zone, problems } = loadText(HEAD + text);
    expect(problems.map(({ code, line, found }) => [code, line, found])).toEqual(expected);
    expect(problems.every(({ file, expected: right }) => file === 'zone' && right !== '')).toBe(true);
    expect(zone).toBeUndefined();
  });

  test.each<[string, string, string[]]>([
    ['an empty file', '', ['missing-soa', 'missing-apex-ns']],
    ['no SOA', '$TTL 1\n@ NS ns1', ['missing-soa']],
    ['no NS at the apex', '$TTL 1\n@ SOA ns1 hm 1 1 1 1 1\nsub NS ns1', ['missing-apex-ns']],
    ['a SOA that cannot be read is not missing, too', '$TTL 1\n@ SOA ns1 hm x 1 1 1 1\n@ NS ns1', ['bad-rdata']],
    ['nor one whose parenthesis is open', '$TTL 1\n@ SOA ns1 hm ( 1 1 1 1 1\n@ NS ns1', ['unclosed-parenthesis']],
    ['nor what may stand in a file that cannot be read', '$INCLUDE gone', ['unreadable-include']],
    ['nor glue that cannot be read', `${HEAD}d NS ns.d\nns.d A 10.0.0.256`, ['bad-rdata']],
  ])('absence: %s', (_, text, codes) => {
    expect(loadText(text).problems.map(({ code }) => code)).toEqual(codes);
  });

  test('come in the order of the files and lines, whoever found them', () => {
    const { problems, files } = loadText(`${HEAD}a SERVICE w\na SERVICE v\nx.org. A 10.0.0.1\nb A x\n$INCLUDE more`, {
      more: 'c A y',
    });
    expect(problems.map(({ file, line }) => `${file}:${line}`)).toEqual(['zone:5', 'zone:6', 'zone:7', 'more:1']);
    expect(files).toEqual(['zone', 'more']);
  });
});

test('four thousand records at one owner, each of them twice, are four thousand', () => {
  const lines = Array.from({ length: 4000 }, (_, i) => `a A 10.0.${i >> 8}.${i & 0xff}\n`);
  const { zone } = loadText(HEAD + lines.join('') + lines.join(''));
  const addresses = nodesOf(zone)
    .get(wireName('a.example.com.'))
    ?.rrsets.find(({ type }) => type === TYPE.A);
  expect(addresses?.rdatas).toHaveLength(4000);
});

describe('an RRset that no message can hold (RFC 1035 section 4.2.2)', () => {
  // A header of 12 octets, a question of 13 + 2 + 4 or of 255 + 4, and an OPT of 11 are around the records, of 12 + 4 each.
  const addresses = (owner: string, count: number): string =>
    Array.from({ length: count }, (_, i) => `${owner} A 10.0.${i >> 8}.${i & 0xff}\n`).join('');

  test.each([
    ['a', 4093, []],
    ['a', 4094, ['rrset-too-large']],
    ['*', 4078, []],
    ['*', 4079, ['rrset-too-large']],
  ])('%s with %i addresses', (owner, count, codes) => {
    const { problems } = loadText(HEAD + addresses(owner, count));
    expect(problems.map(({ code }) => code)).toEqual(codes);
    expect(problems.map(({ line }) => line)).toEqual(codes.map(() => 4));
  });
});
