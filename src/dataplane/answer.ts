import { RCODE, TYPE } from '../dns/constants.ts';
import { DECODED, type Decoded, decodeQuery, isInternet, Query } from '../dns/query.ts';
import { isMetaType } from '../dns/types.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { Random } from '../util/random.ts';
import { Resolution, type Source } from './resolution.ts';
import { ResponseWriter } from './response.ts';
import { Steering } from './steer.ts';

/**
 * The one answer function of every transport: bytes in, bytes out. Holds the scratch of one worker, so that a query
 * allocates nothing. Nothing a client sends makes it throw: malformed input has a response code, or silence.
 */
export class Answerer {
  readonly #query = new Query();
  readonly #writer = new ResponseWriter();
  readonly #resolution: Resolution;

  constructor(random: Random) {
    this.#resolution = new Resolution(this.#writer, new Steering(random));
  }

  /** The response to the last message; valid until the next. */
  get out(): Uint8Array {
    return this.#writer.out;
  }

  /** Answers `message[0, length)`. Returns the length of the response in `out`, 0 for none. */
  answer(snapshot: Snapshot, message: Uint8Array, length: number, source: Source): number {
    const query = this.#query;
    const decoded = decodeQuery(message, length, query);
    if (decoded === DECODED.IGNORE) return 0;
    const writer = this.#writer;
    writer.begin(message, query, source.isStream);
    writer.rcode = rcodeOf(decoded, query);
    if (writer.rcode === RCODE.NOERROR) this.#resolution.resolve(snapshot, query, message, source);
    return writer.finish(message, query);
  }
}

/** The response code that decoding alone decides; NOERROR where the zones decide. */
function rcodeOf(decoded: Decoded, query: Query): number {
  if (decoded === DECODED.FORMERR) return RCODE.FORMERR;
  if (decoded === DECODED.NOTIMP) return RCODE.NOTIMP;
  if (decoded === DECODED.BADVERS) return RCODE.BADVERS;
  // No other class is served.
  return isInternet(query.qclass) ? rcodeOfType(query.qtype) : RCODE.REFUSED;
}

/** What a type alone decides, as BIND does; NOERROR for types that a zone may have, and for ANY. */
function rcodeOfType(qtype: number): number {
  if (!isMetaType(qtype) || qtype === TYPE.ANY) return RCODE.NOERROR;
  // Zones are not handed out to whoever asks (RFC 5936 section 5).
  if (qtype === TYPE.AXFR || qtype === TYPE.IXFR) return RCODE.REFUSED;
  // Obsolete questions (RFC 1035 section 3.2.3).
  if (qtype === TYPE.MAILA || qtype === TYPE.MAILB) return RCODE.NOTIMP;
  // OPT, TSIG, NXNAME (RFC 9824 section 3.5) and their like are no types to ask for.
  return RCODE.FORMERR;
}
