import * as Dns from './constants.ts';
import { u16 } from './query.ts';

// Bound in this module: V8 would look an imported constant up again at each use.
const { HEADER_BYTES, LABEL_BYTES_MAX, NAME_BYTES_MAX } = Dns;

/** Names in messages, whose octets may be anything (RFC 1035 section 4.1.4). Nothing at or after `end` is read. */

const POINTER_BITS = 0xc0;

/** Returns the offset after a name without pointers, 0 if it is malformed. */
export function plainNameEnd(message: Uint8Array, start: number, end: number): number {
  const limit = Math.min(end, start + NAME_BYTES_MAX);
  for (let at = start; at < limit; ) {
    const labelBytes = message[at];
    if (labelBytes === 0) return at + 1;
    if (labelBytes > LABEL_BYTES_MAX) return 0;
    at += 1 + labelBytes;
  }
  return 0;
}

/** Returns the offset after a name, 0 if it is malformed. A pointer is skipped, not followed. */
export function nameEndInMessage(message: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end) {
    const labelBytes = message[at];
    if (labelBytes === 0) return at + 1;
    if (labelBytes >= POINTER_BITS) {
      if (at + 2 > end) return 0;
      // It must point back, but not into the header (RFC 1035 section 4.1.4: 'a prior occurrence').
      const target = u16(message, at) & 0x3fff;
      return target >= HEADER_BYTES && target < at ? at + 2 : 0;
    }
    if (labelBytes > LABEL_BYTES_MAX) return 0;
    at += 1 + labelBytes;
    if (at - start >= NAME_BYTES_MAX) return 0;
  }
  return 0;
}

/**
 * Copies a name to the beginning of `into`, which has room for any name, and follows its pointers. Returns its length
 * in octets, 0 if it is malformed.
 */
export function expandName(message: Uint8Array, start: number, end: number, into: Uint8Array): number {
  let length = 0;
  // Each pointer must lead further back than the last one, so pointers can't form a circle.
  let earliest = start;
  for (let at = start; at < end; ) {
    const labelBytes = message[at];
    if (labelBytes >= POINTER_BITS) {
      const target = at + 2 > end ? 0 : u16(message, at) & 0x3fff;
      if (target < HEADER_BYTES || target >= earliest) return 0;
      earliest = target;
      at = target;
      continue;
    }
    const next = at + 1 + labelBytes;
    if (labelBytes > LABEL_BYTES_MAX || next > end || length + next - at > NAME_BYTES_MAX) return 0;
    while (at < next) into[length++] = message[at++];
    if (labelBytes === 0) return length;
  }
  return 0;
}
