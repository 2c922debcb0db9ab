import { createRequire } from 'node:module';

/** Of glibc's <malloc.h>. */
const M_MMAP_THRESHOLD = -3;

/** Below it are what is made and dropped all the time; from it on are tries, tables and files. */
const LARGE_BYTES = 256 * 1024;

/**
 * Has the C library hand large blocks back to the system as soon as they are freed. By default it raises its bound of
 * what is large to 32 MB once such a block was freed, and keeps what is smaller: after a world is compiled, that was a
 * quarter of the memory of a server. Where the library has another allocator than glibc's, or koffi is not to be had,
 * nothing changes.
 */
export function returnLargeBlocks(): void {
  try {
    const koffi = createRequire(import.meta.url)('koffi') as typeof import('koffi');
    koffi.load(null).func('int mallopt(int parameter, int value)')(M_MMAP_THRESHOLD, LARGE_BYTES);
  } catch {
    // More memory is all that it costs.
  }
}
