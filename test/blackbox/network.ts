import { isIPv6 } from 'node:net';

/** The first or last address of the network of some length around an address. */
export function addressAt(address: string, bits: number, which: 'first' | 'last'): string {
  const width = isIPv6(address) ? 128n : 32n;
  const rest = (1n << (width - BigInt(bits))) - 1n;
  const value = toInteger(address);
  return toText(which === 'first' ? value & ~rest : value | rest, width);
}

/** Addresses at the edges of the network of some length around an address, and at those of its halves. */
export function edgesOf(address: string, bits: number): readonly string[] {
  const [first, last] = [addressAt(address, bits, 'first'), addressAt(address, bits, 'last')];
  const longest = isIPv6(address) ? 128 : 32;
  if (bits === longest) return [address];
  return [first, addressAt(first, bits + 1, 'last'), addressAt(last, bits + 1, 'first'), last];
}

function toInteger(address: string): bigint {
  if (!isIPv6(address)) return address.split('.').reduce((sum, octet) => sum * 256n + BigInt(octet), 0n);
  const [head = '', tail = ''] = address.split('::');
  const groups = (part: string): string[] => part.split(':').filter((group) => group !== '');
  const zeros = Array<string>(8 - groups(head).length - groups(tail).length).fill('0');
  return [...groups(head), ...zeros, ...groups(tail)].reduce((sum, group) => sum * 65_536n + BigInt(`0x${group}`), 0n);
}

function toText(value: bigint, width: bigint): string {
  if (width === 32n) return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n).join('.');
  const groups = Array.from({ length: 8 }, (_, index) => (value >> BigInt(112 - 16 * index)) & 65_535n);
  return groups.map((group) => group.toString(16)).join(':');
}
