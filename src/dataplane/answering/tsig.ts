import { CLASS, RECORD_FIXED_BYTES, TSIG_ERROR, TYPE } from '../../dns/constants.ts';
import type { Query } from '../../dns/query.ts';
import { write16, write32 } from './write.ts';

const TAIL_BYTES = 8; // MAC size, original ID, error, and the length of other data

/** Octets of the TSIG record that answers that of a query. */
export function tsigBytes(query: Query): number {
  return query.keyNameBytes + RECORD_FIXED_BYTES + query.tsigBytes + TAIL_BYTES;
}

/**
 * Writes the TSIG record that says that the query's key is unknown (RFC 8945 section 5.3.2). It is unsigned, and
 * repeats the time of the query, so it needs no clock. Returns the offset after it.
 */
export function writeTsig(out: Uint8Array, start: number, query: Query): number {
  const { keyName, keyNameBytes, tsig, tsigBytes } = query;
  for (let index = 0; index < keyNameBytes; index++) out[start + index] = keyName[index];
  const at = start + keyNameBytes;
  write16(out, at, TYPE.TSIG);
  write16(out, at + 2, CLASS.ANY);
  write32(out, at + 4, 0); // TTL
  write16(out, at + 8, tsigBytes + TAIL_BYTES);
  const dataAt = at + RECORD_FIXED_BYTES;
  for (let index = 0; index < tsigBytes; index++) out[dataAt + index] = tsig[index];
  const tailAt = dataAt + tsigBytes;
  write16(out, tailAt, 0); // no MAC
  write16(out, tailAt + 2, query.id);
  write16(out, tailAt + 4, TSIG_ERROR.BADKEY);
  write16(out, tailAt + 6, 0);
  return tailAt + TAIL_BYTES;
}
