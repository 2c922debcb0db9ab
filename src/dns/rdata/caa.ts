import { CHARACTER_STRING_BYTES_MAX } from './charstring.ts';
import type { RdataType } from './contract.ts';
import { type Field, remainingText, sequenceOf, uint8 } from './fields.ts';
import { octetsFromInteger } from './octets.ts';

const TAG_FORM = 'a property tag of letters and digits such as issue';

/** The tag is a word on paper and a string with length octet on the wire (RFC 8659 section 4.1). */
const tag: Field = {
  parse(reader) {
    const text = reader.word(TAG_FORM, '', (word) => (isTag(word) ? word : undefined));
    return octetsFromInteger(text.length, 1) + text;
  },
  end(rdata, start) {
    const end = start + 1 + rdata.charCodeAt(start);
    return isTag(rdata.slice(start + 1, end)) ? end : -1;
  },
  format: (rdata, start, end) => rdata.slice(start + 1, end),
};

function isTag(text: string): boolean {
  return text.length <= CHARACTER_STRING_BYTES_MAX && /^[a-z0-9]+$/i.test(text);
}

/** Flags, Tag, Value (RFC 8659 section 4). */
export const caa: RdataType = sequenceOf([uint8, tag, remainingText]);
