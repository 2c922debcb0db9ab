import { nameEnd, nameToText } from '../name.ts';
import { ipv4FromText, ipv4ToText, ipv6FromText, ipv6ToText } from './address.ts';
import { CHARACTER_STRING_BYTES_MAX, quotedFromOctets } from './charstring.ts';
import { RDATA_BYTES_MAX, type RdataType } from './contract.ts';
import { DURATION_FORM, secondsFromText } from './duration.ts';
import { hexFromOctets, integerAt, octetsFromHex, octetsFromInteger } from './octets.ts';
import type { RdataReader } from './reader.ts';

/** One field of rdata, both ways. */
export interface Field {
  /** Takes its tokens and gives their octets; a mistake is told to the reader. */
  parse(reader: RdataReader): string;
  /** The offset after the field that begins at `start`; -1 where the octets there are no such field. */
  end(rdata: string, start: number): number;
  /** The field between the offsets as text; they are those that `end` confirmed. */
  format(rdata: string, start: number, end: number): string;
}

/** The kind of type that nearly all are: fields one after the other, and perhaps a rule that spans them. */
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

/** The decimal number a text is, without sign; undefined above `max` or where it is none. */
export function decimalFromText(text: string, max: number): number | undefined {
  return /^[0-9]{1,10}$/.test(text) && Number(text) <= max ? Number(text) : undefined;
}

/** An integer of so many octets, with its own reading of text; written as a decimal number. */
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
