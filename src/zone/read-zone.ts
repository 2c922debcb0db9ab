import { parentOf, type WireName } from '../dns/name.ts';
import type { Problem } from '../util/problem.ts';
import type { ZoneNode } from './node.ts';
import type { Place, ServiceRecord, ZoneRecord } from './scope.ts';

/** A zone as it was read, all its records at or below the apex. */
export interface ReadZone {
  readonly apex: WireName;
  readonly nodes: ReadonlyMap<WireName, ZoneNode>;
  readonly records: readonly ZoneRecord[];
  readonly services: readonly ServiceRecord[];
  readonly unreadTypes: ReadonlySet<number>;
  /** The zone's main file: what is missing is missing there. */
  readonly file: string;
}

/** The problem with what stands at a place. */
export function problem(code: string, { file, line, column }: Place, found: string, expected: string): Problem {
  return { code, file, line, column, found, expected };
}

/** Whether an owner has records of a type. */
export function has(node: ZoneNode | undefined, type: number): boolean {
  return node?.rrsets.some((rrset) => rrset.type === type) ?? false;
}

/** Every owner of a record of a type. */
export function ownersOf(records: readonly ZoneRecord[], type: number): Set<WireName> {
  const owners = new Set<WireName>();
  for (const record of records) if (record.type === type) owners.add(record.owner);
  return owners;
}

/** Of each owner the first record of a type. */
export function firstPerOwner(records: readonly ZoneRecord[], type: number): ZoneRecord[] {
  const owners = new Set<WireName>();
  return records.filter((record) => {
    if (record.type !== type || owners.has(record.owner)) return false;
    owners.add(record.owner);
    return true;
  });
}

/** The nearest of `owners` above `name`, up to the apex. */
export function ancestorIn(owners: ReadonlySet<WireName>, name: WireName, apex: WireName): WireName | undefined {
  for (let at = name; at !== apex; ) {
    const parent = parentOf(at);
    if (parent === undefined) return undefined;
    if (owners.has(parent)) return parent;
    at = parent;
  }
  return undefined;
}
