import { TYPE } from '../dns/constants.ts';
import { isSubdomain, lowerCaseName, parentOf, type WireName } from '../dns/name.ts';
import { assert } from '../util/assert.ts';
import type { RRset, Zone, ZoneNode } from '../zone/zone.ts';

export const NONE = -1;

/** An address that a referral needs: the name server's place in the cut's NS RRset, and the node that has its addresses. */
export interface Glue {
  readonly rdataIndex: number;
  readonly node: number;
  /** The name server lies within what is delegated: nobody could find it without this (RFC 9471 section 2.1). */
  readonly isRequired: boolean;
}

/**
 * Every name of every zone with its place in its zone. Nodes are numbered, parents before children, and what is known
 * of each lies in arrays, since there may be millions.
 */
export class NameTree {
  readonly names: WireName[] = [];
  readonly zoneOf: number[] = [];
  readonly parentOf: number[] = [];
  readonly data: (ZoneNode | undefined)[] = [];
  readonly wildcardOf: number[] = [];
  /** The topmost delegation point at or above a node. */
  readonly cutOf: number[] = [];
  /** By the apex of a zone, the node of that name in the zone above, if both are served. */
  readonly parentSideOf = new Map<number, number>();
  readonly glueOf = new Map<number, readonly Glue[]>();
  /** By zone, the node of its apex. */
  readonly apexes: number[] = [];

  readonly #zoneByApex: ReadonlyMap<WireName, number>;
  readonly #byName = new Map<WireName, number>();
  /** Nodes of a zone at or below the apex of another: known to their own zone only. By zone, by name. */
  readonly #shadowed: Map<WireName, number>[];
  readonly #shadows = new Set<number>();
  /** Whether a zone has the apex of another below its own; of one that has not, every name is its own. */
  readonly #hasInner: readonly boolean[];

  constructor(zones: readonly Zone[]) {
    this.#zoneByApex = new Map(zones.map(({ apex }, index) => [apex, index]));
    this.#shadowed = zones.map(() => new Map());
    this.#hasInner = this.#findInner(zones);
    for (const [zone, { apex, nodes }] of zones.entries()) {
      this.apexes.push(this.#ensure(apex, zone));
      for (const [owner, node] of nodes) this.#insert(owner, node, zone);
    }
    this.#findCuts();
    for (const [node, cut] of this.cutOf.entries()) if (node === cut) this.#findGlue(node);
  }

  /** Whether a question can lead to the node by its name: a zone below may speak for that name. */
  isReachable(node: number): boolean {
    return !this.#shadows.has(node);
  }

  rrset(node: number, type: number): RRset | undefined {
    return this.data[node]?.rrsets.find((rrset) => rrset.type === type);
  }

  #insert(owner: WireName, data: ZoneNode, zone: number): void {
    const closest = this.#hasInner[zone] ? this.#closestZone(owner) : zone;
    if (closest === zone) {
      this.data[this.#ensure(owner, zone)] = data;
      return;
    }
    // The zone below is served too and speaks for this name; the zone above keeps the DS and the glue.
    const above = this.#nearestAbove(owner, zone);
    const encloser = this.#ensure(above, zone);
    const isParentSide = this.#zoneByApex.has(owner) && above === nameAbove(owner);
    const node = this.#add(owner, zone, isParentSide ? encloser : NONE);
    this.data[node] = data;
    this.#shadowed[zone].set(owner, node);
    this.#shadows.add(node);
    if (isParentSide) this.parentSideOf.set(this.#ensure(owner, closest), node);
  }

  /** By zone, whether another zone lies below it. */
  #findInner(zones: readonly Zone[]): readonly boolean[] {
    const hasInner = zones.map(() => false);
    for (const { apex } of zones) {
      for (let name = parentOf(apex); name !== undefined; name = parentOf(name)) {
        const outer = this.#zoneByApex.get(name);
        if (outer !== undefined) hasInner[outer] = true;
      }
    }
    return hasInner;
  }

  /** The closest ancestor of a name of a zone for which that zone speaks itself. */
  #nearestAbove(owner: WireName, zone: number): WireName {
    let name = nameAbove(owner);
    while (this.#closestZone(name) !== zone) name = nameAbove(name);
    return name;
  }

  /** The zone whose apex is the closest at or above a name that lies in some zone. */
  #closestZone(owner: WireName): number {
    for (let name = owner; ; name = nameAbove(name)) {
      const zone = this.#zoneByApex.get(name);
      if (zone !== undefined) return zone;
    }
  }

  /** The node of a name, made if need be, with all that lie between it and the apex: empty non-terminals (RFC 4592 2.2.2). */
  #ensure(name: WireName, zone: number): number {
    const known = this.#byName.get(name);
    if (known !== undefined) return known;
    const parent = this.#zoneByApex.has(name) ? NONE : this.#ensure(nameAbove(name), zone);
    const node = this.#add(name, zone, parent);
    this.#byName.set(name, node);
    if (parent !== NONE && name.startsWith('\x01*')) this.wildcardOf[parent] = node;
    return node;
  }

  #add(name: WireName, zone: number, parent: number): number {
    this.names.push(name);
    this.zoneOf.push(zone);
    this.parentOf.push(parent);
    this.data.push(undefined);
    this.wildcardOf.push(NONE);
    return this.cutOf.push(NONE) - 1;
  }

  #findCuts(): void {
    for (let node = 0; node < this.names.length; node++) {
      const parent = this.parentOf[node];
      const above = parent === NONE ? NONE : this.cutOf[parent];
      const isApex = this.apexes[this.zoneOf[node]] === node;
      if (above !== NONE) this.cutOf[node] = above;
      else if (!isApex && this.rrset(node, TYPE.NS) !== undefined) this.cutOf[node] = node;
    }
  }

  #findGlue(cut: number): void {
    const zone = this.zoneOf[cut];
    const glue: Glue[] = [];
    for (const [rdataIndex, rdata] of (this.rrset(cut, TYPE.NS)?.rdatas ?? []).entries()) {
      const target = lowerCaseName(rdata);
      const node = this.#shadowed[zone].get(target) ?? this.#byName.get(target);
      if (node === undefined || this.zoneOf[node] !== zone) continue;
      if (this.rrset(node, TYPE.A) === undefined && this.rrset(node, TYPE.AAAA) === undefined) continue;
      glue.push({ rdataIndex, node, isRequired: isSubdomain(target, this.names[cut]) });
    }
    // What a resolver can't do without goes first: the rest may not fit.
    if (glue.length > 0)
      this.glueOf.set(cut, [...glue.filter((g) => g.isRequired), ...glue.filter((g) => !g.isRequired)]);
  }
}

/** The parent of a name that lies below some apex, so that it has one. */
function nameAbove(name: WireName): WireName {
  const parent = parentOf(name);
  assert(parent !== undefined, 'a name below an apex has a parent');
  return parent;
}
