import { nameEnd, nameToText } from '../name.ts';
import { ipv4FromText, ipv4ToText, ipv6FromText, ipv6ToText } from './address.ts';
import { CHARACTER_STRING_BYTES_MAX, quotedFromOctets } from './charstring.ts';
import { RDATA_BYTES_MAX, type RdataType } from './contract.ts';
import { DURATION_FORM, secondsFromText } from './duration.ts';
import {
  base64FromOctets,
  hexFromOctets,
  integerAt,
  octetsFromBase64,
  octetsFromHex,
  octetsFromInteger,
} from './octets.ts';
import type { RdataReader } from './reader.ts';

/** How one field of rdata is read and written. */
export interface Field {
  /** Takes its tokens and returns their octets; a mistake is reported to the reader. */
  parse(reader: RdataReader): string;
  /** The offset after the field that begins at `start`; -1 if the octets there are not such a field. */
  end(rdata: string, start: number): number;
  /** The field between these offsets as text; `end` has confirmed them. */
  format(rdata: string, start: number, end: number): string;
}

/** Nearly all types are like this: fields one after the other, and perhaps a rule over all of them. */
export function sequenceOf(fields: readonly Field[], rule?: Rule): RdataType {
  return {
    parse(reader) {
      let rdata = '';
      for (const field of fields) rdata += field.parse(reader);
      if (reader.fault === undefined && rule !== undefined && !rule.holds(rdata)) reader.refuse(rule.expected);
      return rdata;
    },
    isValid(rdata) {
      let at = 0;
      for (const field of fields) {
        at = field.end(rdata, at);
        if (at === -1 || at > rdata.length) return false;
      }
      return at === rdata.length && (rule?.holds(rdata) ?? true);
    },
    format(rdata) {
      let at = 0;
      const texts = fields.map((field) => {
        const start = at;
        at = field.end(rdata, start);
        return field.format(rdata, start, at);
      });
      return texts.join(' ');
    },
  };
}

/** A condition on rdata whose fields are all well-formed. */
export interface Rule {
  readonly expected: string;
  holds(rdata: string): boolean;
}

/** A text as a decimal number without sign; undefined if it is not one, or is above `max`. */
export function decimalFromText(text: string, max: number): number | undefined {
  return /^[0-9]{1,10}$/.test(text) && Number(text) <= max ? Number(text) : undefined;
}

/** An integer of so many octets, which may have a way of its own to read text; it is written as a decimal number. */
export function integer(
  byteCount: 1 | 2 | 4,
  expected = `a number from 0 to ${2 ** (8 * byteCount) - 1}`,
  fromText = (text: string) => decimalFromText(text, 2 ** (8 * byteCount) - 1),
): Field {
  return {
    parse: (reader) => octetsFromInteger(reader.word(expected, 0, fromText), byteCount),
    end: (_, start) => start + byteCount,
    format: (rdata, start) => integerAt(rdata, start, byteCount).toString(),
  };
}

export const uint8 = integer(1);
export const uint16 = integer(2);
export const uint32 = integer(4);
export const seconds = integer(4, DURATION_FORM, secondsFromText);

export const name: Field = {
  parse: (reader) => reader.name(),
  end: nameEnd,
  format: (rdata, start, end) => nameToText(rdata.slice(start, end)),
};

export const ipv4: Field = {
  parse: (reader) => reader.word('an IPv4 address such as 192.0.2.1', '', ipv4FromText),
  end: (_, start) => start + 4,
  format: (rdata, start, end) => ipv4ToText(rdata.slice(start, end)),
};

export const ipv6: Field = {
  parse: (reader) => reader.word('an IPv6 address such as 2001:db8::1', '', ipv6FromText),
  end: (_, start) => start + 16,
  format: (rdata, start, end) => ipv6ToText(rdata.slice(start, end)),
};

/** A <character-string> with its length octet (RFC 1035 section 3.3). */
export const characterString: Field = {
  parse(reader) {
    const octets = reader.string('a string', CHARACTER_STRING_BYTES_MAX);
    return octetsFromInteger(octets.length, 1) + octets;
  },
  end: (rdata, start) => (start < rdata.length ? start + 1 + rdata.charCodeAt(start) : -1),
  format: (rdata, start, end) => quotedFromOctets(rdata.slice(start + 1, end)),
};

/** A string without a length octet that fills the rest of the rdata. */
export const remainingText: Field = {
  parse: (reader) => reader.string('a string', RDATA_BYTES_MAX),
  end: (rdata) => rdata.length,
  format: (rdata, start, end) => quotedFromOctets(rdata.slice(start, end)),
};

/** Hexadecimal that fills the rest of the rdata, at least one octet; white space may stand between its digits. */
export const remainingHex: Field = {
  parse(reader) {
    const expected = 'hexadecimal digits, two an octet';
    const octets = octetsFromHex(reader.rest(expected));
    if (octets === undefined || octets === '') reader.refuse(expected);
    return octets ?? '';
  },
  end: (rdata, start) => (start < rdata.length ? rdata.length : -1),
  format: (rdata, start, end) => hexFromOctets(rdata.slice(start, end)),
};

/** Base64 that fills the rest of the rdata, at least one octet; white space may stand between its characters. */
export const remainingBase64: Field = {
  parse(reader) {
    const expected = 'Base64';
    const octets = octetsFromBase64(reader.rest(expected));
    if (octets === undefined || octets === '') reader.refuse(expected);
    return octets ?? '';
  },
  end: (rdata, start) => (start < rdata.length ? rdata.length : -1),
  format: (rdata, start, end) => base64FromOctets(rdata.slice(start, end)),
};
