import type { Conversation } from '../conversation.ts';
import { failure, type ProbeOutcome } from '../probe.ts';
import type { DatabaseProtocol } from './protocol.ts';

const HANDSHAKE_V10 = 0x0a;
const ERROR = 0xff;

// Of the capability flags ("Protocol::HandshakeV10").
const PROTOCOL_41 = 0x200;
const SSL = 0x800;
const SECURE_CONNECTION = 0x8000;
const UTF8MB4 = 45;

// A handshake is some 100 octets; an error's message at most 512.
const GREETING_BYTES_MAX = 1_024;

/** The server speaks first: its handshake says that it takes connections, an error packet that it doesn't. */
const greeting: Conversation = { opening: undefined, judge: (heard) => judge(heard, 0) };

const startTls: Conversation = { opening: undefined, judge: (heard) => judge(heard, SSL) };

export const mysql: DatabaseProtocol = { greeting, startTls, tlsRequest: sslRequest(), isGreetedFirst: true };

function judge(heard: Buffer, capability: number): ProbeOutcome | undefined {
  if (heard.length < 5) return undefined;
  const bytes = 4 + heard.readUIntLE(0, 3);
  if (bytes > GREETING_BYTES_MAX) return failure('not MySQL');
  if (heard.length < bytes) return undefined;
  const packet = heard.subarray(4, bytes);
  if (packet[0] === ERROR && packet.length >= 3) {
    const text = packet.toString('utf8', 3).replace(/[\s\p{Cc}]+/gu, ' ');
    return failure(`MySQL says ${packet.readUInt16LE(1)}: ${text.slice(0, 100)}`);
  }
  const flags = packet[0] === HANDSHAKE_V10 ? capabilitiesOf(packet) : undefined;
  if (flags === undefined) return failure('not MySQL');
  return (flags & capability) === capability ? { ok: true } : failure('TLS failed: not offered');
}

/** Behind the version's text: a thread id of 4 octets, 8 of a nonce, a zero, and the lower half of the flags. */
function capabilitiesOf(packet: Buffer): number | undefined {
  const end = packet.indexOf(0, 1);
  return end < 0 || packet.length < end + 16 ? undefined : packet.readUInt16LE(end + 14);
}

/** What asks for TLS: an answer to the handshake, cut off where it would say who we are. */
function sslRequest(): Buffer {
  const packet = Buffer.alloc(4 + 32);
  packet.writeUIntLE(32, 0, 3);
  packet[3] = 1; // the second packet of the exchange
  packet.writeUInt32LE(PROTOCOL_41 | SSL | SECURE_CONNECTION, 4);
  packet.writeUInt32LE(1 << 24, 8);
  packet[12] = UTF8MB4;
  return packet;
}
