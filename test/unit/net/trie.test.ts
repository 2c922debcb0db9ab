import { describe, expect, test } from 'vitest';
import { nodeCount, packedDepth, packedValue, walk4 } from '../../../src/net/trie.ts';
import { mapValues, overlay } from '../../../src/net/trie-transform.ts';
import { found, trieOf } from './tries.ts';

describe('the longest match wins', () => {
  const rows = [
    ['10.0.0.0/8', 1],
    ['10.1.0.0/16', 2],
    ['10.1.2.3', 3],
    ['2001:db8::/32', 4],
    ['2001:db8:1::/48', 5],
    ['2001:db8::1', 6],
  ] as const;

  test.each([
    ['9.255.255.255', [0, 7]],
    ['10.0.0.0', [1, 16]],
    ['10.200.0.1', [1, 9]],
    ['10.1.0.1', [2, 23]],
    ['10.1.2.3', [3, 32]],
    ['10.1.2.2', [2, 32]],
    ['192.0.2.1', [0, 1]],
    ['2001:db8:1::1', [5, 48]],
    ['2001:db8::1', [6, 128]],
    ['2001:db8::', [4, 128]],
    ['2001:db8:8000::', [4, 33]],
    ['::', [0, 3]],
  ])('%s: %j, in either order of insertion', (text, expected) => {
    expect(found(trieOf(rows), text)).toEqual(expected);
    expect(found(trieOf(rows.toReversed()), text)).toEqual(expected);
  });

  test('of equal prefixes the last counts', () => {
    const twice = [
      ['10.0.0.0/8', 1],
      ['10.0.0.0/8', 2],
    ] as const;
    expect(found(trieOf(twice), '10.1.1.1')).toEqual([2, 8]);
  });

  test('a trie of nothing is the default value', () => {
    expect(found(trieOf([], 7), '10.1.1.1')).toEqual([7, 0]);
    expect(found(trieOf([], 7), '::1')).toEqual([7, 0]);
    expect(nodeCount(trieOf([]))).toBe(0);
  });

  test('neighbours with the same value are one leaf, and a prefix that says what is known already adds none', () => {
    const halves = [
      ['10.0.0.0/9', 1],
      ['10.128.0.0/9', 1],
      ['10.128.0.0/16', 1],
    ] as const;
    expect(found(trieOf(halves), '10.128.0.1')).toEqual([1, 8]);
    expect(nodeCount(trieOf(halves))).toBe(8);
  });
});

test('the largest value survives packing', () => {
  const largest = 2 ** 31 - 2;
  const { nodes, root4 } = trieOf([['192.0.2.1', largest]]);
  const packed = walk4(nodes, root4, 0xc0000201 | 0);
  expect([packedValue(packed), packedDepth(packed)]).toEqual([largest, 32]);
});

describe('mapValues', () => {
  const trie = trieOf([
    ['10.0.0.0/8', 1],
    ['10.1.0.0/16', 2],
    ['11.0.0.0/8', 3],
    ['2001:db8::/32', 2],
  ]);

  test('merges what became equal', () => {
    const oneOrMore = mapValues(trie, (value) => (value === 0 ? 0 : 1));
    expect(found(oneOrMore, '10.1.0.1')).toEqual([1, 7]);
    expect(found(oneOrMore, '12.0.0.1')).toEqual([0, 6]);
    expect(found(oneOrMore, '2001:db8::1')).toEqual([1, 32]);
  });

  test('a constant leaves no node', () => {
    expect(nodeCount(mapValues(trie, () => 5))).toBe(0);
  });

  test('the trie given stays as it was', () => {
    const before = trie.nodes.slice();
    mapValues(trie, () => 9);
    expect(trie.nodes).toEqual(before);
  });

  test.each([-1, 0.5, 2 ** 31 - 1, Number.NaN])('a value of %s is our mistake', (value) => {
    expect(() => mapValues(trie, () => value)).toThrow(/trie value/);
  });
});

describe('overlay', () => {
  const countries = trieOf([
    ['10.0.0.0/8', 1],
    ['2001:db8::/32', 1],
  ]);
  const networks = trieOf([
    ['10.64.0.0/10', 2],
    ['192.0.2.0/24', 3],
  ]);
  const both = overlay(countries, networks, (country, network) => 10 * country + network);

  test.each([
    ['10.0.0.1', [10, 10]],
    ['10.64.0.1', [12, 10]],
    ['10.128.0.1', [10, 9]],
    ['192.0.2.9', [3, 24]],
    ['2001:db8::1', [10, 32]],
    ['192.0.3.1', [0, 24]],
  ])('%s: %j', (text, expected) => {
    expect(found(both, text)).toEqual(expected);
  });

  test('what combines to the same is merged', () => {
    expect(nodeCount(overlay(countries, networks, () => 0))).toBe(0);
  });

  test('subtrees shared by ever more parents take no more time than their nodes', () => {
    // Each of 128 nodes has the next as both children: 2^128 ways down.
    const nodes = Int32Array.from({ length: 256 }, (_, index) => (index >> 1) + 1);
    nodes.set([~1, ~2], 254);
    const deep = { nodes, root4: ~0, root6: 0 };
    const product = overlay(deep, countries, (a, b) => a + 2 * b);
    expect(found(product, '2001:db8::1')).toEqual([4, 128]);
    expect(found(product, '2001:db9::')).toEqual([1, 128]);
    expect(nodeCount(mapValues(deep, (value) => value))).toBe(128);
  });
});
