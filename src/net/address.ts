/** An IP address as the octets on the wire: 4 of them for IPv4, 16 for IPv6, in network order. */
export interface Address {
  readonly family: 4 | 6;
  readonly bytes: Uint8Array;
}

/**
 * Reads an address in the forms of RFC 4291 section 2.2 or a dotted quad; `undefined` where the text is none.
 * Strict, because what other software reads differently must not get in: no leading zeros in a quad
 * (octal to some), no zone identifiers (they mean something on one machine only), no white space.
 */
export function parseAddress(text: string): Address | undefined {
  const family = text.includes(':') ? 6 : 4;
  const bytes = family === 6 ? parseIpv6(text) : parseQuad(text);
  return bytes && { family, bytes };
}

/** The canonical text of RFC 5952; an IPv4-mapped address ends in its dotted quad (section 5 there). */
export function formatAddress(address: Address): string {
  return address.family === 4 ? address.bytes.join('.') : formatIpv6(address.bytes);
}

/** Whether nobody but this machine has it: 127.0.0.0/8 or ::1. */
export function isLoopback({ family, bytes }: Address): boolean {
  if (family === 4) return bytes[0] === 127;
  return bytes.every((octet, index) => octet === (index === 15 ? 1 : 0));
}

/** The 32-bit word at `index` (0 for IPv4, 0 to 3 for IPv6) as an unsigned number: what the walks of a trie take. */
export function addressWord(address: Address, index: number): number {
  const { bytes } = address;
  const at = 4 * index;
  return ((bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3]) >>> 0;
}

/** The bit at `index`, counted from the most significant: 0 or 1. */
export function addressBit(address: Address, index: number): number {
  return (address.bytes[index >> 3] >> (7 - (index & 7))) & 1;
}

/** Where a socket listens or connects to. `port` 0 asks the kernel for a free one. */
export interface HostPort {
  readonly address: Address;
  readonly port: number;
}

/** Reads `127.0.0.1:5300` or `[::1]:5300`; `undefined` where the text is neither. */
export function parseHostPort(text: string): HostPort | undefined {
  const match = /^(?:\[([^\]]*:[^\]]*)\]|([^:[\]]+)):(0|[1-9]\d{0,4})$/.exec(text);
  if (!match) return undefined;
  const address = parseAddress(match[1] ?? match[2]);
  const port = Number(match[3]);
  return address && port <= 65535 ? { address, port } : undefined;
}

/** The text that {@link parseHostPort} reads. */
export function formatHostPort({ address, port }: HostPort): string {
  const host = formatAddress(address);
  return address.family === 6 ? `[${host}]:${port}` : `${host}:${port}`;
}

const OCTET = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const QUAD = new RegExp(`^${OCTET}(?:\\.${OCTET}){3}$`);

function parseQuad(text: string): Uint8Array | undefined {
  return QUAD.test(text) ? Uint8Array.from(text.split('.'), Number) : undefined;
}

function parseIpv6(text: string): Uint8Array | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const head = parseGroups(halves[0], halves.length === 1);
  const tail = halves.length === 2 ? parseGroups(halves[1], true) : [];
  if (!head || !tail) return undefined;
  const given = head.length + tail.length;
  // `::` stands for at least one group of zeros (RFC 4291 section 2.2), so with it at most 7 groups are written.
  if (halves.length === 2 ? given > 14 : given !== 16) return undefined;
  const bytes = new Uint8Array(16);
  bytes.set(head);
  bytes.set(tail, 16 - tail.length);
  return bytes;
}

/** The octets of groups between colons; a dotted quad may stand last where the groups end the address. */
function parseGroups(text: string, endsAddress: boolean): number[] | undefined {
  if (text === '') return [];
  const octets: number[] = [];
  const groups = text.split(':');
  for (const [index, group] of groups.entries()) {
    if (/^[0-9a-f]{1,4}$/i.test(group)) {
      const value = Number.parseInt(group, 16);
      octets.push(value >> 8, value & 255);
      continue;
    }
    const quad = endsAddress && index === groups.length - 1 ? parseQuad(group) : undefined;
    if (!quad) return undefined;
    octets.push(...quad);
  }
  return octets;
}

function formatIpv6(bytes: Uint8Array): string {
  const groups = Array.from({ length: 8 }, (_, index) => (bytes[2 * index] << 8) | bytes[2 * index + 1]);
  if (groups[5] === 0xffff && groups.slice(0, 5).every((group) => group === 0)) {
    return `::ffff:${bytes.subarray(12).join('.')}`;
  }
  const hex = groups.map((group) => group.toString(16));
  const { start, length } = longestZeroRun(groups);
  // RFC 5952 section 4.2.2: a single zero group is not shortened.
  if (length < 2) return hex.join(':');
  return `${hex.slice(0, start).join(':')}::${hex.slice(start + length).join(':')}`;
}

/** The first of the longest runs of zero groups (RFC 5952 section 4.2.3). */
function longestZeroRun(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  for (let start = 0; start < groups.length; start++) {
    let end = start;
    while (groups[end] === 0) end++;
    if (end - start > best.length) best = { start, length: end - start };
  }
  return best;
}
