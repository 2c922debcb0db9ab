import fc from 'fast-check';
import { typeFromText } from '../../src/dns/types.ts';
import type { RRset, Zone, ZoneNode } from '../../src/zone/zone.ts';
import { SOA_RDATA } from './answering.ts';
import { rdataFromText, wireName } from './rdata-text.ts';
import type { PlainRecord, PlainZone } from './reference-resolver.ts';

/** Few labels and few apexes, so that all that can meet does meet. */
const LABELS = ['a', 'b', '*'];
const APEXES = ['z.', 'a.z.', 'b.a.z.', 'a.a.a.z.', '*.z.', 'y.'];
const DEPTH_MAX = 2;

/** Every name of up to `depth` labels below `apex`, itself included. */
export function namesBelow(apex: string, depth = DEPTH_MAX): string[] {
  if (depth === 0) return [apex];
  return [apex, ...LABELS.flatMap((label) => namesBelow(`${label}.${apex}`, depth - 1))];
}

const name = fc.constantFrom(...namesBelow('z.'), ...namesBelow('a.a.z.'), ...namesBelow('y.', 1), 'elsewhere.');

/** What one owner has: what may stand together by the RFCs. */
const content: fc.Arbitrary<readonly PlainRecord[]> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom([address(1)], [address(1), address(2)], [address(3), other()], [other()]) },
  { weight: 3, arbitrary: name.map((data) => [{ type: 'CNAME', data }]) },
  { weight: 1, arbitrary: name.map((data) => [{ type: 'DNAME', data }]) },
  { weight: 2, arbitrary: fc.uniqueArray(name, { minLength: 1, maxLength: 2 }).map((all) => all.map(nameServer)) },
  { weight: 2, arbitrary: name.map((data) => [nameServer(data), { type: 'DS', data: `\\# 5 0001080101` }]) },
);

function address(last: number): PlainRecord {
  return { type: 'A', data: `192.0.2.${last}` };
}

function other(): PlainRecord {
  return { type: 'TYPE65280', data: '\\# 1 07' };
}

function nameServer(data: string): PlainRecord {
  return { type: 'NS', data };
}

const zone = (apex: string): fc.Arbitrary<PlainZone> => {
  const owners = fc.constantFrom(...namesBelow(apex));
  return fc.array(fc.tuple(owners, content), { maxLength: 10 }).map((drawn) => {
    const records = new Map(drawn);
    const atApex = (records.get(apex) ?? []).filter(({ type }) => !['CNAME', 'NS', 'DS'].includes(type));
    records.set(apex, [{ type: 'SOA', data: SOA_RDATA }, nameServer('ns.elsewhere.'), ...atApex]);
    // 'Resource records MUST NOT exist at any subdomain of the owner of a DNAME' (RFC 6672 section 2.4).
    const dnames = [...records].filter(([, all]) => all.some(({ type }) => type === 'DNAME')).map(([owner]) => owner);
    for (const owner of records.keys()) if (dnames.some((dname) => owner.endsWith(`.${dname}`))) records.delete(owner);
    return { apex, records };
  });
};

/** One or several zones, some inside others. */
export const plainZones: fc.Arbitrary<readonly PlainZone[]> = fc
  .subarray(APEXES, { minLength: 1, maxLength: 4 })
  .chain((apexes) => fc.shuffledSubarray(apexes, { minLength: apexes.length }))
  .chain((apexes) => fc.tuple(...apexes.map(zone)));

/** The same zone as loading its file gives it. */
export function madeZone({ apex, records }: PlainZone): Zone {
  const nodes = [...records].map(([owner, all]): [string, ZoneNode] => [wireName(owner), { rrsets: rrsetsOf(all) }]);
  return { apex: wireName(apex), nodes: new Map(nodes), files: [] };
}

function rrsetsOf(records: readonly PlainRecord[]): RRset[] {
  const types = [...new Set(records.map(({ type }) => type))];
  return types.map((text) => {
    const type = typeFromText(text);
    if (type === undefined) throw new Error(`no type: ${text}`);
    const rdatas = records.filter((record) => record.type === text).map(({ data }) => rdataOf(type, data));
    return { type, ttlSeconds: 300, rdatas };
  });
}

function rdataOf(type: number, data: string): string {
  const parsed = type === 43 ? { ok: true as const, rdata: '\0\x01\x08\x01\x01' } : rdataFromText(type, data);
  if (!parsed.ok) throw new Error(`no rdata: ${data}`);
  return parsed.rdata;
}
