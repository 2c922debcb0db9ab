import { TYPE } from '../../src/dns/constants.ts';
import { nameFromText, type WireName } from '../../src/dns/name.ts';
import { type ParsedRdata, parseRdata } from '../../src/dns/rdata/rdata.ts';
import { typeFromText } from '../../src/dns/types.ts';
import { Lexer } from '../../src/zone/lexer.ts';

/** The name, or an error where the test is wrong about it. */
export function wireName(text: string): WireName {
  const parsed = nameFromText(text);
  if (!parsed.ok) throw new Error(`${text}: ${parsed.reason}`);
  return parsed.name;
}

/** The number of a type that the test knows to exist. */
export function typeOf(text: string): number {
  return typeFromText(text) ?? TYPE.ANY;
}

/** Rdata from text as it stands in a master file behind the type, by way of the lexer. */
export function rdataFromText(type: number, text: string, origin = wireName('example.com.')): ParsedRdata {
  const entry = new Lexer(text).next();
  if (entry?.fault !== undefined) {
    return { ok: false, fault: { tokenIndex: entry.tokens.length, expected: entry.fault.expected } };
  }
  return parseRdata(type, entry?.tokens ?? [], origin);
}
