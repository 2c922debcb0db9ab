import * as Abi from './abi.ts';
import { ControlBuffers } from './control.ts';
import { errno, libc, SystemError } from './libc.ts';
import { Memory } from './memory.ts';

// In this module: what is imported is looked up again in each query.
const { ERRNO, IOVEC, MMSGHDR, MSG, SOCKADDR_IN, SOCKADDR_IN6 } = Abi;

/**
 * Datagrams a call. At 64 the calls themselves are a twentieth of what a datagram costs; more would not be answered
 * sooner, and take more of the processor's cache.
 */
export const BATCH_DATAGRAMS = 64;

/**
 * Room for a datagram: a PROXY protocol header as long as they get, and a query behind it. An odd number of cache
 * lines, since at a power of two the beginnings of all datagrams would compete for a few places in the cache.
 */
export const DATAGRAM_BYTES = 73 * 64;

/**
 * Datagrams received in one call and answered in another, with all that the kernel wants to know of them: set up once,
 * so that a call brings nothing but numbers. An answer is written over the datagram that it answers, whose octets are in
 * the processor's cache; its place among the answers need not be the datagram's.
 */
export class Batch {
  /** The octets of each datagram, and of its answer. */
  readonly datagrams: readonly Uint8Array[];
  /** The sender of each datagram: a sockaddr. */
  readonly names: readonly Uint8Array[];
  readonly control: ControlBuffers;
  readonly #nameBytes: number;
  /** Kept here for the kernel, which alone goes on using it. */
  readonly memory: readonly Memory[];
  readonly #in: Memory;
  readonly #out: Memory;
  readonly #outIov: Memory;
  /** Where each sender, and each datagram, stands: the lower and the upper 32 bits. */
  readonly #nameAt: Uint32Array;
  readonly #dataAt: Uint32Array;
  /** Where the headers of answers begin that are still to be sent: made here, as numbers of 64 bits are allocated. */
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
   * Receives what there is, up to a batch. Returns how many; 0 where none came in time. Throws a SystemError where the
   * socket is of no use any more.
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
   * Sends the first `count` answers. Returns how many could not be sent: each failure costs the one that met it. Where
   * the kernel has no room, the first answer alone waits for it, or a line that is stuck would take that time of each,
   * and of the queries behind them.
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

/** What says nothing of the next receive: nothing came, a signal did, memory is short, an earlier answer met nobody. */
function isPassing(reason: number): boolean {
  return PASSING.has(reason);
}

const PASSING: ReadonlySet<number> = new Set(Object.values(ERRNO));

/** The addresses of `count` things that lie one behind the other, each as its lower and its upper 32 bits. */
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
