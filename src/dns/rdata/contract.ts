import type { RdataReader } from './reader.ts';

/** Octets of rdata: RDLENGTH has 16 bits (RFC 1035 section 3.2.1). */
export const RDATA_BYTES_MAX = 0xffff;

/**
 * What Aya knows of one record type's content. Rdata is a wire string: one character (0 to 255) for each octet, names
 * uncompressed.
 */
export interface RdataType {
  /**
   * Reads all fields from the record's text. A mistake is reported to the reader; the return value then does not
   * matter.
   */
  parse(reader: RdataReader): string;
  /** Whether the octets, to the last one, are valid content of this type. */
  isValid(rdata: string): boolean;
  /** Text that `parse` turns into the same octets. Only for valid rdata. */
  format(rdata: string): string;
}
