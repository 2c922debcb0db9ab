import { expect, test } from 'vitest';
import { NodeStore } from '../../../src/net/node-store.ts';
import { leaf } from '../../../src/net/trie.ts';
import { Random } from '../../../src/util/random.ts';
import { seedOf } from '../../support/seed.ts';

test('equal nodes are one, however many there are beyond those expected', () => {
  const random = new Random(seedOf('node store'));
  const store = new NodeStore(4);
  const known = new Map<string, number>();
  let count = 0;
  const record = (): number => (count === 0 || random.below(2) === 0 ? leaf(random.below(50)) : random.below(count));
  for (let step = 0; step < 20_000; step++) {
    const [left, right] = [record(), record()];
    const joined = store.join(left, right);
    if (left === right && left < 0) {
      expect(joined).toBe(left);
      continue;
    }
    const key = `${left} ${right}`;
    if (!known.has(key)) known.set(key, count++);
    expect(joined).toBe(known.get(key));
  }
  const nodes = store.finish();
  expect(nodes).toHaveLength(2 * count);
  for (const [key, index] of known) expect(`${nodes[2 * index]} ${nodes[2 * index + 1]}`).toBe(key);
});

test('one leaf, or as many nodes as were expected', () => {
  expect(new NodeStore(1).finish()).toHaveLength(0);
  const store = new NodeStore(2);
  expect([store.join(leaf(1), leaf(2)), store.join(leaf(2), leaf(1)), store.join(leaf(1), leaf(2))]).toEqual([0, 1, 0]);
  expect([...store.finish()]).toEqual([leaf(1), leaf(2), leaf(2), leaf(1)]);
});
