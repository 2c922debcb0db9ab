import type { Random } from '../../src/util/random.ts';

type Mutation = (octets: Buffer, random: Random, others: readonly Buffer[]) => Buffer;

const HEADER_BYTES = 12;
/** Octets at which decoders go wrong: ends of ranges, pointers, the longest label and one more. */
const EDGES = [0, 1, 0x3f, 0x40, 0x7f, 0x80, 0xbf, 0xc0, 0xc0, 0x0c, 0xff, 8, 41];

const MUTATIONS = {
  flipBit(octets, random) {
    if (octets.length > 0) octets[random.below(octets.length)] ^= 1 << random.below(8);
    return octets;
  },
  setOctet(octets, random) {
    if (octets.length > 0) octets[random.below(octets.length)] = EDGES[random.below(EDGES.length)];
    return octets;
  },
  truncate: (octets, random) => octets.subarray(0, random.below(octets.length + 1)),
  extend: (octets, random) =>
    Buffer.concat([octets, Buffer.from(Array.from({ length: 1 + random.below(40) }, () => random.below(256)))]),
  remove(octets, random) {
    const at = random.below(octets.length + 1);
    return Buffer.concat([octets.subarray(0, at), octets.subarray(at + 1 + random.below(8))]);
  },
  repeat(octets, random) {
    const at = random.below(octets.length + 1);
    return Buffer.concat([octets.subarray(0, at), octets.subarray(random.below(at + 1))]);
  },
  splice(octets, random, others) {
    const other = others[random.below(others.length)];
    return Buffer.concat([
      octets.subarray(0, random.below(octets.length + 1)),
      other.subarray(random.below(other.length + 1)),
    ]);
  },
  editCount(octets, random) {
    if (octets.length < HEADER_BYTES) return octets;
    octets.writeUInt16BE(random.below(4) === 0 ? random.below(0x10000) : random.below(3), 4 + 2 * random.below(4));
    return octets;
  },
  /** Most of the corpus are responses and other opcodes, which are not read far. */
  makeQuery(octets) {
    if (octets.length > 2) octets[2] &= 0x07;
    return octets;
  },
} satisfies Record<string, Mutation>;

const mutations: readonly Mutation[] = Object.values(MUTATIONS);

/** A copy of one of the messages, changed in one to four ways. */
export function mutate(messages: readonly Buffer[], random: Random): Buffer {
  let octets: Buffer = Buffer.from(messages[random.below(messages.length)]);
  for (let left = 1 + random.below(4); left > 0; left--) {
    octets = Buffer.from(mutations[random.below(mutations.length)](octets, random, messages));
  }
  return octets.subarray(0, 0xffff);
}
