import type { Conversation } from '../conversation.ts';
import { failure } from '../probe.ts';
import type { DatabaseProtocol } from './protocol.ts';

const REPLY_BYTES_MAX = 1_024;

/**
 * A PING. That one must log in first is an answer of a server that works; that it loads or has lost its master is not.
 */
const greeting: Conversation = {
  opening: Buffer.from('PING\r\n'),
  judge(heard) {
    if (heard.length === 0) return undefined;
    if (!'+-'.includes(String.fromCharCode(heard[0]!))) return failure('not Redis');
    const end = heard.indexOf('\r\n');
    if (end < 0) return heard.length > REPLY_BYTES_MAX ? failure('not Redis') : undefined;
    const line = heard.toString('utf8', 0, end);
    if (line === '+PONG' || line.startsWith('-NOAUTH')) return { ok: true };
    return failure(`Redis says ${line.slice(1, 101).replace(/[\s\p{Cc}]+/gu, ' ')}`);
  },
};

export const redis: DatabaseProtocol = { greeting };
