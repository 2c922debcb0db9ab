import { describe, expect, test } from 'vitest';
import {
  isSubdomain,
  labelsOf,
  lowerCaseName,
  nameEnd,
  nameFromText,
  nameToText,
  parentOf,
  ROOT,
  type WireName,
} from '../../../src/dns/name.ts';

function name(text: string): WireName {
  const parsed = nameFromText(text);
  if (!parsed.ok) throw new Error(`${text}: ${parsed.reason}`);
  return parsed.name;
}

const label63 = 'a'.repeat(63);
/** 3 * 64 + 62 + 1: 255 octets on the wire, as many as there may be. */
const name255 = `${`${label63}.`.repeat(3)}${'a'.repeat(61)}.`;

describe('nameFromText (RFC 1035 sections 2.3.4, 5.1)', () => {
  test.each([
    ['the root', '.', '\0'],
    ['an absolute name', 'www.Example.com.', '\x03www\x07Example\x03com\0'],
    ['\\X in a label', 'a\\.b.c.', '\x03a.b\x01c\0'],
    ['\\DDD', 'a\\032\\255\\000.', '\x04a \xff\0\0'],
    ['an escaped backslash before a dot', 'a\\\\.b.', '\x02a\\\x01b\0'],
    ['an escaped @', '\\@.', '\x01@\0'],
    ['service labels and wildcards', '*._tcp.x.', '\x01*\x04_tcp\x01x\0'],
    ['a label of 63 octets', `${label63}.`, `\x3f${label63}\0`],
  ])('reads %s', (_, text, wire) => {
    expect(nameFromText(text)).toEqual({ ok: true, name: wire });
  });

  test.each([
    ['a relative name', 'www', '\x03www\x01e\0'],
    ['a relative name that ends with an escaped dot', 'www\\.', '\x04www.\x01e\0'],
    ['the origin itself', '@', '\x01e\0'],
    ['an absolute name, untouched by the origin', 'www.', '\x03www\0'],
  ])('completes by the origin: %s', (_, text, wire) => {
    expect(nameFromText(text, name('e.'))).toEqual({ ok: true, name: wire });
  });

  test.each([
    ['nothing', '', /empty/],
    ['an empty label', 'a..b.', /label is empty/],
    ['a leading dot', '.a.', /label is empty/],
    ['two dots', '..', /label is empty/],
    ['a label of 64 octets', `a${label63}.`, /more than 63/],
    ['a name of 257 octets', `a.${name255}`, /more than 255/],
    [
      'a name of 256 octets with a last label that fits',
      `${`${label63}.`.repeat(3)}${'a'.repeat(62)}.`,
      /more than 255/,
    ],
    ['\\DDD above 255', 'a\\256.', /escape/],
    ['\\DD', 'a\\25.', /escape/],
    ['a backslash at the end', 'a\\', /escape/],
    ['an escape of text beyond ASCII', 'a\\é.', /escape/],
    ['a space', 'a b.', /white space/],
    ['text beyond ASCII', 'bücher.example.', /xn--/],
    ['a relative name without origin', 'www', /final dot/],
    ['@ without origin', '@', /final dot/],
  ])('refuses %s', (_, text, reason) => {
    expect(nameFromText(text)).toEqual({ ok: false, reason: expect.stringMatching(reason) });
  });

  test('counts the origin towards the 255 octets', () => {
    expect(name(name255)).toHaveLength(255);
    expect(nameFromText('a', name(name255))).toEqual({ ok: false, reason: expect.stringMatching(/more than 255/) });
  });
});

describe('nameToText', () => {
  test.each([
    ['\0', '.'],
    ['\x03www\x07Example\x03com\0', 'www.Example.com.'],
    ['\x03a.b\x02"@\x03 \xff;\0', 'a\\.b.\\"\\@.\\032\\255\\;.'],
    ['\x01\\\0', '\\\\.'],
  ])('%j is %s', (wire, text) => {
    expect(nameToText(wire)).toBe(text);
  });
});

describe('lowerCaseName (RFC 4343)', () => {
  test.each([
    ['letters A to Z', '\x03WwW\x01Z\0', '\x03www\x01z\0'],
    ['nothing around them', '\x04@[`{\0', '\x04@[`{\0'],
    ['no letter beyond ASCII, unlike String.toLowerCase', '\x02A\xc4\0', '\x02a\xc4\0'],
    ['no length octet', `\x3f${label63}\0`, `\x3f${label63}\0`],
  ])('changes %s', (_, wire, lower) => {
    expect(lowerCaseName(wire)).toBe(lower);
  });
});

test('labelsOf gives the labels from the left, none for the root', () => {
  expect(labelsOf(name('www.example.com.'))).toEqual(['www', 'example', 'com']);
  expect(labelsOf(ROOT)).toEqual([]);
});

test('parentOf removes one label, and the root has no parent', () => {
  expect(parentOf(name('www.example.com.'))).toBe(name('example.com.'));
  expect(parentOf(name('com.'))).toBe(ROOT);
  expect(parentOf(ROOT)).toBeUndefined();
});

test.each([
  ['itself', 'example.com.', 'example.com.', true],
  ['a child', 'www.example.com.', 'example.com.', true],
  ['without regard to case', 'www.EXAMPLE.com.', 'example.COM.', true],
  ['all below the root', 'com.', '.', true],
  ['the root is below nothing', '.', 'com.', false],
  ['a parent', 'com.', 'example.com.', false],
  ['a name that merely ends alike', 'badexample.com.', 'example.com.', false],
  ['octets that look like a label and are inside one', 'x\\007example.com.', 'example.com.', false],
])('isSubdomain: %s', (_, child, ancestor, expected) => {
  expect(isSubdomain(name(child), name(ancestor))).toBe(expected);
});

test.each([
  ['a name', '\x01a\0', 0, 3],
  ['a name within other octets', 'xx\x01a\0yy', 2, 5],
  ['the root', '\0', 0, 1],
  ['no octets', '', 0, -1],
  ['a start beyond the end', '\0', 5, -1],
  ['no root', '\x01a', 0, -1],
  ['a label cut short', '\x05a\0', 0, -1],
  ['a compression pointer', '\x01a\xc0\x0c', 0, -1],
  ['255 octets', name(name255), 0, 255],
  ['256 octets', `${`\x3f${label63}`.repeat(3)}\x3e${'a'.repeat(62)}\0`, 0, -1],
])('nameEnd: %s', (_, wire, start, end) => {
  expect(nameEnd(wire, start)).toBe(end);
});
