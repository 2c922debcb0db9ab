import type { Conversation } from '../conversation.ts';
import { failure, type ProbeOutcome } from '../probe.ts';
import type { DatabaseProtocol } from './protocol.ts';

// PostgreSQL's "Message Formats": a length that includes itself, then a version, or this in place of one.
const SSL_REQUEST = 80_877_103;
const VERSION_3 = 3 << 16;

/** What a server says that is there and can't serve: crash recovery, shutdown, no connection left. */
const NOT_SERVING: ReadonlySet<string> = new Set(['57P01', '57P02', '57P03', '53300']);

// Longer than any of the two replies that decide.
const REPLY_BYTES_MAX = 16 * 1024;

/**
 * Begins a session and hangs up when the server asks who is there. That nobody may come as `aya` is an answer of a
 * server that works.
 */
const greeting: Conversation = {
  opening: startup({ user: 'aya', database: 'postgres', application_name: 'aya-probe' }),
  judge(heard) {
    if (heard.length === 0) return undefined;
    const type = String.fromCharCode(heard[0]!);
    if (type !== 'R' && type !== 'E') return failure('not PostgreSQL');
    if (heard.length < 5) return undefined;
    const bytes = 1 + heard.readUInt32BE(1);
    if (bytes < 9 || bytes > REPLY_BYTES_MAX) return failure('not PostgreSQL');
    if (type === 'R') return { ok: true };
    return heard.length < bytes ? undefined : judgeError(heard.toString('utf8', 5, bytes));
  },
};

const startTls: Conversation = {
  opening: message(SSL_REQUEST, ''),
  judge(heard) {
    if (heard.length === 0) return undefined;
    // More than the one octet would be what somebody in between has slipped in (CVE-2021-23222).
    if (heard.toString('latin1') === 'S') return { ok: true };
    return failure(heard[0] === 0x4e ? 'TLS failed: not offered' : 'not PostgreSQL');
  },
};

export const postgresql: DatabaseProtocol = { greeting, startTls };

/** An ErrorResponse: fields of a letter and text. C is the SQLSTATE, M the message. */
function judgeError(text: string): ProbeOutcome {
  const fields = new Map(text.split('\0').map((field) => [field.slice(0, 1), field.slice(1)]));
  const code = fields.get('C') ?? '';
  if (!NOT_SERVING.has(code)) return { ok: true };
  return failure(`PostgreSQL says ${code}: ${(fields.get('M') ?? '').replace(/[\s\p{Cc}]+/gu, ' ').slice(0, 100)}`);
}

function startup(parameters: Readonly<Record<string, string>>): Buffer {
  return message(VERSION_3, `${Object.entries(parameters).flat().join('\0')}\0\0`);
}

function message(version: number, text: string): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + text.length, 0);
  head.writeUInt32BE(version, 4);
  return Buffer.concat([head, Buffer.from(text, 'latin1')]);
}
