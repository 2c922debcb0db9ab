import { setImmediate } from 'node:timers/promises';
import pino from 'pino';
import { expect, test } from 'vitest';
import type { Present } from '../../../src/compile/present.ts';
import type { Blocks, CompiledWorld } from '../../../src/compile/world.ts';
import { Publisher } from '../../../src/control/publisher.ts';

const NAMES = Array.from({ length: 1_000 }, (_, number) => `s${number}`);

/** As much of a world as the publisher asks for. On each service another one depends.. */
function worldOf(compiled: string[][]) {
  return {
    dependentsOf: (names: Iterable<string>) => [...names].flatMap((name) => [name, `of ${name}`]),
    // Each takes its time, in which others want a turn.
    compileWhile(names: Iterable<string>, _present: Present, hasTime: () => boolean) {
      const some: string[] = [];
      for (const name of names) {
        if (some.length > 0 && !hasTime()) break;
        some.push(name);
        spend(0.1);
      }
      compiled.push(some);
      return { blocks: { services: [] } as unknown as Blocks, compiled: some };
    },
    changes: () => undefined,
    modesOf: () => [],
    isRough: false,
  } as unknown as CompiledWorld;
}

/** Keeps the thread busy. */
function spend(ms: number): void {
  for (const endMs = performance.now() + ms; performance.now() < endMs; );
}

test('what changes for many services at once is published part by part, with turns for others between', async () => {
  const compiled: string[][] = [];
  const published: Blocks[] = [];
  const publisher = new Publisher(pino({ level: 'silent' }), () => {});
  publisher.serve({
    world: worldOf(compiled),
    services: NAMES,
    present: () => ({ nowMs: 0, isUp: () => true, resolved: () => undefined }),
    publish: (blocks) => published.push(blocks),
  });
  for (const name of NAMES) publisher.change(name);
  const perTurn: number[] = [];
  while (compiled.flat().length < 2 * NAMES.length) {
    const before = compiled.flat().length;
    await setImmediate();
    perTurn.push(compiled.flat().length - before);
    // One that changes meanwhile, before its turn, is compiled once.
    publisher.change('s999');
  }
  expect(perTurn.filter((count) => count > 0).length).toBeGreaterThan(10);
  expect(published).toHaveLength(compiled.length);
  const known = compiled.flat().filter((name) => !name.endsWith('s999'));
  expect(known.toSorted()).toEqual(
    NAMES.filter((name) => name !== 's999')
      .flatMap((name) => [name, `of ${name}`])
      .toSorted(),
  );
  publisher.stop();
});
