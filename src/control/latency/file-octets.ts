import { closeSync, openSync, readSync } from 'node:fs';

/** Read at a time. */
const PART_OCTETS = 1 << 20;

/**
 * A file's octets in parts, each valid until the next: for a thread that has nothing else to do. Throws where it can't
 * be read.
 */
export function* octetsOf(path: string): Generator<Uint8Array, void, void> {
  const file = openSync(path, 'r');
  try {
    const part = new Uint8Array(PART_OCTETS);
    for (let length = readSync(file, part); length > 0; length = readSync(file, part)) yield part.subarray(0, length);
  } finally {
    closeSync(file);
  }
}
