import { ipv4FromText, ipv6FromText } from '../dns/rdata/address.ts';
import { DURATION_FORM, secondsFromText } from '../dns/rdata/duration.ts';
import { typeFromText } from '../dns/types.ts';
import type { Entry } from './lexer.ts';
import { type MasterFile, problemAt, type Scope, TTL_SECONDS_MAX } from './scope.ts';

/** Anything that means a class (RFC 1035 section 3.2.4; CLASSn: RFC 3597 section 5). */
const CLASS_FORM = /^(IN|CS|CH|HS|NONE|ANY|CLASS[0-9]+)$/i;
const CLASS_INTERNET = /^(IN|CLASS1)$/i;

export const TTL_FORM = `a TTL from 0 to ${TTL_SECONDS_MAX}: ${DURATION_FORM}`;

/** What stands between owner and type. */
export interface Header {
  readonly ttlSeconds: number | undefined;
  /** Index of the token where the type should stand. */
  readonly typeAt: number;
  readonly valid: boolean;
}

/** Reads `[TTL] [class]`, in either order, each at most once (RFC 1035 section 5.1). Mistakes become problems. */
export function readHeader(entry: Entry, scope: Scope, out: MasterFile): Header {
  const problemsBefore = out.problems.length;
  let ttlSeconds: number | undefined;
  let ttlSeen = false;
  let classSeen = false;
  let at = entry.ownerOmitted ? 0 : 1;
  for (; at < entry.tokens.length; at++) {
    const { text } = entry.tokens[at];
    if (beginsAsTtl(text)) {
      const seconds = ttlFromText(text);
      if (seconds === undefined && addressTypeOf(text) !== undefined) break; // the type before it is missing
      if (ttlSeen) out.problems.push(problemAt(scope, entry, at, 'repeated-field', ONE_TTL));
      else if (seconds === undefined) out.problems.push(problemAt(scope, entry, at, 'bad-ttl', TTL_FORM));
      ttlSeconds ??= seconds;
      ttlSeen = true;
    } else if (CLASS_FORM.test(text)) {
      if (classSeen && typeFromText(text) !== undefined) break; // ANY is a class and a type
      if (classSeen) out.problems.push(problemAt(scope, entry, at, 'repeated-field', ONE_CLASS));
      else if (!CLASS_INTERNET.test(text)) out.problems.push(problemAt(scope, entry, at, 'unsupported-class', ONLY_IN));
      classSeen = true;
    } else {
      break;
    }
  }
  return { ttlSeconds, typeAt: at, valid: out.problems.length === problemsBefore };
}

const ONE_TTL = 'one TTL a record, as one word: 1h30m';
const ONE_CLASS = 'one class a record';
const ONLY_IN = 'IN, the only class served';

/** Seconds; undefined where the text is no time or has more than 31 bits. */
export function ttlFromText(text: string): number | undefined {
  const seconds = secondsFromText(text);
  return seconds !== undefined && seconds <= TTL_SECONDS_MAX ? seconds : undefined;
}

/** The type of a record whose data a word would be, if it is an address. */
export function addressTypeOf(text: string): 'A' | 'AAAA' | undefined {
  if (ipv4FromText(text) !== undefined) return 'A';
  return ipv6FromText(text) === undefined ? undefined : 'AAAA';
}

/** Whether a word is meant as a TTL, right or wrong: no class and no type begins with a digit, a sign or a point. */
function beginsAsTtl(text: string): boolean {
  const code = text.charCodeAt(0);
  return (code >= 0x30 && code <= 0x39) || code === 0x2d || code === 0x2b || code === 0x2e;
}
