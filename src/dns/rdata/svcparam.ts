import { assert } from '../../util/assert.ts';
import { ipv4FromText, ipv4ToText, ipv6FromText, ipv6ToText } from './address.ts';
import { quotedFromOctets } from './charstring.ts';
import { RDATA_BYTES_MAX } from './contract.ts';
import { decimalFromText } from './fields.ts';
import { base64FromOctets, integerAt, octetsFromBase64, octetsFromInteger } from './octets.ts';

/** SvcParamKeys by name (RFC 9460 section 14.3.2); any other is written keyN. */
export const SVC_KEY = {
  mandatory: 0,
  alpn: 1,
  'no-default-alpn': 2,
  port: 3,
  ipv4hint: 4,
  ech: 5,
  ipv6hint: 6,
} as const;

/** 65535 is reserved as the invalid key (RFC 9460 section 14.3.2). */
const KEY_MAX = 0xfffe;

/** How one key's value is read and written; a contract like RdataType's. */
interface SvcParam {
  /** For messages: what should follow the key, which is `=` and the form of the value. */
  readonly form: string;
  /** The value on the wire, from the value's text with its string escapes resolved; undefined where it is wrong. */
  parse(text: string): string | undefined;
  isValid(value: string): boolean;
  /** What follows the key: nothing, or `=` and the value. */
  format(value: string): string;
}

const mandatory: SvcParam = {
  form: '=keys, comma-separated, each once, without mandatory itself',
  parse(text) {
    const keys = splitValueList(text)?.map(keyFromText);
    if (keys === undefined || !keys.every((key) => key !== undefined)) return undefined;
    return keys
      .sort((a, b) => a - b)
      .map((key) => octetsFromInteger(key, 2))
      .join('');
  },
  // Strictly ascending, so none is there twice and 'mandatory', being 0, could only be the first (RFC 9460 section 8).
  isValid(value) {
    const keys = integersOf(value);
    const ascending = keys.every((key, i) => key > (keys[i - 1] ?? SVC_KEY.mandatory) && key <= KEY_MAX);
    return value.length > 0 && value.length % 2 === 0 && ascending;
  },
  format: (value) => `=${integersOf(value).map(keyToText).join(',')}`,
};

/** Protocol ids, each with its length octet (RFC 9460 section 7.1.1). */
const alpn: SvcParam = {
  form: '=protocol ids of 1 to 255 octets, comma-separated; inside an id a comma is \\\\, and a backslash \\\\\\\\',
  parse(text) {
    const ids = splitValueList(text);
    if (ids === undefined || ids.some((id) => id.length > 0xff)) return undefined;
    return ids.map((id) => octetsFromInteger(id.length, 1) + id).join('');
  },
  isValid: (value) => protocolIdsOf(value) !== undefined,
  format(value) {
    const ids = protocolIdsOf(value);
    assert(ids !== undefined, 'only what is valid is formatted');
    return `=${quotedFromOctets(ids.map((id) => id.replaceAll(/[\\,]/g, '\\$&')).join(','))}`;
  },
};

const noDefaultAlpn: SvcParam = {
  form: ' without a value',
  parse: (text) => text,
  isValid: (value) => value === '',
  format: () => '',
};

const port: SvcParam = {
  form: '=a number from 0 to 65535',
  parse(text) {
    const number = decimalFromText(text, 0xffff);
    return number === undefined ? undefined : octetsFromInteger(number, 2);
  },
  isValid: (value) => value.length === 2,
  format: (value) => `=${integerAt(value, 0, 2)}`,
};

/** An ECHConfigList. Only the TLS client and server look inside. */
const ech: SvcParam = {
  form: '=Base64',
  parse: octetsFromBase64,
  isValid: (value) => value !== '',
  format: (value) => `=${base64FromOctets(value)}`,
};

/** An unknown key, or any key written keyN: the octets as they are (RFC 9460 section 2.1). */
export const OPAQUE_PARAM: SvcParam = {
  form: '=a string whose octets are a right value of that key',
  parse: (text) => text,
  isValid: (value) => value.length <= RDATA_BYTES_MAX,
  format: (value) => (value === '' ? '' : `=${quotedFromOctets(value)}`),
};

const PARAMS = {
  mandatory,
  alpn,
  'no-default-alpn': noDefaultAlpn,
  port,
  ipv4hint: addressList('IPv4', 4, ipv4FromText, ipv4ToText),
  ech,
  ipv6hint: addressList('IPv6', 16, ipv6FromText, ipv6ToText),
} satisfies Record<keyof typeof SVC_KEY, SvcParam>;

const paramByKey = new Map<number, SvcParam>(
  Object.entries(PARAMS).map(([name, param]) => [SVC_KEY[name as keyof typeof SVC_KEY], param]),
);
const nameByKey = new Map<number, string>(Object.entries(SVC_KEY).map(([name, key]) => [key, name]));

const INVALID_KEY: SvcParam = { ...OPAQUE_PARAM, isValid: () => false };

/** How the value of a key is read, checked and written. */
export function svcParamOf(key: number): SvcParam {
  return key > KEY_MAX ? INVALID_KEY : (paramByKey.get(key) ?? OPAQUE_PARAM);
}

/**
 * The number of a key written by name or as keyN without leading zeros; names are in lower case (RFC 9460 section
 * 2.1).
 */
export function keyFromText(text: string): number | undefined {
  if (Object.hasOwn(SVC_KEY, text)) return SVC_KEY[text as keyof typeof SVC_KEY];
  const digits = /^key(0|[1-9][0-9]{0,4})$/.exec(text)?.[1];
  return digits === undefined ? undefined : decimalFromText(digits, KEY_MAX);
}

export function keyToText(key: number): string {
  return nameByKey.get(key) ?? `key${key}`;
}

/** ipv4hint and ipv6hint: addresses one after the other (RFC 9460 section 7.3). */
function addressList(
  family: string,
  addressBytes: number,
  fromText: (text: string) => string | undefined,
  toText: (octets: string) => string,
): SvcParam {
  return {
    form: `=${family} addresses, comma-separated`,
    parse(text) {
      const addresses = splitValueList(text)?.map(fromText);
      return addresses?.every((address) => address !== undefined) ? addresses.join('') : undefined;
    },
    isValid: (value) => value.length > 0 && value.length % addressBytes === 0,
    format(value) {
      const texts: string[] = [];
      for (let at = 0; at < value.length; at += addressBytes) texts.push(toText(value.slice(at, at + addressBytes)));
      return `=${texts.join(',')}`;
    },
  };
}

/**
 * The items of a value-list, in which `\,` is a comma and `\\` a backslash within an item (RFC 9460 appendix A.1);
 * undefined where another escape or an empty item stands.
 */
function splitValueList(text: string): string[] | undefined {
  const items: string[] = [];
  let item = '';
  for (let i = 0; i <= text.length; i++) {
    if (i === text.length || text[i] === ',') {
      if (item === '') return undefined;
      items.push(item);
      item = '';
    } else if (text[i] === '\\') {
      i++;
      if (text[i] !== ',' && text[i] !== '\\') return undefined;
      item += text[i];
    } else {
      item += text[i];
    }
  }
  return items;
}

/** undefined where the octets are not one or more ids, none of them empty. */
function protocolIdsOf(value: string): string[] | undefined {
  const ids: string[] = [];
  for (let at = 0; at < value.length; ) {
    const end = at + 1 + value.charCodeAt(at);
    if (end === at + 1 || end > value.length) return undefined;
    ids.push(value.slice(at + 1, end));
    at = end;
  }
  return ids.length === 0 ? undefined : ids;
}

function integersOf(value: string): number[] {
  return Array.from({ length: Math.floor(value.length / 2) }, (_, i) => integerAt(value, 2 * i, 2));
}
