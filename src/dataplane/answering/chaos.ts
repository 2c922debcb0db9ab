import { CLASS, HEADER_BYTES, TYPE } from '../../dns/constants.ts';
import type { Query } from '../../dns/query.ts';
import type { PlaneSettings } from '../../snapshot/settings.ts';
import { QNAME_AT, type ResponseWriter, SECTION } from './response.ts';

/** A name of class CHAOS that the server answers, in lower-case wire form, and its TXT record, ready to be copied. */
interface Saying {
  readonly name: Uint8Array;
  readonly record: Uint8Array;
}

/** What the server says of itself in class CHAOS (RFC 4892; `version.bind` and `hostname.bind` are BIND's custom). */
export class Chaos {
  readonly #sayings: readonly Saying[];

  constructor({ nsid, hostname, version }: PlaneSettings) {
    this.#sayings = [
      ...saying('id.server', nsid),
      ...saying('hostname.bind', hostname),
      ...saying('version.bind', version),
      ...saying('version.server', version),
    ];
  }

  /** Answers a question of class CHAOS; false where there is nothing to say. */
  answer(query: Query, writer: ResponseWriter): boolean {
    if (query.qtype !== TYPE.TXT && query.qtype !== TYPE.ANY) return false;
    for (const { name, record } of this.#sayings) {
      if (!isAsked(name, writer.out, query.questionEnd)) continue;
      writer.isAuthoritative = true;
      writer.isTruncated = !writer.copyRecords(SECTION.ANSWER, record, 0, record.length, 1, QNAME_AT);
      return true;
    }
    return false;
  }
}

function saying(name: string, text: string | undefined): Saying[] {
  if (text === undefined) return [];
  const wire = name.split('.').map((label) => String.fromCharCode(label.length) + label);
  const record = Buffer.alloc(HEADER_BYTES + 1 + text.length);
  record.writeUInt16BE(0xc000 | QNAME_AT);
  record.writeUInt16BE(TYPE.TXT, 2);
  record.writeUInt16BE(CLASS.CH, 4);
  record.writeUInt16BE(1 + text.length, 10); // the TTL before it is 0: it speaks of this server alone
  record.writeUInt8(text.length, 12);
  record.write(text, 13, 'latin1');
  return [{ name: Buffer.from(`${wire.join('')}\0`, 'latin1'), record }];
}

/**
 * Whether the question's name is `name`, in whatever case. No octet of these names but a letter differs by case alone.
 */
function isAsked(name: Uint8Array, message: Uint8Array, questionEnd: number): boolean {
  if (questionEnd - QNAME_AT - 4 !== name.length) return false;
  for (let index = 0; index < name.length; index++) {
    const octet = message[QNAME_AT + index];
    if (name[index] !== (octet >= 0x41 && octet <= 0x5a ? octet | 0x20 : octet)) return false;
  }
  return true;
}
