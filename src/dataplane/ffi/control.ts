import { aligned, CMSGHDR, IN_PKTINFO, IN6_PKTINFO, IP, IPV6, LEVEL } from './abi.ts';
import { Memory } from './memory.ts';

const WORD_BYTES = 4;

/** Room for the address asked, with something to spare. */
const RECEIVED_BYTES = 128;
const ANSWER_BYTES = 64;

/**
 * The control messages of a batch: to which address each datagram was sent, and from which address each answer goes.
 */
export class ControlBuffers {
  readonly receivedBytes = RECEIVED_BYTES;
  readonly #received: Memory;
  readonly #answers: Memory;
  readonly #level: number;
  readonly #type: number;
  readonly #infoBytes: number;
  readonly #addressAt: number;
  readonly #addressWords: number;

  constructor(family: 4 | 6, count: number) {
    const isIpv4 = family === 4;
    this.#level = isIpv4 ? LEVEL.IP : LEVEL.IPV6;
    this.#type = isIpv4 ? IP.PKTINFO : IPV6.PKTINFO;
    this.#infoBytes = isIpv4 ? IN_PKTINFO.BYTES : IN6_PKTINFO.BYTES;
    this.#addressAt = (CMSGHDR.BYTES + (isIpv4 ? IN_PKTINFO.ADDRESS : IN6_PKTINFO.ADDRESS)) / WORD_BYTES;
    this.#addressWords = isIpv4 ? 1 : 4;
    this.#received = new Memory(count * RECEIVED_BYTES);
    this.#answers = new Memory(count * ANSWER_BYTES);
    for (let index = 0; index < count; index++) this.#begin(index);
  }

  receivedAddress(index: number): number {
    return this.#received.address + index * RECEIVED_BYTES;
  }

  answerAddress(index: number): number {
    return this.#answers.address + index * ANSWER_BYTES;
  }

  /**
   * Makes an answer leave from the address to which the datagram at `index` was sent. The routing table chooses the
   * interface: the way back may differ from the way here. Returns the octets of the answer's control message. 0: the
   * kernel did not say the address, and chooses one itself.
   */
  answerFromAsked(index: number, bytes: number, answer: number): number {
    const at = this.#find(index, bytes, this.#level, this.#type);
    if (at === NOWHERE) return 0;
    const from = at + this.#addressAt;
    const to = (answer * ANSWER_BYTES) / WORD_BYTES + this.#addressAt;
    for (let word = 0; word < this.#addressWords; word++)
      this.#answers.words[to + word] = this.#received.words[from + word];
    return aligned(CMSGHDR.BYTES + this.#infoBytes);
  }

  /** The word at which a control message begins. */
  #find(index: number, bytes: number, level: number, type: number): number {
    const { words } = this.#received;
    const start = index * RECEIVED_BYTES;
    for (let at = start; at + CMSGHDR.BYTES <= start + bytes; ) {
      const word = at / WORD_BYTES;
      if (words[word + CMSGHDR.LEVEL / WORD_BYTES] === level && words[word + CMSGHDR.TYPE / WORD_BYTES] === type) {
        return word;
      }
      at += aligned(Math.max(CMSGHDR.BYTES, words[word]));
    }
    return NOWHERE;
  }

  /** Everything but the address is the same for every answer. */
  #begin(index: number): void {
    const word = (index * ANSWER_BYTES) / WORD_BYTES;
    const { words } = this.#answers;
    words[word] = CMSGHDR.BYTES + this.#infoBytes;
    words[word + CMSGHDR.LEVEL / WORD_BYTES] = this.#level;
    words[word + CMSGHDR.TYPE / WORD_BYTES] = this.#type;
  }
}

const NOWHERE = -1;
