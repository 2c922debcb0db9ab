import type { ClientAddress } from '../answering/client.ts';

const COLON = 0x3a;
const PERCENT = 0x25;
const ZERO = 0x30;
/** As a digit. */
const DOT = 0x2e - ZERO;
const GROUPS = 8;
const NO_GAP = -1;

/**
 * The address in hand: its groups as far as they were written, how many, and where `::` stands. Reused, as all scratch.
 */
const groups = new Int32Array(GROUPS);
let count = 0;
let gapAt = NO_GAP;
let quad = 0;

/**
 * Reads an address that the operating system wrote as text (what a socket says of its other end) into `into`. It reads
 * each character once and allocates nothing, since every answer that depends on its client needs it. For text that
 * people write there is parseAddress, which is strict. Returns false, with nothing put in, if it is not an address.
 */
export function readAddress(text: string, into: ClientAddress): boolean {
  if (readQuad(text, 0)) {
    into.family = 4;
    into.w0 = quad;
    return true;
  }
  if (!readGroups(text)) return false;
  into.family = 6;
  into.w0 = wordAt(0);
  into.w1 = wordAt(2);
  into.w2 = wordAt(4);
  into.w3 = wordAt(6);
  return true;
}

/** Four decimal octets up to the end. */
function readQuad(text: string, start: number): boolean {
  const { length } = text;
  let word = 0;
  let at = start;
  for (let octets = 0; octets < 4; octets++) {
    if (at >= length) return false;
    let octet = 0;
    while (at < length) {
      const digit = text.charCodeAt(at++) - ZERO;
      if (digit === DOT) break;
      if (digit < 0 || digit > 9) return false;
      octet = (10 * octet + digit) | 0;
    }
    word = (word << 8) | octet;
  }
  quad = word;
  return at === length;
}

function readGroups(text: string): boolean {
  count = 0;
  gapAt = NO_GAP;
  let start = 0;
  let value = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === PERCENT) {
      // The zone of a link-local address follows.
      return endGroups(at > start, value);
    }
    if (code - ZERO === DOT) return readQuad(text, start) && addGroup(quad >>> 16) && endGroups(true, quad & 0xffff);
    if (code !== COLON) {
      const digit = digitOf(code);
      if (digit < 0) return false;
      value = (value << 4) | digit;
      continue;
    }
    if (at > start && !addGroup(value)) return false;
    if (at === start && at > 0) gapAt = count;
    start = at + 1;
    value = 0;
  }
  return endGroups(text.length > start, value);
}

function addGroup(value: number): boolean {
  if (count === GROUPS) return false;
  groups[count++] = value;
  return true;
}

/** Takes the last group in, if there is one. Returns whether all of them make an address. */
function endGroups(hasLast: boolean, last: number): boolean {
  if (hasLast && !addGroup(last)) return false;
  return gapAt === NO_GAP ? count === GROUPS : count < GROUPS;
}

function wordAt(index: number): number {
  return (groupAt(index) << 16) | groupAt(index + 1);
}

/** The group at a place of the address, with zeros where `::` stands. */
function groupAt(index: number): number {
  if (gapAt === NO_GAP || index < gapAt) return groups[index];
  const written = index - (GROUPS - count);
  return written < gapAt ? 0 : groups[written];
}

/** -1 where the character is no hexadecimal digit. */
function digitOf(code: number): number {
  const digit = code - ZERO;
  if (digit >= 0 && digit <= 9) return digit;
  const letter = code | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}
