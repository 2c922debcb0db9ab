import { endianness } from 'node:os';
import { getSystemErrorName } from 'node:util';
import koffi from 'koffi';
import { assert } from '../../util/assert.ts';

/**
 * The functions of the C library that UDP in batches needs. Addresses are numbers (see Memory). Each function returns
 * -1 if it failed, and errno() says why.
 */
export interface Libc {
  socket(family: number, type: number, protocol: number): number;
  bind(fd: number, name: number, bytes: number): number;
  connect(fd: number, name: number, bytes: number): number;
  getsockname(fd: number, name: number, bytes: number): number;
  setsockopt(fd: number, level: number, option: number, value: number, bytes: number): number;
  getsockopt(fd: number, level: number, option: number, value: number, bytes: number): number;
  poll(descriptors: number, count: number, timeoutMs: number): number;
  recvmmsg(fd: number, headers: number, count: number, flags: number, timeout: number): number;
  sendmmsg(fd: number, headers: number, count: number, flags: number): number;
  close(fd: number): number;
  /** Thread 0 is the calling one. */
  sched_setaffinity(thread: number, maskBytes: number, mask: number): number;
}

assert(endianness() === 'LE' && koffi.sizeof('void *') === 8, 'structs are laid out for 64 bits, lower octet first');

/** The libraries that the program itself was linked with, whichever C library that is. */
const library = koffi.load(null);

export const libc: Libc = {
  socket: library.func('int socket(int, int, int)'),
  bind: library.func('int bind(int, uintptr_t, uint32_t)'),
  connect: library.func('int connect(int, uintptr_t, uint32_t)'),
  getsockname: library.func('int getsockname(int, uintptr_t, uintptr_t)'),
  setsockopt: library.func('int setsockopt(int, int, int, uintptr_t, uint32_t)'),
  getsockopt: library.func('int getsockopt(int, int, int, uintptr_t, uintptr_t)'),
  poll: library.func('int poll(uintptr_t, unsigned long, int)'),
  recvmmsg: library.func('int recvmmsg(int, uintptr_t, unsigned int, int, uintptr_t)'),
  sendmmsg: library.func('int sendmmsg(int, uintptr_t, unsigned int, int)'),
  close: library.func('int close(int)'),
  sched_setaffinity: library.func('int sched_setaffinity(int, size_t, uintptr_t)'),
};

/** Why the last call of this thread failed. */
export function errno(): number {
  return koffi.errno();
}

/** A call that failed, as Node.js would say it: `code` is EADDRINUSE and the like. */
export class SystemError extends Error {
  readonly code: string;

  constructor(call: string, number: number) {
    const code = getSystemErrorName(-number);
    super(`${call}: ${code}`);
    this.code = code;
  }
}

/** Passes a result on; throws a SystemError where it is -1. */
export function checked(call: string, result: number): number {
  if (result === -1) throw new SystemError(call, errno());
  return result;
}
