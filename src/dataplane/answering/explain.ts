import { CLASS, NAME_BYTES_MAX, RCODE, TYPE } from '../../dns/constants.ts';
import { type Query, u16 } from '../../dns/query.ts';
import { NODE, RECORD_FIXED_BYTES, RRSET } from '../../snapshot/names.ts';
import { ROW, SERVICE_FORM, type ServiceForm } from '../../snapshot/service.ts';
import type { ExplainSettings } from '../../snapshot/settings.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { ClientAddress } from './client.ts';
import { Lookup, OUTCOME } from './lookup.ts';
import { isInOneOf } from './network.ts';
import { EXTENDED_ERROR } from './opt.ts';
import { QNAME_AT, type ResponseWriter, SECTION } from './response.ts';
import { setClient } from './services.ts';
import type { Source } from './source.ts';
import type { Steering } from './steer.ts';

/** CNAMEs followed from the name that is asked about: as many as for an answer. */
const CHAIN_MAX = 8;

/** There is no text. */
const NO_TEXT = -1;

/** The answer for a name at which no service answers: a TXT record, ready to be copied. */
const NO_SERVICE = recordOf('service=none');

/**
 * Explains answers by TXT records: for `www.example.com.<name>`, the rows from which www.example.com is answered to the
 * client that the query speaks for. Their texts lie ready in the service's block. Allocates nothing.
 */
export class Explaining {
  readonly #settings: ExplainSettings;
  readonly #steering: Steering;
  readonly #writer: ResponseWriter;
  readonly #lookup = new Lookup();
  readonly #client = new ClientAddress();
  /** The name that is asked about: the question's without its end. */
  readonly #name = new Uint8Array(NAME_BYTES_MAX);

  constructor(settings: ExplainSettings, steering: Steering, writer: ResponseWriter) {
    this.#settings = settings;
    this.#steering = steering;
    this.#writer = writer;
  }

  /** Answers a question for an explanation. Returns false if it is not one, or if its sender may not have one. */
  answer(snapshot: Snapshot, query: Query, source: Source): boolean {
    if (query.qtype !== TYPE.TXT || query.qclass !== CLASS.IN || !this.#takeName()) return false;
    // The sender counts, not the client: anyone can write anything into a Client Subnet.
    source.resolverAddress(this.#client);
    if (!isInOneOf(this.#settings.allow, this.#client)) return false;
    this.#writer.isAuthoritative = true;
    const node = this.#find(snapshot);
    if (node === 0) this.#write(NO_SERVICE, 0);
    else this.#explain(snapshot, node, query, source);
    return true;
  }

  /**
   * Takes the part of the question's name before the name for explanations. Returns false if it does not end in that
   * name.
   */
  #takeName(): boolean {
    const end = this.#settings.name;
    this.#lookup.setName(this.#writer.out, QNAME_AT);
    const { name, nameBytes } = this.#lookup;
    const prefixBytes = nameBytes - end.length;
    let at = 0;
    while (at < prefixBytes) at += 1 + name[at];
    if (at !== prefixBytes) return false;
    for (let index = 0; index < end.length; index++) if (name[at + index] !== end[index]) return false;
    for (let index = 0; index < at; index++) this.#name[index] = name[index];
    this.#name[at] = 0;
    return true;
  }

  /** The node of the service that answers for the name, perhaps by CNAMEs of the zones; 0: there is none. */
  #find({ names }: Snapshot): number {
    const { words, octets } = names;
    const lookup = this.#lookup;
    lookup.setName(this.#name, 0);
    for (let chain = 0; chain <= CHAIN_MAX; chain++) {
      lookup.find(names, TYPE.A);
      if (lookup.outcome !== OUTCOME.FOUND) return 0;
      if (words[lookup.node + NODE.SERVICE_PLUS_1] !== 0) return lookup.node;
      const cname = names.rrset(lookup.node, TYPE.CNAME);
      if (cname === 0) return 0;
      lookup.setName(octets, words[cname + RRSET.RECORDS_AT] + RECORD_FIXED_BYTES);
    }
    return 0;
  }

  /** Writes one record for A and one for AAAA: both or, where there is no room, neither. */
  #explain(snapshot: Snapshot, node: number, query: Query, source: Source): void {
    const { words } = snapshot.names;
    const slot = words[node + NODE.SERVICE_PLUS_1] - 1;
    // A CNAME is answered where there is nothing else (see Resolution).
    const isAlone = words[node + NODE.RRSET_COUNT] === 0;
    setClient(this.#client, query, source);
    const a = this.#textAt(snapshot, slot, isAlone ? SERVICE_FORM.A_OR_CNAME : SERVICE_FORM.A);
    const aaaa = this.#textAt(snapshot, slot, isAlone ? SERVICE_FORM.AAAA_OR_CNAME : SERVICE_FORM.AAAA);
    if (a === NO_TEXT || aaaa === NO_TEXT) {
      this.#fail();
      return;
    }
    const { records } = snapshot.services[slot];
    const start = this.#writer.at;
    if (this.#write(records, a) && !this.#write(records, aaaa)) this.#writer.rollBack(SECTION.ANSWER, start, 1);
  }

  /** Where the text of the client's row stands among the service's records. */
  #textAt(snapshot: Snapshot, slot: number, form: ServiceForm): number {
    const steering = this.#steering;
    const words = snapshot.services[slot]?.words;
    // Settings and blocks do not arrive at the same moment: older blocks may have no texts.
    if (words === undefined) return NO_TEXT;
    const row = steering.rowFor(snapshot, words, words[form], this.#client);
    this.#writer.scopeBits = Math.max(this.#writer.scopeBits, steering.scopeBits);
    return words[row + ROW.TEXT_AT_PLUS_1] - 1;
  }

  #write(records: Uint8Array, at: number): boolean {
    const recordBytes = RECORD_FIXED_BYTES + u16(records, at + 10);
    // TTL 0: it speaks of this server at this moment.
    const fits = this.#writer.copyAlike(records, at, recordBytes, 1, 0, QNAME_AT, 0);
    this.#writer.isTruncated = !fits;
    return fits;
  }

  #fail(): void {
    this.#writer.isAuthoritative = false;
    this.#writer.rcode = RCODE.SERVFAIL;
    this.#writer.extendedError = EXTENDED_ERROR.NOT_READY;
  }
}

/** A record of one string of at most 255 octets; its owner and TTL are set when it is copied. */
function recordOf(text: string): Uint8Array {
  const record = Buffer.alloc(RECORD_FIXED_BYTES + 1 + text.length);
  record.writeUInt16BE(TYPE.TXT, 2);
  record.writeUInt16BE(CLASS.IN, 4);
  record.writeUInt16BE(1 + text.length, 10);
  record.writeUInt8(text.length, RECORD_FIXED_BYTES);
  record.write(text, RECORD_FIXED_BYTES + 1, 'latin1');
  return record;
}
