import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Drain } from '../../../../src/control/query-log/drain.ts';
import type { QueryEntry } from '../../../../src/control/query-log/entry.ts';
import type { NumberedRing } from '../../../../src/control/query-log/messages.ts';
import { type FromDrain, makeDrainCounts, readDrainCounts } from '../../../../src/control/query-log/messages.ts';
import { RingWriter } from '../../../../src/dataplane/answering/query-ring.ts';
import { FLAG, FLAG_SHIFT, makeRing, RECORD } from '../../../../src/snapshot/query-log.ts';

const SAY_MS = 60_000;
const LOOK_MS = 1_000;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aya-log-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A drain and what it said, with a time that is moved by hand. */
class Drained {
  readonly said: FromDrain[] = [];
  nowMs = 0;
  readonly #counts = makeDrainCounts();
  readonly #drain = new Drain(this.#counts, (word) => this.said.push(word));

  serve(path: string, ...rings: readonly NumberedRing[]): void {
    this.#drain.serve(path, rings, [{ world: 0, services: ['web'], regions: ['west'] }], this.nowMs);
  }

  drain(afterMs = 0): boolean {
    this.nowMs += afterMs;
    return this.#drain.drain(this.nowMs);
  }

  reopen(): void {
    this.#drain.look(this.nowMs);
  }

  get counts() {
    return readDrainCounts(this.#counts);
  }
}

function ringOf(records: number, id = 1): NumberedRing {
  return { id, ring: makeRing(records) };
}

/** Records queries of so many octets in their answers. */
function record({ ring }: NumberedRing, sizes: readonly number[], flags: number = FLAG.SAMPLED): void {
  const writer = new RingWriter(ring);
  for (const bytes of sizes) {
    const at = writer.begin();
    writer.words[at + RECORD.SIZES] = bytes << 16;
    writer.words[at + RECORD.OUTCOME] = flags << FLAG_SHIFT;
    writer.end();
  }
}

/** What a file has, by the octets of the answers. */
function sizesIn(path: string): readonly number[] {
  const lines = readFileSync(path, 'utf8').split('\n');
  expect(lines.pop()).toBe('');
  return lines.map((line) => (JSON.parse(line) as QueryEntry).responseBytes);
}

describe('a drain', () => {
  test('writes a line a record, of all rings', () => {
    const [one, other, path] = [ringOf(8), ringOf(8, 2), join(folder, 'log')];
    const drained = new Drained();
    drained.serve(path, one, other);
    record(one, [1, 2]);
    record(other, [3]);
    expect(drained.drain()).toBe(false);
    record(one, [4]);
    drained.drain();
    expect(sizesIn(path)).toEqual([1, 2, 3, 4]);
    expect(drained.counts).toEqual({ written: 4, overwritten: 0, failed: 0 });
    expect(drained.said).toEqual([]);
  });

  test('leaves out what is not for the file', () => {
    const [ring, path] = [ringOf(8), join(folder, 'log')];
    const drained = new Drained();
    drained.serve(path, ring);
    record(ring, [1], 0);
    drained.drain();
    expect(existsSync(path)).toBe(false);
    record(ring, [2]);
    drained.drain();
    expect(sizesIn(path)).toEqual([2]);
  });

  test('counts what was overwritten, and says it at most once a minute', () => {
    const [ring, path] = [ringOf(4), join(folder, 'log')];
    const drained = new Drained();
    drained.serve(path, ring);
    record(ring, [1, 2, 3, 4, 5, 6, 7]);
    expect(drained.drain()).toBe(true);
    expect(sizesIn(path)).toEqual([4, 5, 6, 7]);
    record(ring, [1, 2, 3, 4, 5, 6]);
    drained.drain(SAY_MS - 1);
    expect(drained.said).toEqual([{ kind: 'overwritten', records: 3 }]);
    drained.drain(1);
    expect(drained.said.slice(1)).toEqual([{ kind: 'overwritten', records: 2 }]);
    drained.drain(SAY_MS);
    expect(drained.said).toHaveLength(2);
    expect(drained.counts).toEqual({ written: 8, overwritten: 5, failed: 0 });
  });

  test('that takes the place of one that died goes on where it was', () => {
    const [ring, path] = [ringOf(8), join(folder, 'log')];
    const first = new Drained();
    first.serve(path, ring);
    record(ring, [1, 2]);
    first.drain();
    record(ring, [3]);
    const second = new Drained();
    second.serve(path, ring);
    second.drain();
    expect(sizesIn(path)).toEqual([1, 2, 3]);
  });
});

describe('when rings change', () => {
  test('those of before are read to their end, and for some seconds more', () => {
    const [old, next, path] = [ringOf(8), ringOf(8, 2), join(folder, 'log')];
    const drained = new Drained();
    drained.serve(path, old);
    record(old, [1]);
    drained.serve(path, next);
    drained.drain();
    record(old, [2]);
    record(next, [3]);
    drained.drain(4_000);
    expect(sizesIn(path)).toEqual([1, 3, 2]);
    drained.drain(2_000);
    record(old, [4]);
    drained.drain();
    expect(sizesIn(path)).toEqual([1, 3, 2]);
  });

  test('one that stays is not read twice, though it comes as another object', () => {
    const [ring, path] = [ringOf(8), join(folder, 'log')];
    const drained = new Drained();
    drained.serve(path, structuredClone(ring));
    record(ring, [1]);
    drained.drain();
    record(ring, [2]);
    drained.serve(path, structuredClone(ring));
    drained.drain();
    expect(sizesIn(path)).toEqual([1, 2]);
  });

  test('what was recorded for one file does not go to the next', () => {
    const [ring, one, other] = [ringOf(8), join(folder, 'one'), join(folder, 'other')];
    const drained = new Drained();
    drained.serve(one, ring);
    record(ring, [1]);
    drained.serve(other, ring);
    record(ring, [2]);
    drained.drain();
    expect([sizesIn(one), sizesIn(other)]).toEqual([[1], [2]]);
  });
});

describe('a file that is moved away', () => {
  test.each([
    ['is found out within a second', (drained: Drained) => drained.drain(LOOK_MS)],
    ['is found out at once by who is told', (drained: Drained) => drained.reopen()],
  ])('%s', (_, findOut) => {
    const [ring, path] = [ringOf(8), join(folder, 'log')];
    const drained = new Drained();
    drained.serve(path, ring);
    record(ring, [1]);
    drained.drain();
    renameSync(path, `${path}.1`);
    record(ring, [2]);
    drained.drain();
    findOut(drained);
    record(ring, [3]);
    drained.drain();
    expect([sizesIn(`${path}.1`), sizesIn(path)]).toEqual([[1, 2], [3]]);
  });

  test('is made again where it was removed', () => {
    const [ring, path] = [ringOf(8), join(folder, 'log')];
    const drained = new Drained();
    drained.serve(path, ring);
    record(ring, [1]);
    drained.drain();
    unlinkSync(path);
    drained.reopen();
    record(ring, [2]);
    drained.drain();
    expect(sizesIn(path)).toEqual([2]);
  });
});

describe('a file that cannot be written', () => {
  test.runIf(existsSync('/dev/full'))(
    'on a full disk: it says so at most once a minute, and goes on when it can',
    () => {
      const [ring, path] = [ringOf(8), join(folder, 'log')];
      symlinkSync('/dev/full', path);
      const drained = new Drained();
      drained.serve(path, ring);
      record(ring, [1, 2]);
      drained.drain();
      record(ring, [3]);
      drained.drain(LOOK_MS);
      const failure = { kind: 'failed', path, why: 'ENOSPC: no space left on device, write' };
      expect(drained.said).toEqual([{ ...failure, records: 2 }]);
      drained.drain(SAY_MS);
      expect(drained.said.slice(1)).toEqual([{ ...failure, records: 1 }]);
      unlinkSync(path);
      record(ring, [4]);
      drained.drain(LOOK_MS);
      expect(sizesIn(path)).toEqual([4]);
      expect(drained.said.slice(2)).toEqual([{ kind: 'recovered', path }]);
      expect(drained.counts).toEqual({ written: 1, overwritten: 0, failed: 3 });
    },
  );

  test('since its folder is not there: it is tried again', () => {
    const [ring, path] = [ringOf(8), join(folder, 'later', 'log')];
    const drained = new Drained();
    drained.serve(path, ring);
    record(ring, [1]);
    drained.drain();
    expect(drained.said).toMatchObject([{ kind: 'failed', why: expect.stringContaining('ENOENT') as string }]);
    mkdirSync(join(folder, 'later'));
    record(ring, [2]);
    drained.drain();
    expect(sizesIn(path)).toEqual([2]);
    expect(drained.said.slice(1)).toEqual([{ kind: 'recovered', path }]);
  });
});
