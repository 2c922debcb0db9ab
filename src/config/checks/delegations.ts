import { TYPE } from '../../dns/constants.ts';
import { parentOf, type WireName } from '../../dns/name.ts';
import type { Zone } from '../../zone/zone.ts';

/** A zone that is served, and the closest above it that is served, too. */
interface Kin {
  readonly parent: WireName;
  readonly child: WireName;
}

/**
 * Zones to which the zone above, served here too, has no delegation: it works here, and nowhere else that the zone
 * above is copied to (RFC 1034 section 4.2.1). A delegation of a name between them to someone else is theirs to
 * continue.
 */
export function findUndelegated(zones: readonly Zone[]): readonly Kin[] {
  const byApex = new Map(zones.map((zone) => [zone.apex, zone]));
  const childrenOf = new Map<Zone, WireName[]>();
  for (const { apex } of zones) {
    const parent = zoneAbove(apex, byApex);
    if (parent !== undefined) childrenOf.set(parent, [...(childrenOf.get(parent) ?? []), apex]);
  }
  return [...childrenOf].flatMap(([{ apex: parent, nodes }, children]) => {
    const cuts = cutsTowards(children, parent, nodes);
    return children
      .filter((child) => ![...namesUpTo(child, parent)].some((name) => cuts.has(name)))
      .map((child) => ({ parent, child }));
  });
}

function zoneAbove(apex: WireName, byApex: ReadonlyMap<WireName, Zone>): Zone | undefined {
  for (let name = parentOf(apex); name !== undefined; name = parentOf(name)) {
    const zone = byApex.get(name);
    if (zone !== undefined) return zone;
  }
  return undefined;
}

/** Those of the names from the children up to the parent that have NS records in the parent. */
function cutsTowards(children: readonly WireName[], parent: WireName, nodes: Zone['nodes']): ReadonlySet<WireName> {
  const names = new Set(children.flatMap((child) => [...namesUpTo(child, parent)]));
  const cuts = new Set<WireName>();
  for (const [owner, { rrsets }] of nodes) {
    if (names.has(owner) && rrsets.some(({ type }) => type === TYPE.NS)) cuts.add(owner);
  }
  return cuts;
}

/** A name and its ancestors, without `ancestor`. */
function* namesUpTo(name: WireName, ancestor: WireName): Generator<WireName> {
  for (let at: WireName | undefined = name; at !== undefined && at !== ancestor; at = parentOf(at)) yield at;
}
