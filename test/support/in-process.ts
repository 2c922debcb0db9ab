import type { Blocks } from '../../src/compile/world.ts';
import { Answerer } from '../../src/dataplane/answering/answer.ts';
import { BatchClock } from '../../src/dataplane/answering/batch-clock.ts';
import type { Source } from '../../src/dataplane/answering/source.ts';
import type { PlaneSettings } from '../../src/snapshot/settings.ts';
import { type Publication, Snapshot } from '../../src/snapshot/snapshot.ts';
import { Random } from '../../src/util/random.ts';

/** DATAGRAM_BYTES of ffi/batch.ts, which can't be loaded where the system has no recvmmsg. */
const DATAGRAM_BYTES = 4672;

/**
 * Answers in this process, a query over UDP in both ways that a transport may ask for it: into a buffer of the answerer's
 * own, and over the query itself. Two answerers do so that begin alike and are asked the same, and whatever one says
 * otherwise than the other is an error: wherever this answers, it is proved that nothing of a query is read again that
 * its answer was written over.
 */
export class InProcess {
  readonly #apart: Twin;
  readonly #inPlace: Twin;
  /** The second answerer's own, for streams: nothing is answered in place there. */
  readonly #own: Uint8Array;
  /** As a datagram comes in: behind it stands what is left of those before it. */
  readonly #room = new Uint8Array(DATAGRAM_BYTES);

  constructor(blocks: Blocks, settings: PlaneSettings, nowMs: () => number, seed = 1) {
    this.#apart = new Twin(blocks, new Answerer(new Random(seed), settings, new BatchClock(nowMs)));
    this.#inPlace = new Twin(
      blocks,
      new Answerer(new Random(seed), withTableOfItsOwn(settings), new BatchClock(nowMs)),
    );
    this.#own = this.#inPlace.answerer.out;
  }

  get snapshot(): Snapshot {
    return this.#apart.snapshot;
  }

  /** A whole world, or what of it is new. */
  publish(blocks: Omit<Publication, 'generation'>): void {
    const generation = this.snapshot.generation + 1;
    for (const { snapshot } of [this.#apart, this.#inPlace]) snapshot.apply({ generation, ...blocks });
  }

  /** The response, valid until the next; without octets where there is none. Throws where the two ways differ. */
  answer(message: Uint8Array, source: Source): Uint8Array {
    const response = this.#apart.answer(message, message.length, source);
    const other = source.isStream ? this.#answerOnStream(message, source) : this.#answerInPlace(message, source);
    if (Buffer.compare(response, other) !== 0) throw new Error(difference(message, response, other));
    return response;
  }

  /** So that the answerers stay alike. */
  #answerOnStream(message: Uint8Array, source: Source): Uint8Array {
    this.#inPlace.answerer.out = this.#own;
    return this.#inPlace.answer(message, message.length, source);
  }

  #answerInPlace(message: Uint8Array, source: Source): Uint8Array {
    // A longer one would not come in whole; it is asked all the same, so that the answerers stay alike.
    const room = message.length > DATAGRAM_BYTES ? new Uint8Array(message.length) : this.#room;
    room.set(message);
    this.#inPlace.answerer.out = room;
    return this.#inPlace.answer(room, message.length, source);
  }
}

/** An answerer with views of its own: whose turn it is stands there. */
class Twin {
  readonly answerer: Answerer;
  readonly snapshot: Snapshot;

  constructor(blocks: Blocks, answerer: Answerer) {
    this.answerer = answerer;
    this.snapshot = new Snapshot({ generation: 1, ...blocks });
  }

  answer(message: Uint8Array, length: number, source: Source): Uint8Array {
    const bytes = this.answerer.answer(this.snapshot, message, length, source);
    return this.answerer.out.subarray(0, bytes);
  }
}

/** Workers share the table of the rate limit; here both are to count the same, each for itself. */
function withTableOfItsOwn({ rateLimit, ...settings }: PlaneSettings): PlaneSettings {
  if (rateLimit === undefined) return settings;
  return { ...settings, rateLimit: { ...rateLimit, table: rateLimit.table.slice(0) } };
}

function difference(message: Uint8Array, ...responses: readonly Uint8Array[]): string {
  const [query, apart, inPlace] = [message, ...responses].map((octets) => Buffer.from(octets).toString('hex'));
  return `answered otherwise in place:\n${query} is answered\n${apart} apart, and\n${inPlace} in place`;
}
