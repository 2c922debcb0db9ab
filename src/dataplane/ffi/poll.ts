import { ERRNO, POLLFD, POLLIN } from './abi.ts';
import { errno, libc, SystemError } from './libc.ts';
import { Memory } from './memory.ts';

/** Waits for any of several sockets. */
export class Poll {
  readonly #memory: Memory;
  readonly #count: number;

  constructor(descriptors: readonly number[]) {
    this.#count = descriptors.length;
    this.#memory = new Memory(this.#count * POLLFD.BYTES);
    for (const [index, fd] of descriptors.entries()) {
      const at = (index * POLLFD.BYTES) >> 2;
      this.#memory.words[at] = fd;
      this.#memory.words[at + 1] = POLLIN; // and nothing has happened yet, in the upper half
    }
  }

  /** Returns how many sockets have something to say; 0 if none had in time. */
  wait(timeoutMs: number): number {
    const ready = libc.poll(this.#memory.address, this.#count, timeoutMs);
    if (ready >= 0) return ready;
    const reason = errno();
    if (reason === ERRNO.EINTR) return 0;
    throw new SystemError('poll', reason);
  }

  /** Whether a socket, by its number here, has something to say: a datagram or an error. */
  isReady(index: number): boolean {
    return this.#memory.words[((index * POLLFD.BYTES) >> 2) + 1] >>> 16 !== 0;
  }
}
