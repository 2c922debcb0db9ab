import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Random } from '../../src/util/random.ts';
import type { Answering, Way } from '../support/answering.ts';
import { query } from '../support/ask.ts';
import { checkAnswer, goodQueries, hostileWorld, readCorpus } from '../support/hostile.ts';
import { heapBytes } from '../support/memory.ts';
import { mutate } from '../support/mutate.ts';
import { seedOf } from '../support/seed.ts';

/** Messages of other projects' fuzz corpora and captures; and every message that an answer of ours was wrong to. */
const THEIRS = readCorpus(resolve(import.meta.dirname, '../../../shared/data/corpus'));
const OURS = readCorpus(resolve(import.meta.dirname, 'corpus'));
const MUTATIONS = 20_000;
/** Between two looks at the heap. */
const CHUNK = 5_000;
/** What the test itself may come to hold while it runs: code that is compiled late, and what is known of its types. */
const HEAP_GROWTH_MAX = 4 * 1024 * 1024;
/** For a long run: mutations until then, however many. */
const FUZZ_SECONDS = Number(process.env.AYA_FUZZ_SECONDS ?? 0);

/** Questions whose answer is never drawn, one for each way of answering; they hold as long as nothing is left behind. */
const WITNESSES = [
  ...['www.example.com. A', 'nope.example.com. A', 'alias.example.com. MX', 'big.example.com. TXT'].map((text) =>
    query(text),
  ),
  ...['h.sub.example.com. A', 'example.org. A', 'example.com. AAAA', 'down.example.com. A'].map((text) =>
    query(text, { flags: 'rd', edns: {} }),
  ),
];

/** UDP, TCP, TLS. */
const WAYS: readonly Way[] = [
  {},
  { isStream: true, idleMs: 10_000 },
  { isStream: true, idleMs: 10_000, isEncrypted: true },
];

/** Asks and checks; a failure names the octets, to be put into corpus/. */
function tryMessage(answering: Answering, octets: Buffer, origin: string): void {
  for (const way of WAYS) {
    try {
      checkAnswer(octets, answering.ask(octets, way), way);
    } catch (error) {
      throw new Error(`${String(error)}\n${Buffer.from(octets).toString('hex')}\t${origin}`, { cause: error });
    }
  }
}

function expectWitnesses(answering: Answering, expected: readonly Buffer[], after: Uint8Array): void {
  for (const [index, witness] of WITNESSES.entries()) {
    const answer = answering.ask(witness);
    if (answer === undefined || !expected[index].equals(answer))
      throw new Error(`another answer to witness ${index} after ${Buffer.from(after).toString('hex')}`);
  }
}

const freshAnswers = (): Buffer[] => WITNESSES.map((witness) => Buffer.from(hostileWorld().ask(witness) ?? []));

describe('whatever comes in', () => {
  test.runIf(THEIRS.length > 0)('each message of the corpora gets a right answer, or silence', () => {
    const answering = hostileWorld();
    for (const { octets, origin } of THEIRS) tryMessage(answering, octets, origin);
    expect(THEIRS).toHaveLength(1944);
  });

  test('each message that once was answered wrongly', () => {
    const answering = hostileWorld();
    expect(OURS.length).toBeGreaterThan(0);
    for (const { octets, origin } of OURS) tryMessage(answering, octets, origin);
  });

  test(
    'mutations get a right answer, or silence, and leave nothing behind',
    () => {
      const seed = seedOf('answer fuzz');
      const random = new Random(seed);
      const answering = hostileWorld();
      const expected = freshAnswers();
      const messages = [...goodQueries(), ...THEIRS.map(({ octets }) => octets), ...OURS.map(({ octets }) => octets)];
      const deadlineMs = performance.now() + FUZZ_SECONDS * 1000;
      let tried = 0;
      let heapAtFirst = 0;
      for (; tried < MUTATIONS || performance.now() < deadlineMs; tried++) {
        const octets = mutate(messages, random);
        tryMessage(answering, octets, `mutation ${tried} of seed ${seed}`);
        expectWitnesses(answering, expected, octets);
        if (tried === CHUNK) heapAtFirst = heapBytes();
        else if (tried > CHUNK && tried % CHUNK === 0) expect(heapBytes() - heapAtFirst).toBeLessThan(HEAP_GROWTH_MAX);
      }
      if (FUZZ_SECONDS > 0) console.info(`answer fuzz: ${tried} messages`);
    },
    FUZZ_SECONDS * 1000 + 60_000,
  );

  test('so does each message of the corpora', () => {
    const answering = hostileWorld();
    const expected = freshAnswers();
    for (const { octets } of [...THEIRS, ...OURS]) {
      answering.ask(octets);
      expectWitnesses(answering, expected, octets);
    }
  });
});
