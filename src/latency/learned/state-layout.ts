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
/** Where the fields of a cell begin, and what it takes without its pairs. */
export const CELL = { KEY_HIGH: 0, KEY_LOW: 4, ASN: 8, COUNTRY: 12, SEEN: 14, PAIRS: 18, OCTETS: 19 } as const;
/** The same of a pair. */
export const PAIR = { REGION: 0, SPREAD: 1, SOURCES: 2, LN_MS: 4, SAMPLES: 8, SEEN: 12, OCTETS: 16 } as const;
export const SPREAD_STEPS = 128;

/** Whatever a header says: more regions than a model can have need no more. */
export const HEADER_OCTETS_MAX = 1 << 20;

export interface Header {
  readonly regions: readonly string[];
  readonly cells: number;
}
