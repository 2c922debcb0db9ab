import { expect, test } from 'vitest';
import { isMetaType, typeFromText, typeToText } from '../../../src/dns/types.ts';

test.each([
  ['A', 1],
  ['aaaa', 28],
  ['Https', 65],
  ['TYPE1', 1],
  ['type731', 731],
  ['TYPE65535', 65535],
  ['TYPE0', 0],
  ['TYPE65536', undefined],
  ['TYPE01', undefined],
  ['TYPE', undefined],
  ['TYPE-1', undefined],
  ['AAAAA', undefined],
  ['constructor', undefined],
  ['', undefined],
])('typeFromText: %s is %s (RFC 3597 section 5)', (text, type) => {
  expect(typeFromText(text)).toBe(type);
});

test.each([
  [1, 'A'],
  [257, 'CAA'],
  [731, 'TYPE731'],
])('typeToText: %i is %s', (type, text) => {
  expect(typeToText(type)).toBe(text);
});

test.each([
  [0, true],
  [1, false],
  [41, true],
  [127, false],
  [128, true],
  [255, true],
  [256, false],
  [65280, false],
])('isMetaType: %i %s (RFC 6895 section 3.1)', (type, isMeta) => {
  expect(isMetaType(type)).toBe(isMeta);
});
