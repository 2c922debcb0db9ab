import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Address, addressWord, formatAddress, parseAddress } from '../../src/net/address.ts';
import { graftEmbedded4 } from '../../src/net/embedded.ts';
import { contains, formatPrefix, type Prefix, parsePrefix, prefixLengthMax, prefixOf } from '../../src/net/prefix.ts';
import { buildTrie, lookup, type PrefixTrie, packedDepth, packedValue } from '../../src/net/trie.ts';
import { headsLength, walkHeaded4, walkHeaded6, writeHeads } from '../../src/net/trie-heads.ts';
import { mapValues, overlay } from '../../src/net/trie-transform.ts';
import { address } from '../unit/net/tries.ts';

// Octets from few values, so that random prefixes meet, nest and share bits.
const octet = fc.oneof(fc.constantFrom(0, 1, 0x7f, 0x80, 0xff), fc.nat(255));
const octets = (count: number) =>
  fc.array(octet, { minLength: count, maxLength: count }).map((o) => Uint8Array.from(o));
const address4 = octets(4).map((bytes): Address => ({ family: 4, bytes }));
const plain6 = octets(16).map((bytes): Address => ({ family: 6, bytes }));

const embeddings: readonly ((bytes4: Uint8Array, noise: Uint8Array) => readonly number[])[] = [
  (v4) => [...Array(12).fill(0), ...v4],
  (v4) => [...Array(10).fill(0), 0xff, 0xff, ...v4],
  (v4) => [...Array(8).fill(0), 0xff, 0xff, 0, 0, ...v4],
  (v4) => [0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0, ...v4],
  (v4, noise) => [0x20, 0x02, ...v4, ...noise.subarray(0, 10)],
  (v4, noise) => [0x20, 0x01, 0, 0, ...noise.subarray(0, 8), ...v4.map((byte) => 255 - byte)],
];
const embedded = fc.tuple(octets(4), octets(10), fc.constantFrom(...embeddings)).map(([v4, noise, embed]) => ({
  v4,
  six: { family: 6, bytes: Uint8Array.from(embed(v4, noise)) } satisfies Address,
}));
const address6 = fc.oneof(
  plain6,
  embedded.map(({ six }) => six as Address),
);
const anyAddress = fc.oneof(address4, address6);
const prefixes = fc
  .tuple(anyAddress, fc.nat(128))
  .map(([at, length]): Prefix => prefixOf(at, Math.min(length, prefixLengthMax(at))));
const entries = fc.array(fc.tuple(prefixes, fc.nat(3)), { maxLength: 12 });

const value = (trie: PrefixTrie, at: Address) => lookup(trie, at).value;

/** The answer by definition: the longest prefix around the address, the last given of equal ones. */
function longestMatch(list: readonly (readonly [Prefix, number])[], at: Address): number {
  const matches = list.filter(([prefix]) => contains(prefix, at));
  return matches.reduce((best, next) => (next[0].length >= best[0].length ? next : best), [
    { length: -1 },
    0,
  ] as never)[1];
}

/** An address with the first `depth` bits of `at` and the others of `other`. */
function within(at: Address, depth: number, other: Address): Address {
  const network = prefixOf(at, depth).address.bytes;
  const host = prefixOf(other, depth).address.bytes;
  return { family: at.family, bytes: network.map((byte, index) => byte | (other.bytes[index] ^ host[index])) };
}

function reread(at: Address): Address | undefined {
  return parseAddress(formatAddress(at));
}

test('an address reads back as it was written', () => {
  fc.assert(
    fc.property(anyAddress, (at) => {
      expect(reread(at)).toEqual(at);
    }),
  );
});

test('a prefix reads back as it was written', () => {
  fc.assert(
    fc.property(prefixes, (prefix) => {
      expect(parsePrefix(formatPrefix(prefix))).toEqual({ ok: true, prefix });
    }),
  );
});

test('text that is no address never throws', () => {
  const texts = fc.string({ unit: fc.constantFrom(...'0129af:./%[] g'), maxLength: 24 });
  fc.assert(
    fc.property(texts, (text) => {
      const at = parseAddress(text);
      expect(at === undefined || reread(at)?.family === at.family).toBe(true);
      parsePrefix(text);
    }),
  );
});

test('a trie answers what the list of prefixes answers', () => {
  fc.assert(
    fc.property(entries, fc.array(anyAddress), (list, more) => {
      const trie = buildTrie(list);
      for (const at of [...more, ...list.map(([prefix]) => prefix.address)]) {
        expect(value(trie, at)).toBe(longestMatch(list, at));
      }
    }),
  );
});

test('overlay and mapValues answer address by address what they do value by value', () => {
  fc.assert(
    fc.property(entries, entries, fc.array(anyAddress), (listA, listB, more) => {
      const [a, b] = [buildTrie(listA), buildTrie(listB)];
      const product = overlay(a, b, (valueA, valueB) => 4 * valueA + valueB);
      const halved = mapValues(product, (pair) => pair >> 2);
      for (const at of [...more, ...[...listA, ...listB].map(([prefix]) => prefix.address)]) {
        expect(value(product, at)).toBe(4 * value(a, at) + value(b, at));
        expect(value(halved, at)).toBe(value(a, at));
      }
      expect(halved).toEqual(mapValues(a, (same) => same));
    }),
  );
});

test('an embedded IPv4 address has the answer of that address, in all six forms', () => {
  fc.assert(
    fc.property(entries, fc.array(embedded, { minLength: 1 }), (list, hosts) => {
      const trie = graftEmbedded4(buildTrie(list));
      for (const { v4, six } of hosts) {
        const carriesNone = ['::', '::1'].includes(formatAddress(six));
        const expected = carriesNone ? longestMatch(list, six) : longestMatch(list, { family: 4, bytes: v4 });
        expect(value(trie, six)).toBe(expected);
      }
    }),
  );
});

test('every address in the network of an answer has that answer and that network', () => {
  fc.assert(
    fc.property(entries, fc.array(fc.tuple(anyAddress, plain6), { minLength: 1 }), (list, rows) => {
      const grafted = graftEmbedded4(buildTrie(list));
      for (const trie of [grafted, mapValues(grafted, (same) => same % 2)]) {
        for (const [at, noise] of rows) {
          const { value: answer, depth } = lookup(trie, at);
          const other = { family: at.family, bytes: noise.bytes.subarray(0, at.bytes.length) };
          expect(lookup(trie, within(at, depth, other))).toEqual({ value: answer, depth });
        }
      }
    }),
    { numRuns: 300 },
  );
});

test('the six forms are met by the examples of their RFCs', () => {
  const trie = graftEmbedded4(buildTrie([[prefixOf(address('192.0.2.45'), 32), 1]]));
  // RFC 4380 section 4's layout, with the client 192.0.2.45 behind any server.
  expect(value(trie, address('2001:0:4136:e378:8000:63bf:3fff:fdd2'))).toBe(1);
  expect(value(trie, address('2002:c000:22d::1'))).toBe(1);
});

test('a walk by the heads ends where one from the root does, whatever they look at', () => {
  const headBits = fc.integer({ min: 1, max: 16 });
  fc.assert(
    fc.property(entries, headBits, fc.array(anyAddress, { minLength: 1, maxLength: 20 }), (list, bits, others) => {
      const trie = graftEmbedded4(buildTrie(list));
      const heads = new Int32Array(headsLength(bits));
      writeHeads(trie, bits, heads);
      const headed = { ...trie, heads, headBits: bits };
      for (const at of [...list.map(([prefix]) => prefix.address), ...others]) {
        const [w0, w1, w2, w3] = [0, 1, 2, 3].map((index) =>
          at.family === 4 && index > 0 ? 0 : addressWord(at, index) | 0,
        );
        const packed = at.family === 4 ? walkHeaded4(headed, w0) : walkHeaded6(headed, w0, w1, w2, w3);
        expect({ value: packedValue(packed), depth: packedDepth(packed) }).toEqual(lookup(trie, at));
      }
    }),
  );
});
