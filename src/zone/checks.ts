import { HEADER_BYTES, NAME_BYTES_MAX, TYPE } from '../dns/constants.ts';
import { isSubdomain, lowerCaseName, nameToText, type WireName } from '../dns/name.ts';
import { targetOf, withLowerCaseTarget } from '../dns/rdata/target.ts';
import { typeToText } from '../dns/types.ts';
import type { Problem } from '../util/problem.ts';
import { ancestorIn, firstPerOwner, has, ownersOf, problem, type ReadZone } from './read-zone.ts';
import type { ServiceRecord, ZoneRecord } from './scope.ts';

/** All reasons why the zone can't be served as it was meant. Data hidden below a zone cut is not a mistake. */
export function checkZone(zone: ReadZone): Problem[] {
  return CHECKS.flatMap((check) => check(zone));
}

const CHECKS: readonly ((zone: ReadZone) => Problem[])[] = [
  apexIsComplete,
  soaOnlyAtApex,
  oneRecordPerSingleton,
  nothingBesideCname,
  nothingBelowDname,
  noDnameAtZoneCut,
  servicesDoNotCompete,
  targetsAreNoCnames,
  nameServersBelowCutHaveAddresses,
  rrsetsFitAMessage,
];

/** RFC 1035 section 5.2 for the SOA; RFC 2181 section 6.1 for the NS. */
function apexIsComplete({ apex, nodes, file, unreadTypes }: ReadZone): Problem[] {
  const node = nodes.get(apex);
  return [
    { type: TYPE.SOA, code: 'missing-soa' },
    { type: TYPE.NS, code: 'missing-apex-ns' },
  ]
    .filter(({ type }) => !has(node, type) && !unreadTypes.has(type))
    .map(({ type, code }) => {
      const name = typeToText(type);
      return { code, file, line: 1, found: `no ${name} at the apex`, expected: `${nameToText(apex)} with ${name}` };
    });
}

function soaOnlyAtApex({ apex, records }: ReadZone): Problem[] {
  return records
    .filter((record) => record.type === TYPE.SOA && record.owner !== apex)
    .map((record) =>
      problem('soa-not-at-apex', record, `SOA at ${nameToText(record.owner)}`, `SOA at ${nameToText(apex)} only`),
    );
}

/** Types of which an owner may have only one record, and where the RFCs say so. */
const SINGLETONS: ReadonlyMap<number, string> = new Map([
  [TYPE.SOA, 'RFC 1035 section 5.2'],
  [TYPE.CNAME, 'RFC 2181 section 10.1'],
  [TYPE.DNAME, 'RFC 6672 section 2.4'],
]);

function oneRecordPerSingleton({ records }: ReadZone): Problem[] {
  const first = new Map<string, ZoneRecord>();
  return records.flatMap((record) => {
    const source = SINGLETONS.get(record.type);
    if (source === undefined) return [];
    const key = `${record.type} ${record.owner}`;
    const before = first.get(key);
    if (before === undefined) first.set(key, record);
    if (before === undefined || isSame(record, before)) return [];
    const type = typeToText(record.type);
    const found = `another ${type} at ${nameToText(record.owner)}, beside that in line ${before.line}`;
    return [problem(`several-${type.toLowerCase()}`, record, found, `one ${type} (${source})`)];
  });
}

function isSame(a: ZoneRecord, b: ZoneRecord): boolean {
  return withLowerCaseTarget(a.type, a.rdata) === withLowerCaseTarget(b.type, b.rdata);
}

/** DNSSEC's own records stand beside a CNAME (RFC 4035 section 2.5). */
const BESIDE_CNAME: ReadonlySet<number> = new Set([TYPE.CNAME, TYPE.RRSIG, TYPE.NSEC]);

function nothingBesideCname({ nodes, records }: ReadZone): Problem[] {
  return firstPerOwner(records, TYPE.CNAME).flatMap((record) => {
    const node = nodes.get(record.owner);
    const others = node?.rrsets.filter(({ type }) => !BESIDE_CNAME.has(type)).map(({ type }) => typeToText(type)) ?? [];
    if (node?.service !== undefined) others.push('SERVICE');
    if (others.length === 0) return [];
    const found = `CNAME beside ${others.join(', ')} at ${nameToText(record.owner)}`;
    return [problem('cname-and-other-data', record, found, 'nothing else where a CNAME is (RFC 2181 section 10.1)')];
  });
}

function nothingBelowDname({ apex, records, services }: ReadZone): Problem[] {
  const dnames = ownersOf(records, TYPE.DNAME);
  if (dnames.size === 0) return [];
  const told = new Set<WireName>();
  return [...records, ...services].flatMap((record) => {
    const dname = ancestorIn(dnames, record.owner, apex);
    if (dname === undefined || told.has(record.owner)) return [];
    told.add(record.owner);
    const found = `data at ${nameToText(record.owner)}, below the DNAME at ${nameToText(dname)}`;
    return [problem('data-below-dname', record, found, 'nothing below a DNAME (RFC 6672 section 2.4)')];
  });
}

function noDnameAtZoneCut({ apex, nodes, records }: ReadZone): Problem[] {
  return firstPerOwner(records, TYPE.DNAME)
    .filter(({ owner }) => owner !== apex && has(nodes.get(owner), TYPE.NS))
    .map((record) => {
      const found = `DNAME beside NS at ${nameToText(record.owner)}`;
      return problem('dname-at-zone-cut', record, found, 'DNAME beside NS at the apex only (RFC 6672 section 2.3)');
    });
}

/**
 * With a service and addresses, or with two services, nobody could say which answers. A CNAME has a check of its own.
 */
function servicesDoNotCompete({ nodes, services }: ReadZone): Problem[] {
  const first = new Map<WireName, ServiceRecord>();
  return services.flatMap((service) => {
    const owner = nameToText(service.owner);
    const before = first.get(service.owner);
    if (before !== undefined) {
      const found = `another SERVICE at ${owner}, beside that in line ${before.line}`;
      return [problem('several-services', service, found, 'one SERVICE at an owner')];
    }
    first.set(service.owner, service);
    const node = nodes.get(service.owner);
    const addresses = [TYPE.A, TYPE.AAAA].filter((type) => has(node, type)).map(typeToText);
    if (addresses.length === 0) return [];
    const found = `SERVICE beside ${addresses.join(', ')} at ${owner}`;
    return [
      problem('service-and-addresses', service, found, 'either the service or addresses, since one of them answers'),
    ];
  });
}

const TARGET_IS_NO_CNAME: ReadonlySet<number> = new Set([TYPE.NS, TYPE.MX, TYPE.SRV]);

function targetsAreNoCnames({ nodes, records }: ReadZone): Problem[] {
  return records.flatMap((record) => {
    if (!TARGET_IS_NO_CNAME.has(record.type)) return [];
    const target = lowerCaseName(targetOf(record.type, record.rdata) ?? '');
    if (!has(nodes.get(target), TYPE.CNAME)) return [];
    const found = `${typeToText(record.type)} that points at ${nameToText(target)}, a CNAME`;
    return [problem('target-is-cname', record, found, 'a name with addresses of its own (RFC 2181 section 10.3)')];
  });
}

/**
 * A resolver that is referred to a name server below the cut can ask only that name server for its address (RFC 1034
 * section 4.2.1).
 */
function nameServersBelowCutHaveAddresses({ apex, nodes, records, unreadTypes }: ReadZone): Problem[] {
  if (unreadTypes.has(TYPE.A) || unreadTypes.has(TYPE.AAAA)) return [];
  const cuts = ownersOf(records, TYPE.NS);
  cuts.delete(apex);
  return records.flatMap((record) => {
    if (record.type !== TYPE.NS || record.owner === apex || ancestorIn(cuts, record.owner, apex) !== undefined)
      return [];
    const target = lowerCaseName(record.rdata);
    const node = nodes.get(target);
    if (!isSubdomain(target, record.owner) || has(node, TYPE.A) || has(node, TYPE.AAAA)) return [];
    const found = `name server ${nameToText(target)} without address`;
    const expected = `A or AAAA at ${nameToText(target)}, since it is below the zone cut ${nameToText(record.owner)}`;
    return [problem('missing-glue', record, found, expected)];
  });
}

/**
 * The most that an answer holds besides its records: header, type and class of the question, and an OPT of its own (RFC
 * 6891).
 */
const AROUND_RECORDS_BYTES = HEADER_BYTES + 4 + 11;
/** A record before its rdata: a compressed owner, type, class, TTL, length. */
const RECORD_FIXED_BYTES = 12;
/** The length before a message over TCP has two octets (RFC 1035 section 4.2.2). */
const MESSAGE_BYTES_MAX = 0xffff;

/** An RRset that fits into no message would be truncated even over TCP, so nobody could get it. */
function rrsetsFitAMessage({ nodes, records }: ReadZone): Problem[] {
  const problems: Problem[] = [];
  for (const [owner, { rrsets }] of nodes) {
    // A client may ask for the longest possible name below a wildcard.
    const questionBytes = owner.startsWith('\x01*') ? NAME_BYTES_MAX : owner.length;
    for (const { type, rdatas } of rrsets) {
      let bytes = AROUND_RECORDS_BYTES + questionBytes;
      for (const rdata of rdatas) bytes += RECORD_FIXED_BYTES + rdata.length;
      const first = bytes > MESSAGE_BYTES_MAX && records.find((at) => at.type === type && at.owner === owner);
      if (!first) continue;
      const found = `${rdatas.length} ${typeToText(type)} records at ${nameToText(owner)}, ${bytes} octets in an answer`;
      problems.push(problem('rrset-too-large', first, found, `at most ${MESSAGE_BYTES_MAX} octets`));
    }
  }
  return problems;
}
