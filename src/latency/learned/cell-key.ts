/**
 * What a cell is, in 64 bits, as two unsigned numbers: an IPv6 /56 as it is, an IPv4 /24, an autonomous system in a
 * country or a country with a mark in the upper number. Exact and reversible, at 8 octets a cell.
 */
export interface CellKey {
  readonly high: number;
  readonly low: number;
}

const IPV4 = 0x0100_0000;
const ASN = 0x0200_0000;
const COUNTRY = 0x0300_0000;
const MARK = 0xff00_0000;

/** No country: reports from networks that geography does not know. */
export const NO_COUNTRY = 0;

/** `ZZ`, of which there are 26 times 26. */
export const COUNTRY_MAX = 26 * 26;

/** Two letters as a number, 1 to {@link COUNTRY_MAX}. */
export function countryNumber(code: string | undefined): number {
  return code === undefined ? NO_COUNTRY : (code.charCodeAt(0) - 65) * 26 + code.charCodeAt(1) - 64;
}

/** Undoes {@link countryNumber}. */
export function countryCode(number: number): string | undefined {
  if (number === NO_COUNTRY) return undefined;
  return String.fromCharCode(65 + Math.trunc((number - 1) / 26), 65 + ((number - 1) % 26));
}

export const countryKey = (country: number): CellKey => ({ high: COUNTRY, low: country });

export const asnKey = (country: number, asn: number): CellKey => ({ high: (ASN | country) >>> 0, low: asn });

/** Whether the cell is a client network, rather than something that contains many. */
export const isNetwork = (high: number): boolean => (high & MARK) >>> 0 < ASN;

/** Whether a network is one of IPv4. */
export const isIPv4Key = (high: number): boolean => high === IPV4;

/**
 * The key of `203.0.113.0/24` or `2001:db8:0:100::/56`; undefined for anything else, an address with host bits
 * included.
 */
export function networkKey(text: string): CellKey | undefined {
  const slash = text.indexOf('/');
  const address = text.slice(0, Math.max(0, slash));
  if (text.endsWith('/24')) return key4(address);
  return text.endsWith('/56') ? key6(address) : undefined;
}

const ZERO = 0x30;
const DOT = 0x2e;

/** Digit by digit: a recompile asks for each network and region, millions of times. */
function key4(address: string): CellKey | undefined {
  let low = 0;
  let at = 0;
  for (let octet = 0; octet < 3; octet++) {
    const start = at;
    let value = 0;
    for (let digit = digitAt(address, at); digit >= 0; digit = digitAt(address, ++at)) value = value * 10 + digit;
    const isPadded = at - start > 1 && address.charCodeAt(start) === ZERO;
    if (at === start || at - start > 3 || value > 255 || isPadded || address.charCodeAt(at++) !== DOT) return undefined;
    low = low * 256 + value;
  }
  return address.length === at + 1 && address.charCodeAt(at) === ZERO ? { high: IPV4, low } : undefined;
}

/** Below 0 where there is no digit. */
function digitAt(text: string, at: number): number {
  const digit = text.charCodeAt(at) - ZERO; // NaN behind the end
  return digit >= 0 && digit <= 9 ? digit : -1;
}

function key6(address: string): CellKey | undefined {
  const groups = groupsOf(address);
  if (groups === undefined || (groups[3]! & 0xff) !== 0 || groups.slice(4).some((group) => group !== 0))
    return undefined;
  const [a, b, c, d] = groups as [number, number, number, number];
  return { high: a * 256 + (b >>> 8), low: ((b & 0xff) * 0x100_0000 + c * 256 + (d >>> 8)) >>> 0 };
}

/** The eight groups of an IPv6 address (RFC 4291 section 2.2, forms 1 and 2). */
function groupsOf(address: string): readonly number[] | undefined {
  const halves = address.split('::');
  if (halves.length > 2) return undefined;
  const [front, back = []] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const missing = 8 - front!.length - back.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const texts = [...front!, ...Array<string>(missing).fill('0'), ...back];
  if (!texts.every((text) => /^[0-9a-fA-F]{1,4}$/.test(text))) return undefined;
  return texts.map((text) => Number.parseInt(text, 16));
}

/** What a table calls the cell: `DE`, `AS3320`, `DE/AS3320`, `203.0.113.0/24`. */
export function formatKey({ high, low }: CellKey): string {
  switch ((high & MARK) >>> 0) {
    case COUNTRY:
      return countryCode(low)!;
    case ASN: {
      const country = countryCode(high & 0xffff);
      return country === undefined ? `AS${low}` : `${country}/AS${low}`;
    }
    case IPV4:
      return `${low >>> 16}.${(low >>> 8) & 255}.${low & 255}.0/24`;
    default: {
      const groups = [high >>> 8, ((high & 255) << 8) | (low >>> 24), (low >>> 8) & 0xffff, (low & 255) << 8];
      return `${groups.map((group) => group.toString(16)).join(':')}::/56`;
    }
  }
}

/** Undoes {@link formatKey}, and says to which country and autonomous system the name itself puts the cell. */
export function parseKey(
  text: string,
): { readonly key: CellKey; readonly country: number; readonly asn: number } | undefined {
  const network = networkKey(text);
  if (network !== undefined) return { key: network, country: NO_COUNTRY, asn: 0 };
  const { code, digits } =
    /^(?:(?<code>[A-Z]{2})|(?:(?<code>[A-Z]{2})\/)?AS(?<digits>\d{1,10}))$/.exec(text)?.groups ?? {};
  if (code === undefined && digits === undefined) return undefined;
  const country = countryNumber(code);
  if (digits === undefined) return { key: countryKey(country), country, asn: 0 };
  const asn = Number(digits);
  return asn > 0 && asn <= 0xffff_ffff ? { key: asnKey(country, asn), country, asn } : undefined;
}
