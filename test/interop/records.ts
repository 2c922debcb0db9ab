import type { RdataTypeName } from '../../src/dns/rdata/rdata.ts';

/** A record as a master file has it, in one of the ways to write it, and how BIND writes it out. */
export interface Sample {
  readonly owner: string;
  readonly type: string;
  readonly written: string;
  /** Where it differs from what was written. */
  readonly shown?: string;
}

const SHA1 = '2BB183AF5F22588179A53B0A98631FAD1A292118';
const SHA256 = 'D4B7D520E7BB5F0F67674A0CCEB1E3E0614B93C4F9E99B8383F6A1E4469DA50A';
const BIG = 'x'.repeat(255);

/** By type, all that Aya knows; the SOA and NS records are those of the zone. */
const BY_TYPE: Readonly<Record<Exclude<RdataTypeName, 'SOA' | 'NS'>, readonly (readonly [string, string?])[]>> = {
  A: [['192.0.2.1'], ['\\# 4 C0000202', '192.0.2.2']],
  AAAA: [['2001:db8::1'], ['2001:DB8:0:0:1:0:0:1', '2001:db8::1:0:0:1'], ['::ffff:192.0.2.1'], ['1:2:3:4:5:6:7:0']],
  CNAME: [['target', 'target.example.com.'], ['.'], ['a\\.b\\@c\\032d.example.com.']],
  DNAME: [['elsewhere.example.net.']],
  PTR: [['Host.Example.NET.'], ['@', 'example.com.'], ['\\200\\000.example.net.']],
  MX: [['10 mail', '10 mail.example.com.'], ['0 .']],
  HINFO: [['"PC" "Debian GNU/Linux"']],
  RP: [['admin .', 'admin.example.com. .']],
  AFSDB: [['1 db', '1 db.example.com.']],
  KX: [['10 kx', '10 kx.example.com.']],
  SMIMEA: [[`3 1 1 ${SHA256}`]],
  OPENPGPKEY: [['AQID BAU=', 'AQIDBAU=']],
  TXT: [
    ['plain "with space" ""', '"plain" "with space" ""'],
    ['"quote \\" backslash \\\\ octets \\000\\127\\255 ;()@"'],
    [`"${BIG}" "${BIG}"`],
    ['( "in" ; a comment\n "brackets" )', '"in" "brackets"'],
  ],
  SRV: [['1 2 5060 sip', '1 2 5060 sip.example.com.'], ['0 0 0 .']],
  CAA: [['0 issue "ca.example.net; policy=ev"'], ['128 iodef ""'], ['0 issuewild \\;', '0 issuewild ";"']],
  NAPTR: [
    ['100 10 "U" "E2U+sip" "!^.*$!sip:info@example.com!" .'],
    ['65535 0 "" "" "" a', '65535 0 "" "" "" a.example.com.'],
  ],
  TLSA: [[`3 1 1 ${SHA256}`], [`3 1 0 ${SHA256}${SHA256}${SHA256}`]],
  SSHFP: [[`4 1 ${SHA1}`], [`4 2 ${SHA256.toLowerCase()}`, `4 2 ${SHA256}`]],
  DS: [[`60485 5 1 ${SHA1}`], [`1 ECDSAP256SHA256 2 ${SHA256}`, `1 13 2 ${SHA256}`]],
  URI: [['10 1 "ftp://ftp.example.com/public"'], ['0 65535 "data:,\\"\\\\"']],
  LOC: [
    ['42 21 54 N 71 06 18 W -24m 30m', '42 21 54.000 N 71 6 18.000 W -24.00m 30m 10000m 10m'],
    ['0 0 0.001 S 179 59 59.999 E 0m 0m 0m 90000000m', '0 0 0.001 S 179 59 59.999 E 0.00m 0.00m 0.00m 90000000m'],
  ],
  SVCB: [
    ['0 alias', '0 alias.example.com.'],
    ['1 . alpn=h2,h3 port=8443', '1 . alpn="h2,h3" port=8443'],
    [
      '2 svc ech=AEj+DQ== mandatory=port,alpn alpn=h2 port=1',
      '2 svc.example.com. mandatory=alpn,port alpn="h2" port=1 ech=AEj+DQ==',
    ],
    ['3 svc.example.net. key667="hello\\210qoo"'],
  ],
  HTTPS: [
    ['1 . alpn="h2" no-default-alpn ipv4hint=192.0.2.1,192.0.2.2 ipv6hint=2001:db8::1'],
    ['16 foo.example.org. alpn="f\\\\\\\\oo\\\\,bar,h2"'],
  ],
};

const UNKNOWN: readonly (readonly [type: string, written: string, shown?: string])[] = [
  ['TYPE65280', '\\# 0'],
  ['TYPE65281', '\\# 3 abcdef', '\\# 3 ABCDEF'],
  ['TYPE65282', '( \\# 6 abcd\n EF012345 )', '\\# 6 ABCDEF012345'],
];

export const SAMPLES: readonly Sample[] = [
  ...Object.entries(BY_TYPE).flatMap(([type, forms]) => forms.map(([written, shown]) => ({ type, written, shown }))),
  ...UNKNOWN.map(([type, written, shown]) => ({ type, written, shown })),
].map(({ type, written, shown }, index) => ({ owner: `r${index}`, type, written, shown: shown ?? written }));

/** The zone with all of them, as text. */
export const ZONE = `$TTL 1h
@ IN SOA ns1 host\\.master ( 2026010100 ; serial
     2h 30m 2w 1m )
@ IN NS ns1
@ IN NS ns.example.net.
ns1 IN A 192.0.2.53
target IN A 192.0.2.54
mail IN A 192.0.2.55
sip IN A 192.0.2.56
$ORIGIN sub.example.com.
deep 1w2d IN A 192.0.2.57
     IN AAAA 2001:db8::57
*    IN A 192.0.2.58
Mixed\\.Case.\\065bc 0 IN TXT "the class, the TTL and the owner are repeated"
$ORIGIN example.com.
$TTL 90
${SAMPLES.map(({ owner, type, written }) => `${owner} ${delegationOf(type, owner)}IN ${type} ${written}`).join('\n')}
`;

/** A DS stands at a cut only. */
function delegationOf(type: string, owner: string): string {
  return type === 'DS' ? `IN NS ns.example.net.\n${owner} ` : '';
}
