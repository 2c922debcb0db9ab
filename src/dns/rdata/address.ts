/** IP addresses in text and as octets in a wire string: strictly what RFC 4291 and inet_pton admit. */

const DOT = 0x2e;
const DIGIT_ZERO = 0x30;
const DIGIT_NINE = 0x39;

/** 4 octets, or undefined where the text is not four decimal numbers without leading zeros. */
export function ipv4FromText(text: string): string | undefined {
  // Character by character, for speed: most records of most zones come through here.
  const parts = [0, 0, 0, 0];
  let part = 0;
  let digits = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === DOT) {
      if (digits === 0 || ++part > 3) return undefined;
      digits = 0;
    } else {
      if (code < DIGIT_ZERO || code > DIGIT_NINE || (digits > 0 && parts[part] === 0)) return undefined;
      parts[part] = parts[part] * 10 + code - DIGIT_ZERO;
      if (parts[part] > 0xff) return undefined;
      digits++;
    }
  }
  return part === 3 && digits > 0 ? String.fromCharCode(...parts) : undefined;
}

export function ipv4ToText(octets: string): string {
  return [0, 1, 2, 3].map((i) => octets.charCodeAt(i)).join('.');
}

/** 16 octets, or undefined where the text is none of the three forms of RFC 4291 section 2.2. */
export function ipv6FromText(text: string): string | undefined {
  const [left = '', right, ...more] = text.split('::');
  if (more.length > 0) return undefined;
  const head = groups(left, right === undefined);
  const tail = right === undefined ? '' : groups(right, true);
  if (head === undefined || tail === undefined) return undefined;
  const missing = 16 - head.length - tail.length;
  if (right === undefined) return missing === 0 ? head : undefined;
  return missing >= 2 ? head + '\0'.repeat(missing) + tail : undefined;
}

/** The octets of groups of four hexadecimal digits; the last may be a dotted quad where the address ends with them. */
function groups(text: string, endsAddress: boolean): string | undefined {
  if (text === '') return '';
  const parts = text.split(':');
  let octets = '';
  for (const [i, part] of parts.entries()) {
    if (part.includes('.')) {
      const quad = endsAddress && i === parts.length - 1 ? ipv4FromText(part) : undefined;
      if (quad === undefined) return undefined;
      octets += quad;
    } else {
      if (!/^[0-9a-f]{1,4}$/i.test(part)) return undefined;
      const group = Number.parseInt(part, 16);
      octets += String.fromCharCode(group >>> 8, group & 0xff);
    }
  }
  return octets;
}

/** As RFC 5952 section 4 recommends: lower case, no leading zeros, the first longest run of zero groups as `::`. */
export function ipv6ToText(octets: string): string {
  const hex: string[] = [];
  for (let i = 0; i < 16; i += 2) hex.push(((octets.charCodeAt(i) << 8) | octets.charCodeAt(i + 1)).toString(16));
  const { start, length } = longestZeroRun(hex);
  if (length < 2) return hex.join(':');
  return `${hex.slice(0, start).join(':')}::${hex.slice(start + length).join(':')}`;
}

function longestZeroRun(hex: readonly string[]): { start: number; length: number } {
  let longest = { start: 0, length: 0 };
  for (let start = 0; start < hex.length; start++) {
    let length = 0;
    while (hex[start + length] === '0') length++;
    if (length > longest.length) longest = { start, length };
  }
  return longest;
}
