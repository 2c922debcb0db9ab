import { RDATA_BYTES_MAX } from './contract.ts';
import { decimalFromText } from './fields.ts';
import { hexFromOctets, octetsFromHex } from './octets.ts';
import type { RdataReader, RdataToken } from './reader.ts';

/** What the text of rdata in the form for any type begins with (RFC 3597 section 5). */
const GENERIC_MARK = '\\#';

const HEX_FORM = 'as many pairs of hexadecimal digits as the length before them says';

export function isGeneric(tokens: readonly RdataToken[]): boolean {
  return tokens[0]?.text === GENERIC_MARK && !tokens[0].quoted;
}

/** Reads `\# 4 c0000201`; the digits may be spread over several words. */
export function parseGeneric(reader: RdataReader): string {
  const expected = `\\# and a length from 0 to ${RDATA_BYTES_MAX}`;
  reader.word(expected, '', (text) => text); // the mark, which isGeneric has seen
  const rdataBytes = reader.word(expected, 0, (text) => decimalFromText(text, RDATA_BYTES_MAX));
  if (rdataBytes === 0) return '';
  const rdata = octetsFromHex(reader.rest(HEX_FORM)) ?? '';
  if (rdata.length !== rdataBytes) reader.refuse(HEX_FORM);
  return rdata;
}

export function formatGeneric(rdata: string): string {
  return rdata === '' ? '\\# 0' : `\\# ${rdata.length} ${hexFromOctets(rdata)}`;
}
