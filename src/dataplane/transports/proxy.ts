import type { ClientAddress } from '../answering/client.ts';

/**
 * Version 2 of the PROXY protocol (HAProxy's proxy-protocol.txt, section 2.2): 12 fixed octets, version and command,
 * family and transport, the length of the rest; then addresses and what else the proxy likes to say.
 */
const SIGNATURE = Uint8Array.of(0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a);

/** What stands before the part whose length varies. */
export const PROXY_FIXED_BYTES = 16;

/** Addresses take 36 octets at most; the rest are remarks, of which even a client certificate's name is short. */
const PROXY_BYTES_MAX = 4096;

const VERSION_2 = 0x20;
const COMMAND = { LOCAL: 0, PROXY: 1 } as const;
const FAMILY = { INET: 1, INET6: 2 } as const;
const TRANSPORT = { STREAM: 1, DGRAM: 2 } as const;

/** Source and destination address, and their ports. */
const ADDRESSES_BYTES = { [FAMILY.INET]: 12, [FAMILY.INET6]: 36 } as const;

export const PROXY_READ = {
  /** `bytes` and `isLocal` are set; and `client`, unless it is local. */
  WHOLE: 0,
  /** More is needed: `bytes` in all, as far as is known yet. */
  PARTIAL: 1,
  /** No header, or one that says nothing we could use. */
  BAD: 2,
} as const;
export type ProxyRead = (typeof PROXY_READ)[keyof typeof PROXY_READ];

/** What a header says. Reused for every one. */
export class ProxyHeader {
  readonly client: ClientAddress;
  /** The proxy speaks for itself (a health check): its own address is the client's. */
  isLocal = false;
  bytes = 0;

  constructor(client: ClientAddress) {
    this.client = client;
  }

  /**
   * Reads the header at the beginning of `octets[0, length)`. Its transport (stream or datagrams) is how the client
   * came to the proxy. The proxy may come to us another way (dnsdist sends on over UDP what came by HTTPS).
   */
  read(octets: Uint8Array, length: number): ProxyRead {
    this.bytes = PROXY_FIXED_BYTES;
    if (length < PROXY_FIXED_BYTES) return PROXY_READ.PARTIAL;
    for (let index = 0; index < SIGNATURE.length; index++)
      if (octets[index] !== SIGNATURE[index]) return PROXY_READ.BAD;
    const restBytes = (octets[14] << 8) | octets[15];
    this.bytes += restBytes;
    const command = octets[12] ^ VERSION_2;
    if (command > COMMAND.PROXY || this.bytes > PROXY_BYTES_MAX) return PROXY_READ.BAD;
    this.isLocal = command === COMMAND.LOCAL;
    // The family of a LOCAL header means nothing, and is skipped with all the rest.
    if (!this.isLocal && !isUsable(octets[13], restBytes)) return PROXY_READ.BAD;
    if (length < this.bytes) return PROXY_READ.PARTIAL;
    if (!this.isLocal) this.#readClient(octets, octets[13] >> 4);
    return PROXY_READ.WHOLE;
  }

  #readClient(octets: Uint8Array, family: number): void {
    const { client } = this;
    const at = PROXY_FIXED_BYTES;
    client.family = family === FAMILY.INET ? 4 : 6;
    client.w0 = word(octets, at);
    if (client.family === 4) return;
    client.w1 = word(octets, at + 4);
    client.w2 = word(octets, at + 8);
    client.w3 = word(octets, at + 12);
    // Proxies with one socket for both families write IPv4 clients like this. They must count as the same network as
    // otherwise.
    const isMapped = client.w0 === 0 && client.w1 === 0 && client.w2 === 0xffff;
    if (!isMapped) return;
    client.family = 4;
    client.w0 = client.w3;
  }
}

/** Whether the addresses are of a kind that a DNS client has, and complete. */
function isUsable(kind: number, restBytes: number): boolean {
  const family = kind >> 4;
  const transport = kind & 15;
  if (transport !== TRANSPORT.STREAM && transport !== TRANSPORT.DGRAM) return false;
  return (family === FAMILY.INET || family === FAMILY.INET6) && restBytes >= ADDRESSES_BYTES[family];
}

function word(octets: Uint8Array, at: number): number {
  return (octets[at] << 24) | (octets[at + 1] << 16) | (octets[at + 2] << 8) | octets[at + 3];
}
