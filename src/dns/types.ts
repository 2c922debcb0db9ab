import { TYPE } from './constants.ts';

/** A type's mnemonic, as master files write it. */
export type TypeName = keyof typeof TYPE;

const TYPE_NUMBER_MAX = 0xffff;

const numberByName: ReadonlyMap<string, number> = new Map(Object.entries(TYPE));
const nameByNumber: ReadonlyMap<number, string> = new Map(Object.entries(TYPE).map(([name, number]) => [number, name]));

/**
 * The number of a type written as mnemonic or as TYPEn, in any case (RFC 3597 section 5); undefined if it is neither.
 */
export function typeFromText(text: string): number | undefined {
  // Almost always upper case already: then no new string is made.
  const known = numberByName.get(text);
  if (known !== undefined) return known;
  const upperCase = text.toUpperCase();
  return numberByName.get(upperCase) ?? genericType(upperCase);
}

/** The mnemonic, or TYPEn for a type that has none here. */
export function typeToText(type: number): string {
  return nameByNumber.get(type) ?? `TYPE${type}`;
}

/**
 * Whether a type is for questions and single messages only and so never stands in a zone: 0, OPT,
 * and the range 128 to 255 (RFC 6895 section 3.1).
 */
export function isMetaType(type: number): boolean {
  return type === 0 || type === TYPE.OPT || (type >= 128 && type <= 255);
}

function genericType(text: string): number | undefined {
  const digits = /^TYPE(0|[1-9][0-9]{0,4})$/.exec(text)?.[1];
  if (digits === undefined) return undefined;
  const type = Number(digits);
  return type <= TYPE_NUMBER_MAX ? type : undefined;
}
