import { TYPE } from '../constants.ts';
import type { WireName } from '../name.ts';
import { type TypeName, typeToText } from '../types.ts';
import { a, aaaa } from './a.ts';
import { afsdb } from './afsdb.ts';
import { caa } from './caa.ts';
import { RDATA_BYTES_MAX, type RdataType } from './contract.ts';
import { ds, smimea, sshfp, tlsa } from './digest.ts';
import { formatGeneric, isGeneric, parseGeneric } from './generic.ts';
import { hinfo } from './hinfo.ts';
import { kx } from './kx.ts';
import { loc } from './loc.ts';
import { mx } from './mx.ts';
import { naptr } from './naptr.ts';
import { flattened } from './octets.ts';
import { openpgpkey } from './openpgpkey.ts';
import { type RdataFault, RdataReader, type RdataToken } from './reader.ts';
import { rp } from './rp.ts';
import { singleName } from './single-name.ts';
import { soa } from './soa.ts';
import { srv } from './srv.ts';
import { svcb } from './svcb.ts';
import { txt } from './txt.ts';
import { uri } from './uri.ts';

/**
 * Types with a mnemonic whose content Aya reads and writes only in the form of RFC 3597: they are for messages only, or
 * made by signers.
 */
type OpaqueTypeName =
  | 'OPT'
  | 'RRSIG'
  | 'NSEC'
  | 'DNSKEY'
  | 'NSEC3'
  | 'NSEC3PARAM'
  | 'TSIG'
  | 'IXFR'
  | 'AXFR'
  | 'MAILB'
  | 'MAILA'
  | 'ANY';

export type RdataTypeName = Exclude<TypeName, OpaqueTypeName>;

const RDATA = {
  A: a,
  NS: singleName,
  CNAME: singleName,
  SOA: soa,
  PTR: singleName,
  HINFO: hinfo,
  MX: mx,
  TXT: txt,
  RP: rp,
  AFSDB: afsdb,
  AAAA: aaaa,
  LOC: loc,
  SRV: srv,
  NAPTR: naptr,
  KX: kx,
  DNAME: singleName,
  DS: ds,
  SSHFP: sshfp,
  TLSA: tlsa,
  SMIMEA: smimea,
  OPENPGPKEY: openpgpkey,
  SVCB: svcb,
  HTTPS: svcb,
  URI: uri,
  CAA: caa,
} satisfies Record<RdataTypeName, RdataType>;

/** The types whose content has a form of its own, besides that of RFC 3597. */
export const RDATA_TYPE_NAMES = Object.keys(RDATA) as readonly RdataTypeName[];

const rdataTypeByNumber = new Map<number, RdataType>(RDATA_TYPE_NAMES.map((name) => [TYPE[name], RDATA[name]]));

export type ParsedRdata =
  | { readonly ok: true; readonly rdata: string }
  | { readonly ok: false; readonly fault: RdataFault };

/**
 * Rdata of `type` from the words after the type: in the type's own form, or as `\# length hex` for any type (RFC 3597
 * section 5).
 */
export function parseRdata(type: number, tokens: readonly RdataToken[], origin?: WireName): ParsedRdata {
  const reader = new RdataReader(tokens, origin);
  const rdata = isGeneric(tokens) ? parseGeneric(reader) : parseByType(type, reader);
  reader.expectEnd();
  if (!isValidRdata(type, rdata))
    reader.refuse(`at most ${RDATA_BYTES_MAX} octets that are ${typeToText(type)} content`);
  return reader.fault === undefined ? { ok: true, rdata: flattened(rdata) } : { ok: false, fault: reader.fault };
}

function parseByType(type: number, reader: RdataReader): string {
  const rdataType = rdataTypeByNumber.get(type);
  if (rdataType !== undefined) return rdataType.parse(reader);
  reader.take('\\#, a length and hexadecimal digits (RFC 3597)');
  reader.refuse(`content of ${typeToText(type)} as \\#, a length and hexadecimal digits (RFC 3597)`);
  return '';
}

/** The rdata as `parseRdata` reads it. Octets that are not the type's content come out as `\# length hex`. */
export function formatRdata(type: number, rdata: string): string {
  const rdataType = rdataTypeByNumber.get(type);
  return rdataType?.isValid(rdata) ? rdataType.format(rdata) : formatGeneric(rdata);
}

/** Whether the octets are valid content of that type. If the type has no form of its own, they always are. */
export function isValidRdata(type: number, rdata: string): boolean {
  return rdata.length <= RDATA_BYTES_MAX && (rdataTypeByNumber.get(type)?.isValid(rdata) ?? true);
}
