import { LABEL_BYTES_MAX, NAME_BYTES_MAX } from './constants.ts';
import { escapedOctet, escapeWidth, octetToText } from './escape.ts';

/**
 * A domain name in wire form, one character (0 to 255) for each octet: length octets, labels in the case they were
 * written in, and the root's zero at the end. It is never compressed (RFC 1035 section 3.1). It is a string because V8
 * stores strings compactly, and a string can be the key of a Map.
 */
export type WireName = string;

export type ParsedName =
  | { readonly ok: true; readonly name: WireName }
  /** `reason` completes the sentence "no domain name, because ...". */
  | { readonly ok: false; readonly reason: string };

export const ROOT: WireName = '\0';

const DOT = 0x2e;
const BACKSLASH = 0x5c;

/** What gets a backslash in a label: all that has another meaning in a master file (RFC 1035 section 5.1). */
const SPECIAL_IN_NAMES = '.\\"();@$';

/** Shared by all names: each name is complete, and copied out as a flat string, before the next begins. */
const octets = Buffer.alloc(NAME_BYTES_MAX);

/**
 * Reads a name as master files write it, `www`, `www.example.com.`, `a\.b\032c`. Without a final dot it is relative to
 * `origin`; `@` alone is the origin. Text beyond ASCII is refused: write such a name in its `xn--` form, or with
 * `\DDD`.
 */
export function nameFromText(text: string, origin?: WireName): ParsedName {
  if (text === '.') return { ok: true, name: ROOT };
  if (text === '@' && origin !== undefined) return { ok: true, name: origin };
  if (text === '') return refuse('it is empty');
  let lengthAt = 0;
  let end = 1;
  for (let i = 0; i < text.length; i++) {
    let octet = text.charCodeAt(i);
    if (octet === DOT) {
      const labelBytes = end - lengthAt - 1;
      if (labelBytes === 0) return refuse('a label is empty');
      octets[lengthAt] = labelBytes;
      lengthAt = end++;
      continue;
    }
    if (octet === BACKSLASH) {
      octet = escapedOctet(text, i + 1);
      if (octet === -1) return refuse('an escape is neither \\DDD (000 to 255) nor \\X');
      i += escapeWidth(text, i + 1);
    } else if (octet <= 0x20 || octet >= 0x7f) {
      return refuse(octet < 0x80 ? 'white space is written \\032' : 'a name beyond ASCII is written in its xn-- form');
    }
    if (end - lengthAt > LABEL_BYTES_MAX) return refuse(`a label has more than ${LABEL_BYTES_MAX} octets`);
    if (end >= NAME_BYTES_MAX) return refuse(`it has more than ${NAME_BYTES_MAX} octets`);
    octets[end++] = octet;
  }
  const isAbsolute = end === lengthAt + 1;
  return isAbsolute ? finish(lengthAt, ROOT) : finishRelative(lengthAt, end, origin);
}

/** Ends the last, undotted label and puts the origin behind it. */
function finishRelative(lengthAt: number, end: number, origin: WireName | undefined): ParsedName {
  if (origin === undefined) return refuse('it has no final dot, and there is no origin to complete it');
  octets[lengthAt] = end - lengthAt - 1;
  return finish(end, origin);
}

function finish(end: number, suffix: WireName): ParsedName {
  const nameBytes = end + suffix.length;
  if (nameBytes > NAME_BYTES_MAX) return refuse(`it has more than ${NAME_BYTES_MAX} octets`);
  for (let i = 0; i < suffix.length; i++) octets[end + i] = suffix.charCodeAt(i);
  return { ok: true, name: octets.toString('latin1', 0, nameBytes) };
}

function refuse(reason: string): ParsedName {
  return { ok: false, reason };
}

/** The name as master files write it, always with its final dot: `www.example.com.`, `a\.b\032c.`, `.` for the root. */
export function nameToText(name: WireName): string {
  if (name === ROOT) return '.';
  let text = '';
  for (const label of labelsOf(name)) {
    for (let i = 0; i < label.length; i++) text += octetToText(label.charCodeAt(i), SPECIAL_IN_NAMES);
    text += '.';
  }
  return text;
}

/** The same name with A to Z as a to z, and no other octet changed (RFC 4343). */
export function lowerCaseName(name: WireName): WireName {
  for (let i = 0; i < name.length; i++) {
    if (isUpperCase(name.charCodeAt(i))) return lowerCaseOctets(name);
  }
  return name;
}

/** No length octet looks like a letter (63 < 'A'), so the name need not be cut into labels. */
function lowerCaseOctets(name: WireName): WireName {
  for (let i = 0; i < name.length; i++) {
    const octet = name.charCodeAt(i);
    octets[i] = isUpperCase(octet) ? octet + 0x20 : octet;
  }
  return octets.toString('latin1', 0, name.length);
}

function isUpperCase(octet: number): boolean {
  return octet >= 0x41 && octet <= 0x5a;
}

/** The labels from the left, without their length octets and without the root's empty one. */
export function labelsOf(name: WireName): string[] {
  const labels: string[] = [];
  for (let at = 0; name.charCodeAt(at) !== 0; ) {
    const next = at + 1 + name.charCodeAt(at);
    labels.push(name.slice(at + 1, next));
    at = next;
  }
  return labels;
}

/** The name without its leftmost label; undefined for the root, which has no parent. */
export function parentOf(name: WireName): WireName | undefined {
  return name === ROOT ? undefined : name.slice(1 + name.charCodeAt(0));
}

/** Whether `name` is `ancestor` or below it, without regard to case. */
export function isSubdomain(name: WireName, ancestor: WireName): boolean {
  const start = name.length - ancestor.length;
  let at = 0;
  // Only at the beginning of a label: 'badexample.com.' ends like 'example.com.', but is not below it.
  while (at < start) at += 1 + name.charCodeAt(at);
  if (at !== start) return false;
  return name.endsWith(ancestor) || lowerCaseName(name).endsWith(lowerCaseName(ancestor));
}

/**
 * Where the uncompressed name that begins at `start` ends (the offset after its root octet) in a wire string;
 * -1 where there is none: cut short, too long, or with a compression pointer.
 */
export function nameEnd(wire: string, start: number): number {
  for (let at = start; at < wire.length && at - start < NAME_BYTES_MAX; ) {
    const labelBytes = wire.charCodeAt(at);
    if (labelBytes === 0) return at + 1;
    if (labelBytes > LABEL_BYTES_MAX) return -1;
    at += 1 + labelBytes;
  }
  return -1;
}
