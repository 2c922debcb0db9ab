/**
 * A saved model: octets that a later start reads back. All numbers little-endian.
 *
 *     "AYALAT", version u16, header length u32, header (JSON: the regions' names, the number of cells)
 *     each cell: key 2 x u32, ASN u32, country u16, seen u32 (s since 1970), number of pairs u8
 *     each pair: region u8, spread u8 (1/128; 0: told by a table), sources u16, ln ms f32, samples f32, seen u32
 *     SHA-256 of all before it; not in version 1
 */
export const MAGIC = 'AYALAT';
export const VERSION = 2;
/** The last version without a digest, which is read, too. */
export const VERSION_UNDIGESTED = 1;
export const DIGEST = 'sha256';
export const DIGEST_OCTETS = 32;
/** Where the header begins. */
export const HEADER_AT = MAGIC.length + 6;
export const CELL_OCTETS = 19;
export const PAIR_OCTETS = 16;
export const SPREAD_STEPS = 128;

/** Whatever a header says: more regions than a model can have need no more. */
export const HEADER_OCTETS_MAX = 1 << 20;

export interface Header {
  readonly regions: readonly string[];
  readonly cells: number;
}
