import { describe, expect, test } from 'vitest';
import { NameTree, NONE } from '../../../src/compile/name-tree.ts';
import { ServedZones } from '../../../src/compile/served-zones.ts';
import { nameToText } from '../../../src/dns/name.ts';
import { zoneOf } from '../../support/answering.ts';
import { wireName } from '../../support/rdata-text.ts';

function treesOf(texts: Readonly<Record<string, string>>) {
  const zones = Object.entries(texts).map(([apex, text]) => zoneOf(apex, text));
  const served = new ServedZones(zones.map(({ apex }) => apex));
  return zones.map((zone, index) => viewOf(new NameTree(zone, index, served)));
}

function viewOf(tree: NameTree) {
  const text = (node: number) => (node === NONE ? '-' : nameToText(tree.names[node]));
  const find = (name: string) => tree.names.findIndex((wire) => nameToText(wire) === name);
  return { tree, text, find };
}

describe('the tree of names', () => {
  test('has parents before children, and empty non-terminals', () => {
    const [{ tree, text }] = treesOf({ 'example.com.': 'a.b.c A 192.0.2.1\n*.c A 192.0.2.2' });
    expect(tree.names.map((_, node) => text(node))).toEqual([
      'example.com.',
      'c.example.com.',
      'b.c.example.com.',
      'a.b.c.example.com.',
      '*.c.example.com.',
    ]);
    for (const [node, parent] of tree.parentOf.entries()) expect(parent).toBeLessThan(node);
  });

  test('knows the wildcard of a node', () => {
    const [{ tree, text, find }] = treesOf({ 'example.com.': '*.c A 192.0.2.2\nx.*.d A 192.0.2.3' });
    expect(['c', 'd'].map((name) => text(tree.wildcardOf[find(`${name}.example.com.`)]))).toEqual([
      '*.c.example.com.',
      '*.d.example.com.',
    ]);
    expect(tree.wildcardOf[find('example.com.')]).toBe(NONE);
  });

  test('gives all below a cut the topmost cut', () => {
    const [{ tree, text, find }] = treesOf({
      'example.com.': 's NS ns.x.\nd.s NS ns.y.\nh.d.s A 192.0.2.2\nw A 192.0.2.1',
    });
    const cuts = ['s', 'd.s', 'h.d.s', 'w'].map((name) => text(tree.cutOf[find(`${name}.example.com.`)]));
    expect(cuts).toEqual(['s.example.com.', 's.example.com.', 's.example.com.', '-']);
  });

  test('keeps the parent’s data of a child’s name out of reach', () => {
    const zones = { 'example.com.': 'c NS ns.c\nns.c A 192.0.2.1\nc A 192.0.2.2', 'c.example.com.': 'ns A 192.0.2.3' };
    const [{ tree, text }, inner] = treesOf(zones);
    const parentSide = tree.parentSideOf.get(1) ?? NONE;
    expect(text(parentSide)).toBe('c.example.com.');
    expect([...tree.shadows].map(text)).toEqual(['c.example.com.', 'ns.c.example.com.']);
    expect(tree.glueOf.get(parentSide)?.map(({ node }) => tree.shadows.has(node))).toEqual([true]);
    expect(inner.tree.shadows.size).toBe(0);
    expect(inner.find('ns.c.example.com.')).not.toBe(NONE);
  });
});

describe('the zones that are served', () => {
  const served = new ServedZones(['com.', 'example.com.', 'b.a.example.com.'].map(wireName));

  test.each([
    ['www.example.com.', 1, 1],
    ['www.example.com.', 0, 1],
    ['a.example.com.', 1, 1],
    ['x.b.a.example.com.', 1, 2],
    ['b.a.example.com.', 0, 2],
    ['org.com.', 0, 0],
  ])('%s in zone %i is spoken for by zone %i', (name, zone, expected) => {
    expect(served.closest(wireName(name), zone)).toBe(expected);
  });
});
