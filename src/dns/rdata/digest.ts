import type { RdataType } from './contract.ts';
import { decimalFromText, integer, type Rule, remainingHex, sequenceOf, uint8, uint16 } from './fields.ts';

/** Octets that a digest has, by the number of its kind; other kinds may have any length. */
type DigestBytes = Readonly<Record<number, number>>;

const DS_DIGEST_BYTES: DigestBytes = { 1: 20, 2: 32, 3: 32, 4: 48 };
const SSHFP_FINGERPRINT_BYTES: DigestBytes = { 1: 20, 2: 32 };
const TLSA_DIGEST_BYTES: DigestBytes = { 1: 32, 2: 64 };

/** Mnemonics that a DS may show instead of numbers (RFC 4034 appendix A.1, and the IANA registry since). */
const DNSSEC_ALGORITHM: Readonly<Record<string, number>> = {
  RSAMD5: 1,
  DH: 2,
  DSA: 3,
  RSASHA1: 5,
  'DSA-NSEC3-SHA1': 6,
  'RSASHA1-NSEC3-SHA1': 7,
  RSASHA256: 8,
  RSASHA512: 10,
  'ECC-GOST': 12,
  ECDSAP256SHA256: 13,
  ECDSAP384SHA384: 14,
  ED25519: 15,
  ED448: 16,
  INDIRECT: 252,
  PRIVATEDNS: 253,
  PRIVATEOID: 254,
};

const algorithm = integer(
  1,
  'a DNSSEC algorithm: a number from 0 to 255, or a mnemonic such as ECDSAP256SHA256',
  (text) => DNSSEC_ALGORITHM[text.toUpperCase()] ?? decimalFromText(text, 0xff),
);

/** The usual mistake is a digest cut short while pasting, and with that nothing resolves. */
function digestIsWhole(bytesByKind: DigestBytes, kindAt: number): Rule {
  const digestAt = kindAt + 1;
  const lengths = Object.entries(bytesByKind).map(([kind, bytes]) => `${2 * bytes} for type ${kind}`);
  return {
    expected: `a whole digest: hexadecimal digits, ${lengths.join(', ')}`,
    holds(rdata) {
      const bytes = bytesByKind[rdata.charCodeAt(kindAt)];
      return bytes === undefined || rdata.length - digestAt === bytes;
    },
  };
}

/** Key Tag, Algorithm, Digest Type, Digest (RFC 4034 section 5; digest types: RFC 4509, RFC 5933, RFC 6605). */
export const ds: RdataType = sequenceOf([uint16, algorithm, uint8, remainingHex], digestIsWhole(DS_DIGEST_BYTES, 3));

/** Algorithm, Fingerprint Type, Fingerprint (RFC 4255 section 3.1, RFC 6594). */
export const sshfp: RdataType = sequenceOf([uint8, uint8, remainingHex], digestIsWhole(SSHFP_FINGERPRINT_BYTES, 1));

/** Certificate Usage, Selector, Matching Type, Certificate Association Data (RFC 6698 section 2.1). */
export const tlsa: RdataType = sequenceOf([uint8, uint8, uint8, remainingHex], digestIsWhole(TLSA_DIGEST_BYTES, 2));

/** The same for certificates of mail (RFC 8162 section 2). */
export const smimea: RdataType = tlsa;
