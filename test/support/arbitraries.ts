import fc from 'fast-check';
import { TYPE } from '../../src/dns/constants.ts';
import type { WireName } from '../../src/dns/name.ts';
import { octetsFromInteger } from '../../src/dns/rdata/octets.ts';
import type { RdataTypeName } from '../../src/dns/rdata/rdata.ts';

/** Wire strings of any octets. */
export function octets(minLength: number, maxLength: number): fc.Arbitrary<string> {
  return fc.uint8Array({ minLength, maxLength }).map((bytes) => Buffer.from(bytes).toString('latin1'));
}

function integer(byteCount: 1 | 2 | 4): fc.Arbitrary<string> {
  return fc.integer({ min: 0, max: 2 ** (8 * byteCount) - 1 }).map((value) => octetsFromInteger(value, byteCount));
}

const label = fc.oneof(octets(1, 8), octets(1, 63), fc.constantFrom('*', '@', '.', '\\', '$', 'WWW', '\\#'));

/** Names of any labels, most of them short and some at the limit of 255 octets. */
export const anyName: fc.Arbitrary<WireName> = fc
  .array(label, { maxLength: 127 })
  .map((labels) => labels.reduce((name, text) => withLabel(name, text), '\0'));

function withLabel(name: WireName, text: string): WireName {
  return name.length + 1 + text.length <= 255 ? octetsFromInteger(text.length, 1) + text + name : name;
}

const characterString = octets(0, 255).map((text) => octetsFromInteger(text.length, 1) + text);
const tag = fc.stringMatching(/^[a-zA-Z0-9]{1,15}$/).map((text) => octetsFromInteger(text.length, 1) + text);

function sequence(...parts: fc.Arbitrary<string>[]): fc.Arbitrary<string> {
  return fc.tuple(...parts).map((texts) => texts.join(''));
}

function digest(lead: fc.Arbitrary<string>, bytesByKind: Readonly<Record<number, number>>): fc.Arbitrary<string> {
  const known = Object.entries(bytesByKind).map(([kind, bytes]) =>
    sequence(fc.constant(octetsFromInteger(Number(kind), 1)), octets(bytes, bytes)),
  );
  return sequence(lead, fc.oneof(...known, sequence(fc.constant('\xff'), octets(1, 80))));
}

const lengthOctet = fc
  .record({ digit: fc.integer({ min: 1, max: 9 }), exponent: fc.integer({ min: 0, max: 9 }) })
  .map(({ digit, exponent }) => octetsFromInteger((digit << 4) | exponent, 1));

function angle(degreesMax: number): fc.Arbitrary<string> {
  const arcMsMax = degreesMax * 3_600_000;
  return fc.integer({ min: -arcMsMax, max: arcMsMax }).map((arcMs) => octetsFromInteger(2 ** 31 + arcMs, 4));
}

const loc = sequence(
  fc.constant('\0'),
  fc.oneof(lengthOctet, fc.constant('\0')),
  lengthOctet,
  lengthOctet,
  angle(90),
  angle(180),
  integer(4),
);

/** Keys with values of their form; the mandatory ones are drawn from those that are there. */
const svcb = fc
  .record(
    {
      1: fc
        .array(octets(1, 255), { minLength: 1, maxLength: 4 })
        .map((ids) => ids.map((id) => octetsFromInteger(id.length, 1) + id).join('')),
      2: fc.constant(''),
      3: integer(2),
      4: fc.array(octets(4, 4), { minLength: 1, maxLength: 4 }).map((all) => all.join('')),
      5: octets(1, 50),
      6: fc.array(octets(16, 16), { minLength: 1, maxLength: 4 }).map((all) => all.join('')),
      7: octets(0, 50),
      65534: octets(0, 300),
    },
    { requiredKeys: [] },
  )
  .chain((drawn) => {
    const params = new Map(Object.entries(drawn).map(([key, value]) => [Number(key), value]));
    // Alone it would contradict itself (RFC 9460 section 7.1.1).
    if (!params.has(1)) params.delete(2);
    return fc.record({ params: fc.constant(params), mandatory: fc.subarray([...params.keys()]) });
  })
  .map(({ params, mandatory }) => {
    const value = mandatory.sort((a, b) => a - b).map((key) => octetsFromInteger(key, 2));
    const all = value.length === 0 ? [...params] : [[0, value.join('')] as const, ...params];
    return all
      .sort(([a], [b]) => a - b)
      .map(([key, text]) => octetsFromInteger(key, 2) + octetsFromInteger(text.length, 2) + text)
      .join('');
  });

/** Valid rdata of every type that has a form of its own. */
export const RDATA_ARBITRARIES = {
  A: octets(4, 4),
  NS: anyName,
  CNAME: anyName,
  SOA: sequence(anyName, anyName, ...Array<fc.Arbitrary<string>>(5).fill(integer(4))),
  PTR: anyName,
  HINFO: sequence(characterString, characterString),
  MX: sequence(integer(2), anyName),
  RP: sequence(anyName, anyName),
  AFSDB: sequence(integer(2), anyName),
  KX: sequence(integer(2), anyName),
  TXT: fc.array(characterString, { minLength: 1, maxLength: 5 }).map((strings) => strings.join('')),
  AAAA: fc.oneof(
    octets(16, 16),
    fc.array(fc.constantFrom('\0\0', '\0\x01'), { minLength: 8, maxLength: 8 }).map((all) => all.join('')),
  ),
  LOC: loc,
  SRV: sequence(integer(2), integer(2), integer(2), anyName),
  NAPTR: sequence(integer(2), integer(2), characterString, characterString, characterString, anyName),
  DNAME: anyName,
  DS: digest(sequence(integer(2), integer(1)), { 1: 20, 2: 32, 4: 48 }),
  SSHFP: digest(integer(1), { 1: 20, 2: 32 }),
  TLSA: digest(sequence(integer(1), integer(1)), { 1: 32, 2: 64 }),
  SMIMEA: digest(sequence(integer(1), integer(1)), { 1: 32, 2: 64 }),
  OPENPGPKEY: octets(1, 300),
  SVCB: sequence(integer(2), anyName, svcb),
  HTTPS: sequence(integer(2), anyName, svcb),
  URI: sequence(integer(2), integer(2), octets(1, 300)),
  CAA: sequence(integer(1), tag, octets(0, 300)),
} satisfies Record<RdataTypeName, fc.Arbitrary<string>>;

/** A type that has a form of its own, with valid rdata. */
export const typeAndRdata: fc.Arbitrary<{ type: number; rdata: string }> = fc.oneof(
  ...Object.entries(RDATA_ARBITRARIES).map(([name, rdatas]) =>
    rdatas.map((rdata) => ({ type: TYPE[name as RdataTypeName], rdata })),
  ),
);
