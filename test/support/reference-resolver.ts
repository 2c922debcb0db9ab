/**
 * The algorithm of RFC 1034 section 4.3.2 (with RFC 4592 section 3.3.1 and RFC 6672 section 3.2), step by step over
 * plain records, to hold Aya against. Slow, without any code of src/, and with no other aim than to be seen to be right.
 */
export interface PlainRecord {
  readonly type: string;
  readonly data: string;
}

export interface PlainZone {
  readonly apex: string;
  /** By owner; SOA and NS of the apex included. */
  readonly records: ReadonlyMap<string, readonly PlainRecord[]>;
}

export interface PlainAnswer {
  rcode: number;
  isAuthoritative: boolean;
  answer: string[];
  authority: string[];
  additional: string[];
}

/** How many CNAMEs are followed for one answer. */
const CHAIN_MAX = 9;
const TTL = 300;
const NEGATIVE_TTL = 60;

/** Names that end the answer of a step, or the name to go on with. */
type Step = string | undefined;

export class ReferenceResolver {
  readonly #zones: readonly PlainZone[];

  constructor(zones: readonly PlainZone[]) {
    this.#zones = zones;
  }

  ask(qname: string, qtype: string): PlainAnswer {
    const out: PlainAnswer = { rcode: 0, isAuthoritative: false, answer: [], authority: [], additional: [] };
    const followed = new Set<string>();
    let name: Step = qname;
    for (let step = 0; step < CHAIN_MAX && name !== undefined; step++) {
      const zone = this.#zoneFor(name, qtype); // step 2
      if (zone === undefined) {
        if (step === 0) out.rcode = 5;
        return out;
      }
      const before = out.authority.length;
      name = this.#search(zone, name, qtype, out, followed);
      const isReferral = out.authority.slice(before).some((line) => line.includes(' NS '));
      if (step === 0) out.isAuthoritative = !isReferral;
    }
    return out;
  }

  /** Step 2: the zone nearest to the name; for a DS at its apex the one above, if that has something there. */
  #zoneFor(name: string, qtype: string): PlainZone | undefined {
    const zone = this.#nearest(name);
    if (qtype !== 'DS' || zone?.apex !== name || name === '.') return zone;
    const above = this.#nearest(parentOf(name));
    return above?.records.has(name) ? above : zone;
  }

  #nearest(name: string): PlainZone | undefined {
    const around = this.#zones.filter(({ apex }) => isWithin(name, apex));
    return around.sort((a, b) => b.apex.length - a.apex.length)[0];
  }

  /** Whether the zone has the name or one below it, and no other zone speaks for it. */
  #exists(zone: PlainZone, name: string): boolean {
    return this.#nearest(name) === zone && [...zone.records.keys()].some((owner) => isWithin(owner, name));
  }

  /** Step 3: down from the apex, label by label. */
  #search(zone: PlainZone, name: string, qtype: string, out: PlainAnswer, followed: Set<string>): Step {
    let encloser = zone.apex;
    for (const node of pathDown(zone.apex, name)) {
      const isThere = this.#exists(zone, node) || (node === name && this.#nearest(name) !== zone);
      if (!isThere) return this.#atEncloser(zone, encloser, name, qtype, out, followed); // 3c
      const isCut = has(zone, node, 'NS');
      if (isCut && !(node === name && qtype === 'DS')) return refer(zone, node, out); // 3b
      encloser = node;
    }
    return answerFrom(zone, name, name, qtype, out, followed); // 3a
  }

  #atEncloser(
    zone: PlainZone,
    encloser: string,
    name: string,
    qtype: string,
    out: PlainAnswer,
    followed: Set<string>,
  ): Step {
    const dname = recordsOf(zone, encloser, 'DNAME')[0];
    if (dname !== undefined) {
      if (followed.has(`${zone.apex} ${encloser} DNAME`)) return undefined;
      followed.add(`${zone.apex} ${encloser} DNAME`);
      const target = name.slice(0, name.length - encloser.length) + dname.data;
      out.answer.push(line(encloser, dname), line(name, { type: 'CNAME', data: target }));
      return qtype === 'CNAME' ? undefined : target; // 3a: it is there
    }
    if (this.#exists(zone, `*.${encloser}`)) return answerFrom(zone, `*.${encloser}`, name, qtype, out, followed);
    out.rcode = 3;
    return deny(zone, out);
  }
}

/** Steps 3a and 3c: from the records of a node, owned by the name they are asked for. */
function answerFrom(
  zone: PlainZone,
  node: string,
  name: string,
  qtype: string,
  out: PlainAnswer,
  followed: Set<string>,
): Step {
  const all = zone.records.get(node) ?? [];
  const wanted = qtype === 'ANY' ? all[0]?.type : qtype; // RFC 8482 section 4.1
  const found = all.filter(({ type }) => type === wanted);
  const cname = recordsOf(zone, node, 'CNAME')[0];
  if (followed.has(`${zone.apex} ${node} ${wanted}`)) return undefined; // it is in the answer
  if (found.length > 0) out.answer.push(...found.map((record) => line(name, record)));
  else if (cname === undefined) deny(zone, out);
  else if (!followed.has(`${zone.apex} ${node} CNAME`)) {
    followed.add(`${zone.apex} ${node} CNAME`);
    out.answer.push(line(name, cname));
    return cname.data;
  }
  return undefined;
}

function refer(zone: PlainZone, cut: string, out: PlainAnswer): Step {
  for (const ns of recordsOf(zone, cut, 'NS')) {
    out.authority.push(line(cut, ns));
    out.additional.push(...recordsOf(zone, ns.data, 'A').map((record) => line(ns.data, record)));
  }
  return undefined;
}

function deny(zone: PlainZone, out: PlainAnswer): Step {
  out.authority.push(...recordsOf(zone, zone.apex, 'SOA').map((soa) => line(zone.apex, soa, NEGATIVE_TTL)));
  return undefined;
}

function recordsOf(zone: PlainZone, owner: string, type: string): PlainRecord[] {
  return (zone.records.get(owner) ?? []).filter((record) => record.type === type);
}

const has = (zone: PlainZone, owner: string, type: string): boolean => recordsOf(zone, owner, type).length > 0;

const line = (owner: string, { type, data }: PlainRecord, ttl = TTL): string => `${owner} ${ttl} ${type} ${data}`;

/** `c.example.`, `b.c.example.`, ... from just below the apex to the name itself. */
function pathDown(apex: string, name: string): string[] {
  const path: string[] = [];
  for (let at = name; at !== apex; at = parentOf(at)) path.unshift(at);
  return path;
}

const parentOf = (name: string): string => name.slice(name.indexOf('.') + 1) || '.';

const isWithin = (name: string, ancestor: string): boolean => name === ancestor || name.endsWith(`.${ancestor}`);
