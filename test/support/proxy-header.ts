import { isIPv6 } from 'node:net';
import { parseAddress } from '../../src/net/address.ts';

export interface HeaderFields {
  readonly signature?: string;
  readonly versionCommand?: number;
  readonly familyTransport?: number;
  /** Where it says that the client is, and whom it reached. */
  readonly source?: string;
  readonly destination?: string;
  /** Further remarks (type, length, value), as octets. */
  readonly remarks?: Uint8Array;
  /** The length it announces, where that is a lie. */
  readonly announced?: number;
}

/** A PROXY protocol header, version 2, right or wrong. */
export function proxyHeader(fields: HeaderFields = {}): Buffer {
  const { source = '203.0.113.7', destination = isIPv6(source) ? '2001:db8::1' : '192.0.2.1' } = fields;
  const ports = Buffer.of(0xc0, 0x00, 0x00, 0x35);
  const rest = Buffer.concat([octetsOf(source), octetsOf(destination), ports, fields.remarks ?? Buffer.of()]);
  const { signature = '0d0a0d0a000d0a515549540a', announced = rest.length } = fields;
  const kind = fields.familyTransport ?? (isIPv6(source) ? 0x21 : 0x11);
  const fixed = Buffer.of(fields.versionCommand ?? 0x21, kind, announced >> 8, announced & 0xff);
  return Buffer.concat([Buffer.from(signature, 'hex'), fixed, rest]);
}

function octetsOf(text: string): Uint8Array {
  const address = parseAddress(text);
  if (address === undefined) throw new Error(`no address: ${text}`);
  return address.bytes;
}
