import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lowerCaseName, nameToText, type WireName } from '../../src/dns/name.ts';
import { formatRdata } from '../../src/dns/rdata/rdata.ts';
import { withLowerCaseTarget } from '../../src/dns/rdata/target.ts';
import { typeToText } from '../../src/dns/types.ts';
import { parseMasterFile } from '../../src/zone/masterfile.ts';
import { anyName, typeAndRdata } from '../support/arbitraries.ts';
import { wireName } from '../support/rdata-text.ts';
import { includesFrom, linesOf, loadText, nodesOf } from '../support/zone.ts';

interface Written {
  readonly owner: WireName;
  readonly ttlSeconds: number;
  readonly type: number;
  readonly rdata: string;
  readonly words: readonly string[];
}

const record: fc.Arbitrary<Written> = fc
  .record({
    owner: anyName,
    ttlSeconds: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
    content: typeAndRdata,
    header: fc.constantFrom('TTL IN', 'IN TTL', 'TTL', 'in TTL'),
  })
  .map(({ owner, ttlSeconds, content: { type, rdata }, header }) => {
    const words = header.replace('TTL', ttlSeconds.toString()).split(' ');
    return { owner, ttlSeconds, type, rdata, words: [nameToText(owner), ...words, typeToText(type)] };
  });

/** All that may stand between the words of one record, if a parenthesis is open and if none is. */
const gapInside = fc.constantFrom(' ', '\t', '\n', '\r\n   ', ' ; ( " comment\n', '\n\n; x\n ');
const gapOutside = fc.constantFrom(' ', '\t', '  ', ' \t ');
const recordEnd = fc.constantFrom('\n', '\r\n', ' ; ) " comment\n', '\n\n \n; x\n');

function textOf({ type, rdata, words }: Written, inside: readonly string[], outside: string, end: string): string {
  const [owner = '', ...rest] = words;
  const gap = (i: number) => inside[i % inside.length] ?? ' ';
  return `${owner}${outside}(${rest.map((word, i) => gap(i) + word).join('')}${gap(0)}${formatRdata(type, rdata)})${end}`;
}

test('records in any white space, comments and parentheses are read as they were meant', () => {
  const written = fc.record({
    record,
    inside: fc.array(gapInside, { minLength: 1, maxLength: 6 }),
    outside: gapOutside,
    end: recordEnd,
  });
  fc.assert(
    fc.property(fc.array(written, { maxLength: 8 }), (all) => {
      const text = all.map((one) => textOf(one.record, one.inside, one.outside, one.end)).join('');
      const read = parseMasterFile(text, { origin: wireName('e.'), file: 'zone', readInclude: includesFrom({}) });
      expect(read.problems).toEqual([]);
      expect(read.records.map(({ owner, ttlSeconds, type, rdata }) => ({ owner, ttlSeconds, type, rdata }))).toEqual(
        all.map(({ record: { owner, ttlSeconds, type, rdata } }) => ({
          owner: lowerCaseName(owner),
          ttlSeconds,
          type,
          rdata,
        })),
      );
    }),
  );
});

test('a zone written out and loaded again is the same zone', () => {
  const owner = fc.stringMatching(/^[a-c](\.[A-C])?$/);
  const content = typeAndRdata.filter(({ type }) => !['SOA', 'CNAME', 'DNAME', 'NS'].includes(typeToText(type)));
  const line = fc
    .record({ owner, ttlSeconds: fc.integer({ min: 0, max: 9 }), content })
    .map(
      ({ owner, ttlSeconds, content: { type, rdata } }) =>
        `${owner} ${ttlSeconds} ${typeToText(type)} ${formatRdata(type, rdata)}`,
    );
  const head = '@ 300 SOA ns hm 1 2 3 4 5\n@ 300 NS ns.example.net.\n';
  fc.assert(
    fc.property(fc.array(line, { maxLength: 30 }), (lines) => {
      const { zone, problems } = loadText(head + lines.join('\n'));
      expect(problems).toEqual([]);
      const again = loadText(linesOf(zone ?? { apex: '', nodes: new Map(), files: [] }).join('\n'));
      expect(again.zone?.nodes).toEqual(zone?.nodes);
    }),
  );
});

test('within an RRset no two records are the same, and none is lost', () => {
  const rdata = fc.constantFrom('1 a', '1 A', '2 a', '1 b', '2 A');
  fc.assert(
    fc.property(fc.array(rdata, { minLength: 1, maxLength: 12 }), (all) => {
      const { zone } = loadText(
        `$TTL 1\n@ SOA n h 1 2 3 4 5\n@ NS n.e.\n${all.map((text) => `x MX ${text}\n`).join('')}`,
      );
      const rrset = nodesOf(zone).get(wireName('x.example.com.'))?.rrsets[0];
      const distinct = new Set(rrset?.rdatas.map((one) => withLowerCaseTarget(rrset.type, one)));
      expect(distinct.size).toBe(new Set(all.map((text) => text.toLowerCase())).size);
      expect(rrset?.rdatas).toHaveLength(distinct.size);
    }),
  );
});

test('any text ends in a zone or in problems that point into it', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      '\n',
      ' ',
      '(',
      ')',
      '"',
      ';',
      '\\',
      '$TTL 5\n',
      '$INCLUDE zone\n',
      '$ORIGIN x\n',
      'a 5 IN A 10.0.0.1\n',
    ),
    fc.constantFrom(
      '@ 1 SOA n h 1 2 3 4 5\n',
      '@ 1 NS n\n',
      'a SERVICE w\n',
      ' CNAME b\n',
      'b DNAME a\n',
      'k="',
      '\r\n',
      '\ufeff',
      '\0',
    ),
    fc.string({ unit: 'binary', maxLength: 10 }),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      const text = pieces.join('');
      const lineCount = text.split('\n').length;
      const { zone, problems } = loadText(text, { zone: text });
      expect(zone === undefined).toBe(problems.length > 0);
      for (const { line = 0, column = 1, found, expected } of problems) {
        expect(line).toBeGreaterThanOrEqual(1);
        expect(line).toBeLessThanOrEqual(lineCount);
        expect(column).toBeGreaterThanOrEqual(1);
        expect(found !== '' && expected !== '').toBe(true);
      }
    }),
    { numRuns: 1_000 },
  );
});
