import * as Abi from './abi.ts';
import { ControlBuffers } from './control.ts';
import { errno, libc, SystemError } from './libc.ts';
import { Memory } from './memory.ts';

// Bound in this module: V8 would look an imported constant up again at each use.
const { ERRNO, IOVEC, MMSGHDR, MSG, SOCKADDR_IN, SOCKADDR_IN6 } = Abi;

/**
 * Datagrams in one call. At 64, the calls are a twentieth of what a datagram costs. More would not be answered sooner,
 * and would take more of the processor's cache.
 */
export const BATCH_DATAGRAMS = 64;

/**
 * Room for a datagram: the longest PROXY protocol header, and a query after it. It is an odd number of cache lines:
 * with a power of two, the beginnings of all datagrams would compete for a few places in the cache.
 */
export const DATAGRAM_BYTES = 73 * 64;

/**
 * Datagrams received in one call and answered in another, with all that the kernel needs to know of them. It is set up
 * once, so a call passes nothing but numbers. An answer is written over its datagram, since those octets are in the
 * processor's cache. The order of the answers may differ from that of the datagrams.
 */
export class Batch {
  /** The octets of each datagram, and of its answer. */
  readonly datagrams: readonly Uint8Array[];
  /** The sender of each datagram: a sockaddr. */
  readonly names: readonly Uint8Array[];
  readonly control: ControlBuffers;
  readonly #nameBytes: number;
  /** Kept alive here, since only the kernel goes on using it. */
  readonly memory: readonly Memory[];
  readonly #in: Memory;
  readonly #out: Memory;
  readonly #outIov: Memory;
  /** Where each sender, and each datagram, stands: the lower and the upper 32 bits. */
  readonly #nameAt: Uint32Array;
  readonly #dataAt: Uint32Array;
  /**
   * Where the headers begin of the answers that are still to be sent. Made once, since a 64-bit number is allocated.
   */
  readonly #outAt: readonly number[];

  constructor(family: 4 | 6) {
    const count = BATCH_DATAGRAMS;
    this.#nameBytes = family === 4 ? SOCKADDR_IN.BYTES : SOCKADDR_IN6.BYTES;
    const nameStride = 32;
    const [data, names] = [DATAGRAM_BYTES, nameStride].map((bytes) => new Memory(count * bytes));
    const inIov = new Memory(count * IOVEC.BYTES);
    this.#outIov = new Memory(count * IOVEC.BYTES);
    this.#in = new Memory(count * MMSGHDR.BYTES);
    this.#out = new Memory(count * MMSGHDR.BYTES);
    this.control = new ControlBuffers(family, count);
    this.memory = [data, names, inIov];
    this.datagrams = parts(data, count, DATAGRAM_BYTES);
    this.names = parts(names, count, nameStride);
    this.#nameAt = halves(names.address, nameStride, count);
    this.#dataAt = halves(data.address, DATAGRAM_BYTES, count);
    for (let index = 0; index < count; index++) {
      const name = names.address + index * nameStride;
      inIov.writePointer(index * IOVEC.BYTES + IOVEC.BASE, data.address + index * DATAGRAM_BYTES);
      inIov.words[(index * IOVEC.BYTES + IOVEC.LENGTH) >> 2] = DATAGRAM_BYTES;
      this.#begin(this.#in, index, name, inIov, this.control.receivedAddress(index));
      this.#begin(this.#out, index, name, this.#outIov, this.control.answerAddress(index));
      this.renew(index);
    }
    this.#outAt = Array.from({ length: count }, (_, index) => this.#out.address + index * MMSGHDR.BYTES);
  }

  /**
   * Receives what there is, up to a batch. Returns how many; 0 if none came in time. Throws a SystemError if the socket
   * is of no more use.
   */
  receive(fd: number, flags: number): number {
    const count = libc.recvmmsg(fd, this.#in.address, BATCH_DATAGRAMS, flags, 0);
    if (count >= 0) return count;
    const reason = errno();
    if (isPassing(reason)) return 0;
    throw new SystemError('recvmmsg', reason);
  }

  /** Octets of a datagram that was received. */
  length(index: number): number {
    return this.#in.words[(index * MMSGHDR.BYTES + MMSGHDR.LENGTH) >> 2];
  }

  /** Whether a datagram was longer than the room for it: the rest is gone. */
  isTruncated(index: number): boolean {
    return (this.#in.words[(index * MMSGHDR.BYTES + MMSGHDR.FLAGS) >> 2] & MSG.TRUNC) !== 0;
  }

  controlBytes(index: number): number {
    return this.#in.words[(index * MMSGHDR.BYTES + MMSGHDR.CONTROL_BYTES) >> 2];
  }

  /** Makes a header that was used ready for the next receive: the kernel has written into it. */
  renew(index: number): void {
    const at = (index * MMSGHDR.BYTES) >> 2;
    this.#in.words[at + (MMSGHDR.NAME_BYTES >> 2)] = this.#nameBytes;
    this.#in.words[at + (MMSGHDR.CONTROL_BYTES >> 2)] = this.control.receivedBytes;
  }

  /** Makes answer number `answer` the first octets of the datagram at `index`, to its sender. */
  reply(answer: number, index: number, bytes: number, controlBytes: number): void {
    const { words } = this.#out;
    const at = (answer * MMSGHDR.BYTES) >> 2;
    words[at] = this.#nameAt[2 * index];
    words[at + 1] = this.#nameAt[2 * index + 1];
    words[at + (MMSGHDR.CONTROL_BYTES >> 2)] = controlBytes;
    const iov = this.#outIov.words;
    const iovAt = (answer * IOVEC.BYTES) >> 2;
    iov[iovAt] = this.#dataAt[2 * index];
    iov[iovAt + 1] = this.#dataAt[2 * index + 1];
    iov[iovAt + (IOVEC.LENGTH >> 2)] = bytes;
  }

  /**
   * Sends the first `count` answers. Returns how many could not be sent; a failure costs only that answer. If the
   * kernel has no room, only the first answer waits for it. Otherwise a stuck line would cost that time for each
   * answer, and for the queries after them.
   */
  send(fd: number, count: number): number {
    let failed = 0;
    let flags = 0;
    for (let at = 0; at < count; ) {
      const sent = libc.sendmmsg(fd, this.#outAt[at], count - at, flags);
      if (sent > 0) {
        at += sent;
        continue;
      }
      const reason = sent === 0 ? 0 : errno();
      if (reason === ERRNO.EINTR) continue;
      if (reason === ERRNO.EAGAIN) flags = MSG.DONTWAIT;
      at++;
      failed++;
    }
    return failed;
  }

  #begin(headers: Memory, index: number, name: number, iov: Memory, control: number): void {
    const at = index * MMSGHDR.BYTES;
    headers.writePointer(at + MMSGHDR.NAME, name);
    headers.words[(at + MMSGHDR.NAME_BYTES) >> 2] = this.#nameBytes;
    headers.writePointer(at + MMSGHDR.IOV, iov.address + index * IOVEC.BYTES);
    headers.words[(at + MMSGHDR.IOV_COUNT) >> 2] = 1;
    headers.writePointer(at + MMSGHDR.CONTROL, control);
  }
}

/**
 * Errors that say nothing about the next receive: nothing came, a signal came, memory was short, or an earlier answer
 * reached nobody.
 */
function isPassing(reason: number): boolean {
  return PASSING.has(reason);
}

const PASSING: ReadonlySet<number> = new Set(Object.values(ERRNO));

/** The addresses of `count` things that lie one after the other, each as its lower and its upper 32 bits. */
function halves(address: number, stride: number, count: number): Uint32Array {
  const all = new Uint32Array(2 * count);
  for (let index = 0; index < count; index++) {
    all[2 * index] = (address + index * stride) % 0x1_0000_0000;
    all[2 * index + 1] = Math.floor((address + index * stride) / 0x1_0000_0000);
  }
  return all;
}

function parts({ octets }: Memory, count: number, bytes: number): readonly Uint8Array[] {
  return Array.from({ length: count }, (_, index) => octets.subarray(index * bytes, (index + 1) * bytes));
}
