import { TYPE } from '../dns/constants.ts';
import { isSubdomain, labelsOf, lowerCaseName, nameToText, parentOf, ROOT, type WireName } from '../dns/name.ts';
import { targetOf } from '../dns/rdata/target.ts';
import { typeToText } from '../dns/types.ts';
import type { Problem } from '../util/problem.ts';
import type { ZoneNode } from './node.ts';
import { ancestorIn, firstPerOwner, has, ownersOf, problem, type ReadZone } from './read-zone.ts';
import type { Place, ServiceRecord, ZoneRecord } from './scope.ts';

/**
 * What can be served, but is probably not what was meant. For a zone in which `checkZone` found nothing.
 * `cnameServices`: services that may be answered with a CNAME.
 */
export function warnOfZone(zone: ReadZone, cnameServices: ReadonlySet<string>): Problem[] {
  return [
    ...differingTtls(zone),
    ...longNegativeTtl(zone),
    ...badTargets(zone, cnameServices),
    ...strayDs(zone),
    ...delegatingWildcards(zone),
    ...occluded(zone),
  ];
}

/** The lowest is served (RFC 2181 section 5.2). RRSIG records make no RRset (RFC 4034 section 3). */
function differingTtls({ nodes, records }: ReadZone): Problem[] {
  const told = new Set<string>();
  return records.flatMap((record) => {
    const { type, owner, ttlSeconds } = record;
    if (type === TYPE.RRSIG) return [];
    const rrset = nodes.get(owner)?.rrsets.find((candidate) => candidate.type === type);
    if (rrset === undefined || ttlSeconds === rrset.ttlSeconds) return [];
    const key = `${type} ${owner}`;
    if (told.has(key)) return [];
    told.add(key);
    const found = `TTL ${ttlSeconds} beside TTL ${rrset.ttlSeconds} in the ${typeToText(type)} records at ${nameToText(owner)}`;
    return [problem('ttl-mismatch', record, found, 'one TTL in an RRset, whose lowest holds (RFC 2181 section 5.2)')];
  });
}

const NEGATIVE_TTL_SECONDS_MAX = 86_400;

/** RFC 2308 section 5: beyond a day, names that are new stay unknown to whoever asked too early. */
function longNegativeTtl({ records }: ReadZone): Problem[] {
  return records.flatMap((record) => {
    if (record.type !== TYPE.SOA) return [];
    const minimum = Buffer.from(record.rdata.slice(-4), 'latin1').readUInt32BE();
    const ttlSeconds = Math.min(minimum, record.ttlSeconds);
    if (ttlSeconds <= NEGATIVE_TTL_SECONDS_MAX) return [];
    const expected = `a SOA with TTL or MINIMUM of at most ${NEGATIVE_TTL_SECONDS_MAX} (RFC 2308 section 5)`;
    return [problem('long-negative-ttl', record, `denials that hold for ${ttlSeconds} s`, expected)];
  });
}

/** Types whose target is asked for its addresses. */
const ADDRESSED: ReadonlySet<number> = new Set([TYPE.NS, TYPE.MX, TYPE.SRV]);

function badTargets({ apex, nodes, records }: ReadZone, cnameServices: ReadonlySet<string>): Problem[] {
  return records.flatMap((record) => {
    if (!ADDRESSED.has(record.type)) return [];
    const target = lowerCaseName(targetOf(record.type, record.rdata) ?? ROOT);
    const node = nodes.get(target);
    const found = `${typeToText(record.type)} that points at ${nameToText(target)}`;
    if (node?.service !== undefined) {
      // Beside other records there can be no CNAME, and addresses are answered in its place.
      if (node.rrsets.length > 0 || !cnameServices.has(node.service.name)) return [];
      const expected = `a name with addresses: endpoints of ${node.service.name} are CNAMEs (RFC 2181 section 10.3)`;
      return [problem('target-is-cname-service', record, found, expected)];
    }
    if (has(node, TYPE.A) || has(node, TYPE.AAAA)) return [];
    if (looksLikeAddress(target, apex)) {
      return [
        problem('target-is-address', record, found, 'the name of a host, not its address (RFC 1035 section 3.3)'),
      ];
    }
    if (target === ROOT || !isSubdomain(target, apex) || mayExistElsewhere(target, apex, nodes)) return [];
    return [problem('target-without-address', record, found, `A or AAAA records at ${nameToText(target)}`)];
  });
}

/** Four numbers, and nothing behind them but what completes a relative name. */
function looksLikeAddress(target: WireName, apex: WireName): boolean {
  const labels = labelsOf(target);
  const isShort = labels.length === 4 || labels.length === 4 + labelsOf(apex).length;
  return isShort && labels.slice(0, 4).every((label) => /^[0-9]{1,3}$/.test(label) && Number(label) <= 255);
}

/** Whether a wildcard, a DNAME or another zone may have something at a name where the zone itself has nothing. */
function mayExistElsewhere(target: WireName, apex: WireName, nodes: ReadonlyMap<WireName, ZoneNode>): boolean {
  for (let name: WireName | undefined = target; name !== undefined; name = parentOf(name)) {
    const node = nodes.get(name);
    if (name !== apex && has(node, TYPE.NS)) return true;
    if (name !== target && (has(node, TYPE.DNAME) || nodes.has(`\x01*${name}`))) return true;
    if (name === apex) return false;
  }
  return false;
}

/** A DS speaks for a child: it stands beside the NS records that delegate to it (RFC 4035 section 2.4). */
function strayDs({ apex, nodes, records }: ReadZone): Problem[] {
  return firstPerOwner(records, TYPE.DS).flatMap((record) => {
    if (record.owner !== apex && has(nodes.get(record.owner), TYPE.NS)) return [];
    const found = `DS at ${nameToText(record.owner)}, no zone cut`;
    return [problem('ds-without-ns', record, found, 'DS beside NS below the apex (RFC 4035 section 2.4)')];
  });
}

/** RFC 4592 sections 4.2 and 4.4: what these mean at a wildcard was left open. */
function delegatingWildcards({ records }: ReadZone): Problem[] {
  return [TYPE.NS, TYPE.DNAME]
    .flatMap((type) => firstPerOwner(records, type))
    .filter(({ owner }) => owner.startsWith('\x01*'))
    .map((record) => {
      const found = `${typeToText(record.type)} at the wildcard ${nameToText(record.owner)}`;
      return problem('delegating-wildcard', record, found, 'no NS or DNAME there (RFC 4592 sections 4.2 and 4.4)');
    });
}

/** Types that belong at or below a cut: what the parent says there, glue, and DNSSEC. */
const NOT_OCCLUDED: ReadonlySet<number> = new Set([TYPE.A, TYPE.AAAA, TYPE.NS, TYPE.DS, TYPE.NSEC, TYPE.RRSIG]);

/**
 * Data at or below a zone cut that is never answered (RFC 9499 section 7, occluded names). Reported once for each
 * owner.
 */
function occluded({ apex, records, services }: ReadZone): Problem[] {
  const cuts = ownersOf(records, TYPE.NS);
  cuts.delete(apex);
  if (cuts.size === 0) return [];
  const told = new Set<WireName>();
  const tell = (record: (ZoneRecord | ServiceRecord) & Place, type: string): Problem[] => {
    const { owner } = record;
    const cut = cuts.has(owner) ? owner : ancestorIn(cuts, owner, apex);
    if (cut === undefined || told.has(owner)) return [];
    told.add(owner);
    const found = `${type} at ${nameToText(owner)}, where ${nameToText(cut)} is delegated`;
    return [problem('occluded-data', record, found, 'it in the zone below: here nobody gets to see it')];
  };
  return [
    ...records.flatMap((record) => (NOT_OCCLUDED.has(record.type) ? [] : tell(record, typeToText(record.type)))),
    ...services.flatMap((service) => tell(service, 'SERVICE')),
  ];
}
