import { type Address, addressBit, formatAddress, parseAddress } from './address.ts';

/** A network: the addresses that begin with the first `length` bits of `address`, whose other bits are zero. */
export interface Prefix {
  readonly address: Address;
  readonly length: number;
}

/** `reason` ends a sentence that begins with the text: "10.1.2.3/24 has bits beyond ...". */
export type ParsedPrefix =
  | { readonly ok: true; readonly prefix: Prefix }
  | { readonly ok: false; readonly reason: string };

/**
 * Reads `192.0.2.0/24`, `2001:db8::/32` or a bare address, which is the network of that address alone.
 * Bits beyond the length are refused: whoever writes `10.1.2.3/8` may have meant `10.0.0.0/8` or `10.1.2.3`.
 */
export function parsePrefix(text: string): ParsedPrefix {
  const [addressText, lengthText, ...rest] = text.split('/');
  const address = parseAddress(addressText);
  if (!address || rest.length > 0) return refuse('is not an address or network, such as 192.0.2.0/24 or 2001:db8::/32');
  const lengthMax = prefixLengthMax(address);
  if (lengthText === undefined) return { ok: true, prefix: { address, length: lengthMax } };
  if (!/^(?:0|[1-9]\d{0,2})$/.test(lengthText) || Number(lengthText) > lengthMax) {
    return refuse(`has no prefix length from 0 to ${lengthMax} after the slash`);
  }
  const prefix = prefixOf(address, Number(lengthText));
  if (!prefix.address.bytes.every((byte, index) => byte === address.bytes[index])) {
    return refuse(
      `has bits beyond its length: ${formatPrefix(prefix)} is the network, ${formatAddress(address)} the address`,
    );
  }
  return { ok: true, prefix };
}

/** `192.0.2.0/24`, the text that {@link parsePrefix} reads. */
export function formatPrefix(prefix: Prefix): string {
  return `${formatAddress(prefix.address)}/${prefix.length}`;
}

/** Whether `address` lies in `prefix`. An IPv6 address lies in no IPv4 network, whatever it embeds. */
export function contains(prefix: Prefix, address: Address): boolean {
  if (prefix.address.family !== address.family) return false;
  for (let bit = 0; bit < prefix.length; bit++) {
    if (addressBit(prefix.address, bit) !== addressBit(address, bit)) return false;
  }
  return true;
}

/** The network of `length` bits around `address`: its bits beyond are cleared. */
export function prefixOf(address: Address, length: number): Prefix {
  const bytes = address.bytes.map((byte, index) => byte & (0xff00 >> Math.min(8, Math.max(0, length - 8 * index))));
  return { address: { family: address.family, bytes }, length };
}

/** The length of a single address: 32 or 128 bits. */
export function prefixLengthMax(address: Address): 32 | 128 {
  return address.family === 4 ? 32 : 128;
}

function refuse(reason: string): ParsedPrefix {
  return { ok: false, reason };
}
