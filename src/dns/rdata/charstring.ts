import { escapedOctet, escapeWidth, octetToText } from '../escape.ts';

/** Octets of one <character-string>, its length octet aside (RFC 1035 section 3.3). */
export const CHARACTER_STRING_BYTES_MAX = 255;

const BACKSLASH = 0x5c;
const QUOTE = 0x22;

/**
 * The octets that text with escapes stands for; characters beyond ASCII become their UTF-8 octets. undefined if an
 * escape is malformed, or if a bare quote stands inside (`v="x"`), since nobody can tell what it means.
 */
export function octetsFromEscaped(text: string): string | undefined {
  if (/^[^\\"\u0080-\uffff]*$/.test(text)) return text;
  const octets: number[] = [];
  const utf8 = Buffer.from(text, 'utf8').toString('latin1');
  for (let i = 0; i < utf8.length; i++) {
    let octet = utf8.charCodeAt(i);
    if (octet === QUOTE) return undefined;
    if (octet === BACKSLASH) {
      octet = escapedOctet(utf8, i + 1);
      if (octet === -1) return undefined;
      i += escapeWidth(utf8, i + 1);
    }
    octets.push(octet);
  }
  return Buffer.from(octets).toString('latin1');
}

/** The octets as a quoted string: `"v=spf1 -all"`. */
export function quotedFromOctets(octets: string): string {
  let text = '"';
  for (let i = 0; i < octets.length; i++) {
    const octet = octets.charCodeAt(i);
    text += octet === 0x20 ? ' ' : octetToText(octet, '\\"');
  }
  return `${text}"`;
}
