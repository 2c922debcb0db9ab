import { describe, expect, test } from 'vitest';
import { compileNames } from '../../../src/compile/names.ts';
import { TYPE } from '../../../src/dns/constants.ts';
import { hashName } from '../../../src/snapshot/names.ts';
import { NameRoom, NamesView } from '../../../src/snapshot/names-view.ts';
import { Snapshot } from '../../../src/snapshot/snapshot.ts';
import { zoneOf } from '../../support/answering.ts';
import { nameHex } from '../../support/ask.ts';

const block = compileNames(
  [zoneOf('example.com.', Array.from({ length: 500 }, (_, index) => `n${index} A 192.0.2.1`).join('\n'))],
  new Map(),
);

function roomOf(name: string): { readonly room: NameRoom; readonly bytes: number } {
  const octets = Buffer.from(nameHex(name), 'hex');
  const room = new NameRoom(octets.length);
  room.octets.set(octets);
  return { room, bytes: octets.length };
}

function find(view: NamesView, name: string): number {
  const { room, bytes } = roomOf(name);
  return view.find(hashName(room.octets, 0, bytes), room, 0, bytes);
}

describe('the block of names', () => {
  test('finds every name, and none that is not there', () => {
    const view = new NamesView(block);
    const nodes = Array.from({ length: 500 }, (_, index) => find(view, `n${index}.example.com.`));
    expect(new Set(nodes).size).toBe(500);
    expect(nodes).not.toContain(0);
    expect([find(view, 'n500.example.com.'), find(view, 'com.'), find(view, '.')]).toEqual([0, 0, 0]);
  });

  test('tells names with one hash apart', () => {
    const view = new NamesView(block);
    const [known, other, longer] = ['n1.example.com.', 'n2.example.com.', 'nn.n1.example.com.'].map(roomOf);
    const hash = hashName(known.room.octets, 0, known.bytes);
    expect(view.find(hash, known.room, 0, known.bytes)).not.toBe(0);
    expect(view.find(hash, other.room, 0, other.bytes)).toBe(0);
    expect(view.find(hash, longer.room, 0, longer.bytes)).toBe(0);
  });

  test('finds an ancestor in what is left of a name, wherever that begins', () => {
    const view = new NamesView(block);
    const node = find(view, 'n1.example.com.');
    for (const below of ['a', 'ab', 'abc', 'abcd', 'abcde']) {
      const { room, bytes } = roomOf(`${below}.n1.example.com.`);
      const start = 1 + below.length;
      expect(view.find(hashName(room.octets, start, bytes), room, start, bytes)).toBe(node);
      // n2, by the hash of n1.
      const other = roomOf(`${below}.n2.example.com.`);
      expect(view.find(hashName(room.octets, start, bytes), other.room, start, bytes)).toBe(0);
    }
  });

  test('has the RRsets of a node by type', () => {
    const view = new NamesView(block);
    const apex = find(view, 'example.com.');
    expect(view.rrset(apex, TYPE.SOA)).not.toBe(0);
    expect(view.rrset(apex, TYPE.NS)).not.toBe(0);
    expect(view.rrset(apex, TYPE.A)).toBe(0);
  });

  test('is recognized: another block, or another layout, is refused', () => {
    expect(() => new NamesView(new SharedArrayBuffer(64))).toThrow('layout');
  });
});

test('a publication of services alone leaves the names as they are', () => {
  const snapshot = new Snapshot({ generation: 1, names: block, tries: [], services: [] });
  const { names } = snapshot;
  snapshot.apply({ generation: 2, tries: [], services: [] });
  expect([snapshot.names, snapshot.generation]).toEqual([names, 2]);
});

test('a first publication without names is our own mistake', () => {
  expect(() => new Snapshot({ generation: 1, tries: [], services: [] })).toThrow('whole world');
});
