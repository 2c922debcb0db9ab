import type { RdataType } from './contract.ts';
import { characterString } from './fields.ts';

/** One or more <character-string>s (RFC 1035 section 3.3.14). */
export const txt: RdataType = {
  parse(reader) {
    const strings: string[] = [];
    do strings.push(characterString.parse(reader));
    while (reader.hasMore);
    return strings.join('');
  },
  isValid(rdata) {
    let at = 0;
    while (at < rdata.length) at = characterString.end(rdata, at);
    return rdata.length > 0 && at === rdata.length;
  },
  format(rdata) {
    const texts: string[] = [];
    for (let at = 0; at < rdata.length; ) {
      const end = characterString.end(rdata, at);
      texts.push(characterString.format(rdata, at, end));
      at = end;
    }
    return texts.join(' ');
  },
};
