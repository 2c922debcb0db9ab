import { CLASS, RECORD_FIXED_BYTES } from './constants.ts';
import { expandName, plainNameEnd } from './message-name.ts';
import { type Query, TIME_FUDGE_BYTES, u16 } from './query.ts';

const SIZE_BYTES = 2; // of the MAC, which follows it
const TAIL_BYTES = 6; // after the MAC: original ID, error, and the length of other data

/**
 * Decodes a TSIG record (RFC 8945 section 4.2) into the query, as far as the answer 'unknown key' needs it. `ownerAt`
 * is the offset of its owner, `at` of its TYPE, `end` after its rdata; all of it is there. Returns whether it is well
 * formed. Its TTL means nothing, and is skipped.
 */
export function decodeTsig(
  message: Uint8Array,
  length: number,
  ownerAt: number,
  at: number,
  end: number,
  query: Query,
): boolean {
  if (u16(message, at + 2) !== CLASS.ANY) return false;
  query.keyNameBytes = expandName(message, ownerAt, length, query.keyName);
  if (query.keyNameBytes === 0) return false;
  const dataAt = at + RECORD_FIXED_BYTES;
  const timeAt = plainNameEnd(message, dataAt, end);
  if (timeAt === 0) return false;
  const sizeAt = timeAt + TIME_FUDGE_BYTES;
  if (sizeAt + SIZE_BYTES > end) return false;
  query.tsigBytes = sizeAt - dataAt;
  for (let index = 0; index < query.tsigBytes; index++) query.tsig[index] = message[dataAt + index];
  const tailAt = sizeAt + SIZE_BYTES + u16(message, sizeAt);
  return tailAt + TAIL_BYTES <= end && tailAt + TAIL_BYTES + u16(message, tailAt + 4) === end;
}
