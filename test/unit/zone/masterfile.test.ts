import { describe, expect, test } from 'vitest';
import { nameToText } from '../../../src/dns/name.ts';
import { formatRdata } from '../../../src/dns/rdata/rdata.ts';
import { typeToText } from '../../../src/dns/types.ts';
import { formatProblem } from '../../../src/util/problem.ts';
import { parseMasterFile } from '../../../src/zone/masterfile.ts';
import type { MasterFile } from '../../../src/zone/scope.ts';
import { wireName } from '../../support/rdata-text.ts';
import { includesFrom } from '../../support/zone.ts';

function parse(text: string, files: Readonly<Record<string, string>> = {}): MasterFile {
  return parseMasterFile(text, { origin: wireName('e.'), file: 'zone', readInclude: includesFrom(files) });
}

function shown({ records, services }: MasterFile): string[] {
  return [
    ...records.map(
      (r) => `${nameToText(r.owner)} ${r.ttlSeconds} ${typeToText(r.type)} ${formatRdata(r.type, r.rdata)}`,
    ),
    ...services.map((s) => `${nameToText(s.owner)} ${s.ttlSeconds ?? '-'} SERVICE ${s.name}`),
  ];
}

describe('records (RFC 1035 section 5.1)', () => {
  test.each<[string, string, string[]]>([
    ['owner, TTL, class, type', 'a 60 IN A 10.0.0.1', ['a.e. 60 A 10.0.0.1']],
    ['owner, class, TTL, type', 'a IN 60 A 10.0.0.1', ['a.e. 60 A 10.0.0.1']],
    ['no class', 'a 60 A 10.0.0.1', ['a.e. 60 A 10.0.0.1']],
    ['lower-case keywords, CLASS1, TYPE1', 'a 60 class1 type1 \\# 4 0a000001', ['a.e. 60 A 10.0.0.1']],
    [
      'owners named like a type, a class and a TTL',
      'A 60 A 10.0.0.1\nIN A 10.0.0.2\n60 A 10.0.0.3',
      ['a.e. 60 A 10.0.0.1', 'in.e. 60 A 10.0.0.2', '60.e. 60 A 10.0.0.3'],
    ],
    [
      'an omitted owner',
      'a 60 A 10.0.0.1\n A 10.0.0.2\n\t\tIN MX 1 m',
      ['a.e. 60 A 10.0.0.1', 'a.e. 60 A 10.0.0.2', 'a.e. 60 MX 1 m.e.'],
    ],
    ['@ as owner and in data, \\@ as a label', '@ 60 MX 1 @\n\\@ MX 1 .', ['e. 60 MX 1 e.', '\\@.e. 60 MX 1 .']],
    ['owners in lower case, data as written', 'WWW.E. 60 CNAME Host.E.', ['www.e. 60 CNAME Host.E.']],
    [
      'a record over lines, with comments',
      '@ 60 SOA ns hm ( 1 ; serial\n 1h ; refresh\n\n15m\n2w 1d\n) ; end',
      ['e. 60 SOA ns.e. hm.e. 1 3600 900 1209600 86400'],
    ],
    ['CRLF and no newline at the end', 'a 60 A 10.0.0.1\r\n A 10.0.0.2', ['a.e. 60 A 10.0.0.1', 'a.e. 60 A 10.0.0.2']],
    [
      'strings that hold all special characters',
      'a 60 TXT "a;b (c) \\"d\\" \\059" e\\;f',
      ['a.e. 60 TXT "a;b (c) \\"d\\" ;" "e;f"'],
    ],
    [
      'key="value" with blanks inside',
      'a 60 HTTPS 1 . key999="a b" port=443',
      ['a.e. 60 HTTPS 1 . port=443 key999="a b"'],
    ],
    ['an unknown type', 'a 60 TYPE731 \\# ( 2 be\nef )', ['a.e. 60 TYPE731 \\# 2 beef']],
    ['a wildcard and an underscore', '*._x 60 A 10.0.0.1', ['*._x.e. 60 A 10.0.0.1']],
    ['an escaped dot', 'a\\.b 60 A 10.0.0.1', ['a\\.b.e. 60 A 10.0.0.1']],
  ])('%s', (_, text, expected) => {
    const read = parse(text);
    expect(read.problems.map(formatProblem)).toEqual([]);
    expect(shown(read)).toEqual(expected);
  });
});

describe('TTLs', () => {
  test.each<[string, string, string[]]>([
    [
      'units as BIND has them',
      'a 1h30m A 10.0.0.1\nb 2W A 10.0.0.1',
      ['a.e. 5400 A 10.0.0.1', 'b.e. 1209600 A 10.0.0.1'],
    ],
    ['the largest (RFC 2181 section 8)', 'a 2147483647 A 10.0.0.1', ['a.e. 2147483647 A 10.0.0.1']],
    ['0', 'a 0 A 10.0.0.1', ['a.e. 0 A 10.0.0.1']],
    [
      '$TTL up to the next (RFC 2308 section 4)',
      '$TTL 1m\na A 10.0.0.1\n$TTL 2m\nb 7 A 10.0.0.1\nc A 10.0.0.1',
      ['a.e. 60 A 10.0.0.1', 'b.e. 7 A 10.0.0.1', 'c.e. 120 A 10.0.0.1'],
    ],
    [
      'without $TTL that of the record before',
      'a 60 A 10.0.0.1\nb A 10.0.0.2',
      ['a.e. 60 A 10.0.0.1', 'b.e. 60 A 10.0.0.2'],
    ],
  ])('%s', (_, text, expected) => {
    const read = parse(text);
    expect(read.problems).toEqual([]);
    expect(shown(read)).toEqual(expected);
  });
});

test('SERVICE keeps only a TTL written at its own record', () => {
  const read = parse('$TTL 300\n@ SERVICE web\nwww 20 IN SERVICE web\n* service Other-1\n');
  expect(read.problems).toEqual([]);
  expect(shown(read)).toEqual(['e. - SERVICE web', 'www.e. 20 SERVICE web', '*.e. - SERVICE Other-1']);
  expect(read.services[1]).toMatchObject({ file: 'zone', line: 3, column: 19 });
});

test('SERVICE needs no TTL at all', () => {
  expect(parse('@ SERVICE web').problems).toEqual([]);
});

describe('$ORIGIN and $INCLUDE (RFC 1035 section 5.1)', () => {
  test.each<[string, string, Record<string, string>, string[]]>([
    ['$ORIGIN, relative to the one before', '$ORIGIN a\n$origin b\nc 1 A 10.0.0.1', {}, ['c.b.a.e. 1 A 10.0.0.1']],
    [
      'an origin of its own',
      '$TTL 1\n$INCLUDE x sub\nb A 10.0.0.2',
      { x: 'a A 10.0.0.1' },
      ['a.sub.e. 1 A 10.0.0.1', 'b.e. 1 A 10.0.0.2'],
    ],
    [
      'origin, TTL and owner are as before when it ends',
      '$TTL 1\no A 10.0.0.1\n$INCLUDE x\n A 10.0.0.2',
      { x: ' A 10.0.0.3\n$ORIGIN sub\n$TTL 9\na 8 A 10.0.0.4' },
      ['o.e. 1 A 10.0.0.1', 'o.e. 1 A 10.0.0.3', 'a.sub.e. 8 A 10.0.0.4', 'o.e. 1 A 10.0.0.2'],
    ],
  ])('%s', (_, text, files, expected) => {
    const read = parse(text, files);
    expect(read.problems).toEqual([]);
    expect(shown(read)).toEqual(expected);
  });

  test('a zone that states no TTL has the MINIMUM of its SOA (RFC 1035 section 3.3.13)', () => {
    const read = parse('@ SOA n h 1 2 3 4 77\na A 10.0.0.1\nb 5 A 10.0.0.2\nc A 10.0.0.3');
    expect(read.problems).toEqual([]);
    expect(read.records.map(({ ttlSeconds }) => ttlSeconds)).toEqual([77, 77, 5, 5]);
  });

  test('a TTL of an included file does not reach the record behind it', () => {
    const read = parse('$INCLUDE x ; comment\nb A 10.0.0.2', { x: 'a 1 A 10.0.0.1' });
    expect(read.problems).toMatchObject([{ code: 'missing-ttl', file: 'zone', line: 2 }]);
  });

  test('every file is named, and so is the file of a record and of a problem', () => {
    const read = parse('$INCLUDE x\n$INCLUDE y', { x: '$INCLUDE z', y: 'b 1 A nonsense', z: 'a 1 A 10.0.0.1' });
    expect(read.files).toEqual(['zone', 'x', 'z', 'y']);
    expect(read.records[0]).toMatchObject({ file: 'z', line: 1, column: 5 });
    expect(read.problems).toMatchObject([{ file: 'y', line: 1, column: 7, code: 'bad-rdata' }]);
  });

  test('a file twice, though not inside itself, is no loop', () => {
    expect(parse('$INCLUDE x a\n$INCLUDE x b', { x: 'h 1 A 10.0.0.1' }).records).toHaveLength(2);
  });

  test('files one inside the other without end are cut off', () => {
    let count = 0;
    const readInclude = () => ({ ok: true as const, text: '$INCLUDE more', file: `file ${count++}` });
    const read = parseMasterFile('$INCLUDE more', { origin: wireName('e.'), file: 'zone', readInclude });
    expect(read.problems.map(({ code }) => code)).toEqual(['include-loop']);
    expect(read.files).toHaveLength(21);
  });
});

describe('problems: code, line, column, found and expected', () => {
  test.each<[string, string, string]>([
    ['an unknown type, with the nearest', 'a 60 MXX 1 m', "zone:1:6: unknown-type: found 'MXX', expected MX"],
    ['SERVICE misspelt', 'a 60 SERVCE w', "zone:1:6: unknown-type: found 'SERVCE', expected SERVICE"],
    [
      'a type of data that cannot be written',
      'a 60 AXFR',
      "zone:1:6: meta-type: found 'AXFR', expected a type of data: this one is for questions only",
    ],
    ['no type', 'a 60', 'zone:1:5: unknown-type: found the end of the record, expected a record type'],
    [
      'a bad owner',
      'a..b 60 A 10.0.0.1',
      "zone:1:1: bad-name: found 'a..b', expected a domain name (a label is empty)",
    ],
    [
      'an owner in quotes',
      '"a" 60 A 10.0.0.1',
      "zone:1:1: bad-name: found 'a', expected a domain name (it has quotes)",
    ],
    ['no owner to inherit', ' 60 A 10.0.0.1', "zone:1:2: missing-owner: found '60', expected an owner"],
    [
      'no TTL',
      'a A 10.0.0.1',
      "zone:1:3: missing-ttl: found 'A', expected a TTL before the type, or a $TTL line or the SOA above",
    ],
    [
      'a TTL of 32 bits',
      'a 2147483648 A 10.0.0.1',
      "zone:1:3: bad-ttl: found '2147483648', expected a TTL from 0 to 2147483647",
    ],
    ['a TTL with an unknown unit', 'a 5y A 10.0.0.1', "zone:1:3: bad-ttl: found '5y', expected a TTL"],
    ['a negative TTL', 'a -5 A 10.0.0.1', "zone:1:3: bad-ttl: found '-5', expected a TTL from 0"],
    ['a TTL with a plus sign', 'a +5 A 10.0.0.1', "zone:1:3: bad-ttl: found '+5', expected a TTL from 0"],
    ['a TTL with a fraction', 'a .5 A 10.0.0.1', "zone:1:3: bad-ttl: found '.5', expected a TTL from 0"],
    ['a TTL in two words', 'a 1h 30m A 10.0.0.1', "zone:1:6: repeated-field: found '30m', expected one TTL a record"],
    [
      'a TTL before and behind the class',
      'a 5 IN 5 A 10.0.0.1',
      "zone:1:8: repeated-field: found '5', expected one TTL",
    ],
    ['a word where the TTL stands', 'a h1 A 10.0.0.1', "zone:1:3: unknown-type: found 'h1', expected a TTL from 0"],
    ['an address without type', 'a 60 10.0.0.1', "zone:1:6: unknown-type: found '10.0.0.1', expected A before it"],
    ['an address without type and TTL', 'a 2001:db8::1', "found '2001:db8::1', expected AAAA before it"],
    ['the class misspelt', 'a 60 INN A 10.0.0.1', "zone:1:6: unknown-type: found 'INN', expected IN"],
    ['a type that means any', 'a 60 IN ANY x', "zone:1:9: meta-type: found 'ANY', expected a type of data"],
    ['another class', 'a 60 CH TXT x', "zone:1:6: unsupported-class: found 'CH', expected IN"],
    ['the class twice', 'a 60 IN IN A 10.0.0.1', "zone:1:9: repeated-field: found 'IN', expected one class"],
    ['two classes', 'a 60 IN CH A 10.0.0.1', "zone:1:9: repeated-field: found 'CH', expected one class"],
    ['bad data', 'a 60 (\n  A 10.0.0.256 )', "zone:2:5: bad-rdata: found '10.0.0.256', expected an IPv4 address"],
    [
      'data that ends early',
      'a 60 MX 1 ; m',
      'zone:1:10: bad-rdata: found the end of the record, expected a domain name',
    ],
    [
      'SERVICE without name',
      'a SERVICE',
      'zone:1:10: bad-service: found the end of the record, expected the name of a service',
    ],
    ['SERVICE with two names', 'a SERVICE x y', "zone:1:13: bad-service: found 'y', expected the end of the record"],
    [
      '$GENERATE',
      '$GENERATE 1-9 a$ A 10.0.0.$',
      "zone:1:1: unsupported-directive: found '$GENERATE', expected the records written out",
    ],
    [
      'an unknown directive',
      '$ORIGNI a.',
      "zone:1:1: unknown-directive: found '$ORIGNI', expected $ORIGIN, $TTL or $INCLUDE",
    ],
    [
      '$ORIGIN without name',
      '$ORIGIN',
      'zone:1:8: bad-name: found the end of the record, expected a domain name (it is empty)',
    ],
    ['$ORIGIN with two names', '$ORIGIN a b', "zone:1:11: bad-directive: found 'b', expected the end of the line"],
    ['$TTL without time', '$TTL x', "zone:1:6: bad-ttl: found 'x', expected a TTL"],
    [
      '$INCLUDE without path',
      '$INCLUDE',
      'zone:1:9: bad-directive: found the end of the record, expected the path of a file',
    ],
    [
      '$INCLUDE of no file',
      '$INCLUDE gone',
      "zone:1:10: unreadable-include: found 'gone', expected a file that can be read (no such file)",
    ],
    ['$INCLUDE with a bad origin', '$INCLUDE self a..b', "zone:1:15: bad-name: found 'a..b', expected a domain name"],
    [
      'a file that includes itself',
      '$INCLUDE self',
      "self:1:10: include-loop: found 'self', expected a file that does not include itself ('zone' includes 'self' includes 'self')",
    ],
    ['an unclosed quote', 'a 60 TXT "x', 'zone:1:10: unclosed-quote: found ", expected a closing " on the same line'],
    ['a very long word', `a 60 ${'x'.repeat(100)}`, `zone:1:6: unknown-type: found '${'x'.repeat(60)}...', expected`],
  ])('%s', (_, text, expected) => {
    const read = parse(text, { self: '$INCLUDE self' });
    expect(read.problems.map(formatProblem)).toEqual([expect.stringContaining(expected)]);
    expect(read.records).toEqual([]);
  });

  test('all of them at once, and the records between are read', () => {
    const read = parse('$TTL 60\na A x\nb A 10.0.0.1\nc AA y\n"d" A 10.0.0.1\n A 10.0.0.2\ne TXT "\nf A 10.0.0.3');
    expect(read.problems.map(({ code, line }) => [code, line])).toEqual([
      ['bad-rdata', 2],
      ['unknown-type', 4],
      ['bad-name', 5],
      ['unclosed-quote', 7],
    ]);
    // The owner in line 5 cannot be read: line 6, which takes it over, goes to no other owner.
    expect(shown(read)).toEqual(['b.e. 60 A 10.0.0.1', 'f.e. 60 A 10.0.0.3']);
  });

  test('a record in the wrong writing still hands down its owner', () => {
    expect(shown(parse('$TTL 60\na A 10.0.0.1\nb TXT "\n A 10.0.0.2'))).toEqual([
      'a.e. 60 A 10.0.0.1',
      'b.e. 60 A 10.0.0.2',
    ]);
  });
});
