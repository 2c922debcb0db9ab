import { checked, libc } from './libc.ts';
import { Memory } from './memory.ts';

/** Processors that a mask has bits for: as many as a cpu_set_t has. */
const PROCESSORS_MAX = 1024;

/** Keeps the calling thread on one processor. Throws a SystemError where there is none of that number. */
export function pinThread(processor: number): void {
  const mask = new Memory(PROCESSORS_MAX / 8);
  mask.octets[processor >> 3] = 1 << (processor & 7);
  checked('sched_setaffinity', libc.sched_setaffinity(0, PROCESSORS_MAX / 8, mask.address));
}
