/** Escapes of master files: `\DDD` is the octet with that decimal number, `\X` is X itself (RFC 1035 section 5.1). */

const DIGIT_ZERO = 0x30;
const DIGIT_NINE = 0x39;

/**
 * How many characters after the backslash belong to the escape whose first one stands at `at`: 3 for `\DDD`, else 1.
 */
export function escapeWidth(text: string, at: number): 1 | 3 {
  return isDigit(text.charCodeAt(at)) ? 3 : 1;
}

/**
 * The octet of the escape whose first character after the backslash stands at `at`; -1 where there is no such octet.
 */
export function escapedOctet(text: string, at: number): number {
  if (at >= text.length) return -1;
  const first = text.charCodeAt(at);
  if (!isDigit(first)) return first < 0x80 ? first : -1;
  const second = text.charCodeAt(at + 1);
  const third = text.charCodeAt(at + 2);
  if (!isDigit(second) || !isDigit(third)) return -1;
  const octet = (first - DIGIT_ZERO) * 100 + (second - DIGIT_ZERO) * 10 + (third - DIGIT_ZERO);
  return octet <= 0xff ? octet : -1;
}

/**
 * One octet as text: printable ASCII as it is, with a backslash where `special` contains it, the rest as `\DDD`.
 * A space counts as unprintable, so that what this writes never depends on being quoted.
 */
export function octetToText(octet: number, special: string): string {
  if (octet <= 0x20 || octet >= 0x7f) return `\\${octet.toString().padStart(3, '0')}`;
  const character = String.fromCharCode(octet);
  return special.includes(character) ? `\\${character}` : character;
}

function isDigit(code: number): boolean {
  return code >= DIGIT_ZERO && code <= DIGIT_NINE;
}
