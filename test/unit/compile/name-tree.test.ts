import { describe, expect, test } from 'vitest';
import { NameTree, NONE } from '../../../src/compile/name-tree.ts';
import { nameToText } from '../../../src/dns/name.ts';
import { zoneOf } from '../../support/answering.ts';

function treeOf(zones: Readonly<Record<string, string>>) {
  const tree = new NameTree(Object.entries(zones).map(([apex, text]) => zoneOf(apex, text)));
  const text = (node: number) => (node === NONE ? '-' : nameToText(tree.names[node]));
  const find = (name: string) =>
    tree.names.findIndex((wire, node) => nameToText(wire) === name && tree.isReachable(node));
  return { tree, text, find };
}

describe('the tree of names', () => {
  test('has parents before children, and empty non-terminals', () => {
    const { tree, text } = treeOf({ 'example.com.': 'a.b.c A 192.0.2.1\n*.c A 192.0.2.2' });
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
    const { tree, text, find } = treeOf({ 'example.com.': '*.c A 192.0.2.2\nx.*.d A 192.0.2.3' });
    expect(['c', 'd'].map((name) => text(tree.wildcardOf[find(`${name}.example.com.`)]))).toEqual([
      '*.c.example.com.',
      '*.d.example.com.',
    ]);
    expect(tree.wildcardOf[find('example.com.')]).toBe(NONE);
  });

  test('gives all below a cut the topmost cut', () => {
    const { tree, text, find } = treeOf({
      'example.com.': 's NS ns.x.\nd.s NS ns.y.\nh.d.s A 192.0.2.2\nw A 192.0.2.1',
    });
    const cuts = ['s', 'd.s', 'h.d.s', 'w'].map((name) => text(tree.cutOf[find(`${name}.example.com.`)]));
    expect(cuts).toEqual(['s.example.com.', 's.example.com.', 's.example.com.', '-']);
  });

  test('keeps the parent’s data of a child’s name out of reach', () => {
    const zones = { 'example.com.': 'c NS ns.c\nns.c A 192.0.2.1\nc A 192.0.2.2', 'c.example.com.': 'ns A 192.0.2.3' };
    const { tree, text, find } = treeOf(zones);
    const parentSide = tree.parentSideOf.get(find('c.example.com.')) ?? NONE;
    expect(text(parentSide)).toBe('c.example.com.');
    expect(tree.isReachable(parentSide)).toBe(false);
    expect(tree.zoneOf[find('ns.c.example.com.')]).toBe(1);
    expect(tree.glueOf.get(parentSide)?.map(({ node }) => tree.zoneOf[node])).toEqual([0]);
  });
});
