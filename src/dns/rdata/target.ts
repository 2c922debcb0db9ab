import { TYPE } from '../constants.ts';
import { lowerCaseName, nameEnd, type WireName } from '../name.ts';

/** Where the name that a record points at begins in its rdata. */
const TARGET_AT: ReadonlyMap<number, number> = new Map([
  [TYPE.NS, 0],
  [TYPE.CNAME, 0],
  [TYPE.DNAME, 0],
  [TYPE.PTR, 0],
  [TYPE.MX, 2],
  [TYPE.AFSDB, 2],
  [TYPE.KX, 2],
  [TYPE.SVCB, 2],
  [TYPE.HTTPS, 2],
  [TYPE.SRV, 6],
]);

/** The name that valid rdata points at, as it was written; undefined for types that point nowhere. */
export function targetOf(type: number, rdata: string): WireName | undefined {
  const at = TARGET_AT.get(type);
  return at === undefined ? undefined : rdata.slice(at, nameEnd(rdata, at));
}

/**
 * The rdata with its target in lower case: records that differ only in the case of names are the same (RFC 1035 section
 * 2.3.3).
 */
export function withLowerCaseTarget(type: number, rdata: string): string {
  const at = TARGET_AT.get(type);
  if (at === undefined) return rdata;
  const end = nameEnd(rdata, at);
  return rdata.slice(0, at) + lowerCaseName(rdata.slice(at, end)) + rdata.slice(end);
}
