import * as Dns from '../../dns/constants.ts';
import * as Queries from '../../dns/query.ts';
import { type Decoded, isInternet, type Query } from '../../dns/query.ts';
import { isMetaType } from '../../dns/types.ts';
import type { ExtendedError } from './opt.ts';
import * as Opt from './opt.ts';

// Bound in this module: V8 would look an imported constant up again at each use.
const { RCODE, TYPE } = Dns;
const { DECODED } = Queries;
const { EXTENDED_ERROR } = Opt;

/** Why a query was refused (RFC 8914 section 4). */
export function refusal({ qclass, qtype }: Query): ExtendedError {
  if (!isInternet(qclass)) return EXTENDED_ERROR.NOT_SUPPORTED;
  return qtype === TYPE.AXFR || qtype === TYPE.IXFR ? EXTENDED_ERROR.PROHIBITED : EXTENDED_ERROR.NOT_AUTHORITATIVE;
}

/** The response code that decoding alone decides; NOERROR if the zones decide. */
export function rcodeOf(decoded: Decoded, query: Query): number {
  if (decoded === DECODED.FORMERR) return RCODE.FORMERR;
  if (decoded === DECODED.NOTIMP) return RCODE.NOTIMP;
  if (decoded === DECODED.BADVERS) return RCODE.BADVERS;
  if (decoded === DECODED.BADKEY) return RCODE.NOTAUTH;
  return decoded === DECODED.OK ? rcodeOfType(query.qtype) : RCODE.NOERROR;
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
