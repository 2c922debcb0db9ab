import type { WireName } from '../dns/name.ts';
import { withLowerCaseTarget } from '../dns/rdata/target.ts';
import type { ServiceRecord, ZoneRecord } from './scope.ts';

/** All records of one owner and type (RFC 9499 section 5). */
export interface RRset {
  readonly type: number;
  readonly ttlSeconds: number;
  /** In the order of the file, none twice; names in them are in the case they were written in. */
  readonly rdatas: readonly string[];
}

/** That a service answers for an owner, and where the zone says so. */
export interface ServiceReference {
  readonly name: string;
  /** Where the zone overrides the service's own TTL at this owner. */
  readonly ttlSeconds?: number;
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** What one owner has. */
export interface ZoneNode {
  readonly rrsets: readonly RRset[];
  readonly service?: ServiceReference;
}

interface RRsetDraft {
  readonly type: number;
  ttlSeconds: number;
  rdatas: string[];
}

interface NodeDraft {
  rrsets: RRsetDraft[];
  service?: ServiceReference;
}

/**
 * Groups records by owner and type. A record that is there twice counts once (RFC 2181 section 5), and where TTLs
 * differ within an RRset the lowest holds for all (section 5.2). Of several services at an owner the first is taken.
 */
export function nodesOf(
  records: readonly ZoneRecord[],
  services: readonly ServiceRecord[],
): ReadonlyMap<WireName, ZoneNode> {
  const nodes = new Map<WireName, NodeDraft>();
  const grown: RRsetDraft[] = [];
  for (const record of records) addRecord(nodeAt(nodes, record.owner), record, grown);
  for (const service of services) nodeAt(nodes, service.owner).service ??= referenceOf(service);
  // At the end and not while adding, so that an RRset of n records costs no n * n comparisons.
  for (const rrset of grown) rrset.rdatas = withoutDuplicates(rrset);
  return nodes;
}

function nodeAt(nodes: Map<WireName, NodeDraft>, owner: WireName): NodeDraft {
  const existing = nodes.get(owner);
  if (existing !== undefined) return existing;
  const node: NodeDraft = { rrsets: [] };
  nodes.set(owner, node);
  return node;
}

function addRecord(node: NodeDraft, record: ZoneRecord, grown: RRsetDraft[]): void {
  const rrset = node.rrsets.find((candidate) => candidate.type === record.type);
  if (rrset === undefined) {
    // A new array of the right length: one that grows by push reserves room for 17.
    node.rrsets = [...node.rrsets, { type: record.type, ttlSeconds: record.ttlSeconds, rdatas: [record.rdata] }];
    return;
  }
  if (rrset.rdatas.length === 1) grown.push(rrset);
  rrset.rdatas.push(record.rdata);
  rrset.ttlSeconds = Math.min(rrset.ttlSeconds, record.ttlSeconds);
}

function withoutDuplicates({ type, rdatas }: RRsetDraft): string[] {
  const first = new Map<string, string>();
  for (const rdata of rdatas) {
    const key = withLowerCaseTarget(type, rdata);
    if (!first.has(key)) first.set(key, rdata);
  }
  return [...first.values()];
}

function referenceOf({ name, ttlSeconds, file, line, column }: ServiceRecord): ServiceReference {
  const place = { name, file, line, column };
  return ttlSeconds === undefined ? place : { ...place, ttlSeconds };
}
