import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeWith } from '../support/programs.ts';
import { testFromTheTop } from './from-the-top.ts';
import { isInOwnNetwork, runInOwnNetwork } from './own-network.ts';
import { isPort53Free, plant, type Tree } from './tree.ts';
import { type Resolver, startUnbound } from './unbound.ts';

const HEADING = 'unbound with Aya as root, top level and zone';
const OCTET = 58;

function testUnbound(): void {
  let tree: Tree;
  let resolver: Resolver;
  beforeAll(async () => {
    tree = await plant({ octet: OCTET, port: 53 });
    resolver = await startUnbound({
      server: ['module-config: "iterator"', 'root-hints: "hints"'],
      files: { hints: tree.hints },
    });
  });
  afterAll(async () => {
    await resolver?.[Symbol.asyncDispose]();
    await tree?.[Symbol.asyncDispose]();
  });

  testFromTheTop(() => resolver);
}

// unbound asks the servers of a referral on port 53 and no other. Where that is not to be had, a network is made for it.
if (isInOwnNetwork || (await isPort53Free(OCTET))) {
  describeWith(['unbound', 'dig'], HEADING, testUnbound);
} else {
  describeWith(['unbound', 'dig', 'unshare', 'ip'], `${HEADING}, in a network of its own`, () => {
    test('passes all that it would pass here', async () => {
      const { code, out, err } = await runInOwnNetwork(fileURLToPath(import.meta.url));
      expect(code, `${out}${err}`).toBe(0);
      expect(out).toMatch(/Tests +8 passed \(8\)/);
    }, 120_000);
  });
}
