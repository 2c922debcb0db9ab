import { describe, expect, test } from 'vitest';
import { embeddedForm, embeddedNetwork, graftEmbedded4 } from '../../../src/net/embedded.ts';
import { formatPrefix } from '../../../src/net/prefix.ts';
import { nodeCount } from '../../../src/net/trie.ts';
import { mapValues, overlay } from '../../../src/net/trie-transform.ts';
import { found, prefix, trieOf } from './tries.ts';

const world = trieOf([
  ['192.0.0.0/8', 1],
  ['192.0.2.0/24', 2],
  ['2001:db8::/32', 3],
  ['2002::/16', 4],
  ['::1', 5],
]);
const grafted = graftEmbedded4(world);

describe('an IPv6 address that carries 192.0.2.1 has its answer, at the exact depth', () => {
  test.each([
    ['192.0.2.1', [2, 24]],
    ['::192.0.2.1', [2, 96 + 24]],
    ['::ffff:192.0.2.1', [2, 96 + 24]],
    ['::ffff:0:192.0.2.1', [2, 96 + 24]],
    ['64:ff9b::192.0.2.1', [2, 96 + 24]],
    ['2002:c000:201::1', [2, 16 + 24]],
    ['2001:0:4136:e378:8000:63bf:3fff:fdfe', [2, 96 + 24]],
    ['64:ff9b::192.128.0.1', [1, 96 + 9]],
    ['64:ff9b:1::192.0.2.1', [0, 48]],
    ['2001:db8::192.0.2.1', [3, 32]],
    ['2002:a00:1::1', [0, 16 + 1]],
    ['::1', [5, 128]],
    ['::', [0, 128]],
    ['::2', [0, 127]],
  ])('%s: %j', (text, expected) => {
    expect(found(grafted, text)).toEqual(expected);
  });
});

test('the plain forms share the nodes of the IPv4 half', () => {
  // 24 nodes of IPv4 once; the rest is the way to the six networks, and to ::/127.
  expect(nodeCount(grafted)).toBeLessThan(24 + 31 + 128 + 96 + 80 + 80 + 32 + 16);
});

test('where IPv4 has one answer, Teredo is a leaf that merges like any other', () => {
  const uniform = graftEmbedded4(trieOf([['2001:0:8000::/33', 1]], 1));
  expect(found(uniform, '2001::1')).toEqual([1, 0]);
  expect(nodeCount(uniform)).toBe(0);
});

test('mapping a grafted trie until IPv4 has one answer merges Teredo too', () => {
  const one = mapValues(grafted, (value) => (value === 3 ? 3 : 0));
  expect(found(one, '2001::1')).toEqual([0, 21]);
  expect(found(one, '2001:db8::1')).toEqual([3, 32]);
});

test('overlaying a grafted trie is our mistake', () => {
  expect(() => overlay(grafted, world, (a) => a)).toThrow(/Teredo/);
});

test.each([
  ['64:ff9b::/96', 'nat64'],
  ['64:ff9b::10.0.0.0/104', 'nat64'],
  ['2002:c000:200::/40', 'sixToFour'],
  ['2001::/32', 'teredo'],
  ['::ffff:10.0.0.0/104', 'mapped'],
  ['::ffff:0:0:0/96', 'translated'],
  ['::2', 'compatible'],
  ['::1', undefined],
  ['::/127', undefined],
  ['::/0', undefined],
  ['2001::/16', undefined],
  ['2001:db8::/32', undefined],
  ['10.0.0.0/8', undefined],
])('the form of embedded addresses in %s: %s', (network, form) => {
  expect(embeddedForm(prefix(network))).toBe(form);
});

test.each([
  ['64:ff9b::10.0.0.0/104', '10.0.0.0/8'],
  ['::ffff:192.0.2.0/120', '192.0.2.0/24'],
  ['::ffff:0:0/96', '0.0.0.0/0'],
  ['2002:c000:200::/40', '192.0.2.0/24'],
  ['2002:c000:201:7::/64', '192.0.2.1/32'],
  ['2001::/32', undefined],
  ['2001:db8::/32', undefined],
  ['::1', undefined],
  ['10.0.0.0/8', undefined],
])('the IPv4 network in %s: %s', (network, expected) => {
  const found = embeddedNetwork(prefix(network));
  expect(found === undefined ? undefined : formatPrefix(found)).toBe(expected);
});
