/** Numbers of the DNS protocol, by the names of the IANA "Domain Name System (DNS) Parameters" registry. */

/** RR TYPEs that Aya knows by name; any other is written TYPEn (RFC 3597 section 5). */
export const TYPE = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  PTR: 12,
  HINFO: 13,
  MX: 15,
  TXT: 16,
  RP: 17,
  AFSDB: 18,
  AAAA: 28,
  LOC: 29,
  SRV: 33,
  NAPTR: 35,
  KX: 36,
  DNAME: 39,
  OPT: 41,
  DS: 43,
  SSHFP: 44,
  RRSIG: 46,
  NSEC: 47,
  DNSKEY: 48,
  NSEC3: 50,
  NSEC3PARAM: 51,
  TLSA: 52,
  SMIMEA: 53,
  OPENPGPKEY: 61,
  SVCB: 64,
  HTTPS: 65,
  TSIG: 250,
  IXFR: 251,
  AXFR: 252,
  MAILB: 253,
  MAILA: 254,
  ANY: 255,
  URI: 256,
  CAA: 257,
} as const;

/** DNS CLASSes (RFC 1035 section 3.2.4; NONE and ANY: RFC 2136). */
export const CLASS = { IN: 1, CH: 3, HS: 4, NONE: 254, ANY: 255 } as const;

/** OpCodes (RFC 1035 section 4.1.1; NOTIFY: RFC 1996; UPDATE: RFC 2136). */
export const OPCODE = { QUERY: 0, IQUERY: 1, STATUS: 2, NOTIFY: 4, UPDATE: 5 } as const;

/** RCODEs; BADVERS and BADCOOKIE need the upper bits that OPT carries (RFC 6891 section 6.1.3). */
export const RCODE = {
  NOERROR: 0,
  FORMERR: 1,
  SERVFAIL: 2,
  NXDOMAIN: 3,
  NOTIMP: 4,
  REFUSED: 5,
  YXDOMAIN: 6,
  NOTAUTH: 9,
  BADVERS: 16,
  BADCOOKIE: 23,
} as const;

/** Errors that a TSIG record carries (RFC 8945 section 3). */
export const TSIG_ERROR = { BADKEY: 17 } as const;

/** EDNS option codes (RFC 6891 section 9). */
export const OPTION = {
  NSID: 3,
  CLIENT_SUBNET: 8,
  COOKIE: 10,
  TCP_KEEPALIVE: 11,
  PADDING: 12,
  EXTENDED_ERROR: 15,
} as const;

/** ADDRESS FAMILY numbers as EDNS Client Subnet uses them (RFC 7871 section 6). */
export const FAMILY = { IPV4: 1, IPV6: 2 } as const;

/** Octets in a message header (RFC 1035 section 4.1.1). */
export const HEADER_BYTES = 12;

/** Octets of a record between its owner and its rdata: type, class, TTL, rdlength (RFC 1035 section 4.1.3). */
export const RECORD_FIXED_BYTES = 10;

/** Octets of a name in wire form, root label included (RFC 1035 section 3.1). */
export const NAME_BYTES_MAX = 255;

/** Octets of one label (RFC 1035 section 3.1). */
export const LABEL_BYTES_MAX = 63;
