/** Wire strings: octets as characters 0 to 255. How integers, hexadecimal and Base64 get into them and out again. */

export function octetsFromInteger(value: number, byteCount: 1 | 2 | 4): string {
  if (byteCount === 1) return String.fromCharCode(value);
  if (byteCount === 2) return String.fromCharCode(value >>> 8, value & 0xff);
  return String.fromCharCode(value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff);
}

/** The unsigned big-endian integer at `at`; the caller has made sure that it is all there. */
export function integerAt(wire: string, at: number, byteCount: 1 | 2 | 4): number {
  let value = 0;
  // Not by shifts: those would make an integer of 32 bits negative.
  for (let i = 0; i < byteCount; i++) value = value * 0x100 + wire.charCodeAt(at + i);
  return value;
}

/** undefined where the text is not an even number of hexadecimal digits. */
export function octetsFromHex(text: string): string | undefined {
  if (text.length % 2 !== 0 || !/^[0-9a-f]*$/i.test(text)) return undefined;
  return Buffer.from(text, 'hex').toString('latin1');
}

export function hexFromOctets(wire: string): string {
  return Buffer.from(wire, 'latin1').toString('hex');
}

/** undefined where the text is not Base64 with its padding (RFC 4648 section 4). */
export function octetsFromBase64(text: string): string | undefined {
  const bytes = Buffer.from(text, 'base64');
  // Node.js skips characters that it does not know. So the text was Base64 only if it encodes to the same text again.
  return bytes.toString('base64') === text ? bytes.toString('latin1') : undefined;
}

export function base64FromOctets(wire: string): string {
  return Buffer.from(wire, 'latin1').toString('base64');
}

/** From this length on, V8 lets concatenations and slices of strings refer to their parts instead of copying them. */
const REFERRING_STRING_MIN = 13;

/**
 * The same octets in memory of their own. Otherwise a kept string would keep its parts, or a whole file's text, alive.
 */
export function flattened(wire: string): string {
  return wire.length < REFERRING_STRING_MIN ? wire : Buffer.from(wire, 'latin1').toString('latin1');
}
