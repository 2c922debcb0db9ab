import { assert } from '../../util/assert.ts';
import { nameEnd, nameToText } from '../name.ts';
import { octetsFromEscaped } from './charstring.ts';
import type { RdataType } from './contract.ts';
import { uint16 } from './fields.ts';
import { integerAt, octetsFromInteger } from './octets.ts';
import type { RdataReader } from './reader.ts';
import { keyFromText, keyToText, OPAQUE_PARAM, SVC_KEY, svcParamOf } from './svcparam.ts';

/** SvcParamValues by key. */
type SvcParams = Map<number, string>;

const PRIORITY_BYTES = 2;

/** A SvcPriority of 0 makes the record an alias (RFC 9460 section 2.4.1). */
const ALIAS_MODE = 0;

/** SvcPriority, TargetName, SvcParams: SVCB and HTTPS alike (RFC 9460 section 2). */
export const svcb: RdataType = {
  parse(reader) {
    const priority = uint16.parse(reader);
    const target = reader.name();
    const params: SvcParams = new Map();
    while (reader.hasMore) parseParam(reader, params);
    const flaw = flawOf(integerAt(priority, 0, 2), params);
    if (flaw !== undefined) reader.refuse(flaw);
    return priority + target + encodeParams(params);
  },
  isValid(rdata) {
    const paramsAt = nameEnd(rdata, PRIORITY_BYTES);
    const params = paramsAt === -1 ? undefined : decodeParams(rdata, paramsAt);
    return params !== undefined && flawOf(integerAt(rdata, 0, 2), params) === undefined;
  },
  format(rdata) {
    const paramsAt = nameEnd(rdata, PRIORITY_BYTES);
    const texts = [integerAt(rdata, 0, 2).toString(), nameToText(rdata.slice(PRIORITY_BYTES, paramsAt))];
    const params = decodeParams(rdata, paramsAt);
    assert(params !== undefined, 'only what is valid is formatted');
    for (const [key, value] of params) texts.push(formatParam(key, value));
    return texts.join(' ');
  },
};

/** Reads `key`, `key=value` or `key="value"` (RFC 9460 section 2.1). */
function parseParam(reader: RdataReader, params: SvcParams): void {
  const text = reader.word('key=value', '', (word) => word);
  const equals = text.indexOf('=');
  const keyText = equals === -1 ? text : text.slice(0, equals);
  const key = keyFromText(keyText);
  if (key === undefined) {
    reader.refuse(`key=value with a key among ${Object.keys(SVC_KEY).join(', ')} or keyN`);
  } else if (params.has(key)) {
    reader.refuse(`each key once, and ${keyToText(key)} has stood before`);
  } else {
    // With keyN, the value is plain octets, even if the key has a name and a form of its own.
    const { form, parse } = Object.hasOwn(SVC_KEY, keyText) ? svcParamOf(key) : OPAQUE_PARAM;
    const octets = octetsFromEscaped(equals === -1 ? '' : withoutQuotes(text.slice(equals + 1)));
    const value = octets === undefined ? undefined : parse(octets);
    if (value === undefined || !svcParamOf(key).isValid(value)) reader.refuse(`${keyText}${form}`);
    else params.set(key, value);
  }
}

function withoutQuotes(text: string): string {
  return text.length >= 2 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1) : text;
}

function formatParam(key: number, value: string): string {
  return keyToText(key) + svcParamOf(key).format(value);
}

/** On the wire the keys ascend (RFC 9460 section 2.2). */
function encodeParams(params: SvcParams): string {
  const sorted = [...params].sort(([a], [b]) => a - b);
  return sorted.map(([key, value]) => octetsFromInteger(key, 2) + octetsFromInteger(value.length, 2) + value).join('');
}

/**
 * undefined if the octets are not complete parameters of known form in strictly ascending order (RFC 9460 section 2.2).
 */
function decodeParams(rdata: string, start: number): SvcParams | undefined {
  const params: SvcParams = new Map();
  let keyBefore = -1;
  let at = start;
  while (at + 4 <= rdata.length) {
    const key = integerAt(rdata, at, 2);
    const end = at + 4 + integerAt(rdata, at + 2, 2);
    const value = rdata.slice(at + 4, end);
    if (key <= keyBefore || end > rdata.length || !svcParamOf(key).isValid(value)) return undefined;
    params.set(key, value);
    keyBefore = key;
    at = end;
  }
  return at === rdata.length ? params : undefined;
}

/**
 * What was expected of a record that contradicts itself (RFC 9460 section 2.4.3); undefined if it is consistent. In
 * AliasMode parameters are ignored, so they can't contradict anything (section 2.4.2).
 */
function flawOf(priority: number, params: SvcParams): string | undefined {
  if (priority === ALIAS_MODE) return undefined;
  const mandatory = params.get(SVC_KEY.mandatory) ?? '';
  for (let at = 0; at < mandatory.length; at += 2) {
    const key = integerAt(mandatory, at, 2);
    if (!params.has(key)) return `${keyToText(key)} beside the mandatory that names it`;
  }
  if (params.has(SVC_KEY['no-default-alpn']) && !params.has(SVC_KEY.alpn)) return 'alpn beside no-default-alpn';
  return undefined;
}
