import { describe, expect, test } from 'vitest';
import { type Entry, Lexer } from '../../../src/zone/lexer.ts';

function entriesOf(text: string): Entry[] {
  const lexer = new Lexer(text);
  const entries: Entry[] = [];
  for (let entry = lexer.next(); entry !== undefined; entry = lexer.next()) entries.push(entry);
  return entries;
}

/** A word as it is, a string in quotes; in front a `_` where the owner is omitted. */
function shown(entry: Entry): string[] {
  const words = entry.tokens.map(({ text, quoted }) => (quoted ? `"${text}"` : text));
  return entry.ownerOmitted ? ['_', ...words] : words;
}

test.each<[string, string, string[][]]>([
  ['words between blanks', 'a\t IN  A', [['a', 'IN', 'A']]],
  ['an omitted owner', ' IN A', [['_', 'IN', 'A']]],
  ['a record a line, with and without newline at the end', 'a\nb\n\nc', [['a'], ['b'], ['c']]],
  [
    'CRLF',
    'a b\r\n\r\n c\r\n',
    [
      ['a', 'b'],
      ['_', 'c'],
    ],
  ],
  ['a byte order mark', '\ufeffa b', [['a', 'b']]],
  ['comments', '; x\na ;y ( "\n  ; z\nb;', [['a'], ['b']]],
  ['parentheses over lines', 'a ( b ; c )\n\nd\n) e\nf', [['a', 'b', 'd', 'e'], ['f']]],
  ['parentheses without blanks', 'a(b)c(\n)d', [['a', 'b', 'c', 'd']]],
  ['an owner inside the parenthesis', '(a\nb)\n(\nc)', [['a', 'b'], ['c']]],
  ['an owner omitted before the parenthesis', ' (\na)', [['_', 'a']]],
  ['quoted strings', 'a "b ; ( c" "" "d\\"e"', [['a', '"b ; ( c"', '""', '"d\\"e"']]],
  ['quoted strings side by side', 'a "b""c"d', [['a', '"b"', '"c"', 'd']]],
  ['escapes in words', 'a\\ b\\;c\\(d\\"e \\\\ f', [['a\\ b\\;c\\(d\\"e', '\\\\', 'f']]],
  ['a backslash before the end of the line', 'a\\\nb\\', [['a\\'], ['b\\']]],
  ['a backslash before CRLF', 'a\\\r\nb', [['a\\'], ['b']]],
  ['key="value" as one word', 'a k="b ; c" d', [['a', 'k="b ; c"', 'd']]],
  ['nothing', '', []],
  ['blanks and comments only', ' \n\t;x\n', []],
])('cuts into words: %s (RFC 1035 section 5.1)', (_, text, expected) => {
  const entries = entriesOf(text);
  expect(entries.map(shown)).toEqual(expected);
  expect(entries.some(({ fault }) => fault !== undefined)).toBe(false);
});

test('every word knows its line and column', () => {
  const [first, second] = entriesOf('a ( "b"\n  c )\r\n d');
  expect(first?.tokens.map(({ text, line, column }) => [text, line, column])).toEqual([
    ['a', 1, 1],
    ['b', 1, 5],
    ['c', 2, 3],
  ]);
  expect(second?.tokens).toEqual([{ text: 'd', quoted: false, line: 3, column: 2 }]);
});

describe('reports a fault where it is and goes on with the next record', () => {
  test.each<[string, string, [code: string, line: number, column: number], string[][]]>([
    ['an unclosed quote', 'x\na "b\nc', ['unclosed-quote', 2, 3], [['x'], ['a'], ['c']]],
    ['a quote escaped at the end', 'a "b\\"\nc', ['unclosed-quote', 1, 3], [['a'], ['c']]],
    ['an unclosed quote inside a parenthesis', 'a ( "b\n c )\n)\nd', ['unclosed-quote', 1, 5], [['a'], ['d']]],
    ['a quote within a word', 'a b"c"\nd', ['stray-quote', 1, 4], [['a'], ['d']]],
    ['text behind a quoted value', 'a k="b"c\nd', ['stray-quote', 1, 7], [['a'], ['d']]],
    ['a quote behind a quoted value', 'a k="b""c"\nd', ['stray-quote', 1, 7], [['a'], ['d']]],
    ['an unclosed quoted value', 'a k="b\nd', ['unclosed-quote', 1, 5], [['a'], ['d']]],
    ['a closing parenthesis alone', 'a )\nb', ['stray-parenthesis', 1, 3], [['a'], ['b']]],
    [
      'an opening one to the end',
      'a (\n b\n;c\nd\ne',
      ['unclosed-parenthesis', 1, 3],
      [['a', 'b', 'd', 'e'], ['d'], ['e']],
    ],
    [
      'an opening one up to the next',
      'a (\n b\nc ( d )',
      ['unclosed-parenthesis', 1, 3],
      [
        ['a', 'b', 'c'],
        ['c', 'd'],
      ],
    ],
    ['nested ones', 'a ( ( b ) )\nc', ['unclosed-parenthesis', 1, 3], [['a'], ['c']]],
    ['an opening one at the end', 'a (', ['unclosed-parenthesis', 1, 3], [['a']]],
  ])('%s', (_, text, [code, line, column], expected) => {
    const entries = entriesOf(text);
    expect(
      entries.flatMap(({ fault }) => (fault === undefined ? [] : [[fault.code, fault.line, fault.column]])),
    ).toEqual([[code, line, column]]);
    expect(entries.map(shown)).toEqual(expected);
  });
});

test('lines after a fault are still counted right', () => {
  const tokens = entriesOf('a (\n b\n\nc "d').flatMap((entry) => entry.tokens);
  expect(tokens.at(-1)).toMatchObject({ text: 'c', line: 4, column: 1 });
});
