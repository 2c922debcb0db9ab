import { TYPE } from '../dns/constants.ts';
import { isSubdomain, lowerCaseName, type WireName } from '../dns/name.ts';
import type { RRset, Zone, ZoneNode } from '../zone/zone.ts';
import { nameAbove, type ServedZones } from './served-zones.ts';

export const NONE = -1;

/**
 * An address that a referral needs: the name server's place in the cut's NS RRset, and the node that has its addresses.
 */
export interface Glue {
  readonly rdataIndex: number;
  readonly node: number;
  /** The name server lies within what is delegated: nobody could find it without this (RFC 9471 section 2.1). */
  readonly isRequired: boolean;
}

/**
 * Every name of a zone with its place in it. Nodes are numbered, the apex is 0, parents stand before children, and what
 * is known of each lies in arrays, since there may be millions.
 */
export class NameTree {
  readonly zone: number;
  readonly names: WireName[] = [];
  readonly parentOf: number[] = [];
  readonly data: (ZoneNode | undefined)[] = [];
  readonly wildcardOf: number[] = [];
  /** The topmost delegation point at or above a node. */
  readonly cutOf: number[] = [];
  /** By the number of a zone below this one that is served too, the node of its apex here. */
  readonly parentSideOf = new Map<number, number>();
  readonly glueOf = new Map<number, readonly Glue[]>();

  readonly #served: ServedZones;
  readonly #apex: WireName;
  readonly #byName = new Map<WireName, number>();
  /** Nodes at or below the apex of another zone: reached by references within this zone only. */
  readonly #shadowed = new Map<WireName, number>();
  readonly #shadows = new Set<number>();

  /** `index`: the zone's number among those that are `served`. */
  constructor({ apex, nodes }: Pick<Zone, 'apex' | 'nodes'>, index: number, served: ServedZones) {
    this.zone = index;
    this.#served = served;
    this.#apex = apex;
    this.#ensure(apex);
    for (const [owner, node] of nodes) this.#insert(owner, node);
    this.#findCuts();
    for (const [node, cut] of this.cutOf.entries()) if (node === cut) this.#findGlue(node);
  }

  /** Nodes that no question leads to by their name: a zone below speaks for it. */
  get shadows(): ReadonlySet<number> {
    return this.#shadows;
  }

  rrset(node: number, type: number): RRset | undefined {
    return this.data[node]?.rrsets.find((rrset) => rrset.type === type);
  }

  #insert(owner: WireName, data: ZoneNode): void {
    if (this.#isOwn(owner)) {
      this.data[this.#ensure(owner)] = data;
      return;
    }
    // The zone below is served too and speaks for this name; the zone above keeps the DS and the glue.
    const above = this.#nearestAbove(owner);
    const encloser = this.#ensure(above);
    const inner = above === nameAbove(owner) ? this.#served.at(owner) : undefined;
    const node = this.#add(owner, inner === undefined ? NONE : encloser);
    this.data[node] = data;
    this.#shadowed.set(owner, node);
    this.#shadows.add(node);
    if (inner !== undefined) this.parentSideOf.set(inner, node);
  }

  #isOwn(name: WireName): boolean {
    return this.#served.closest(name, this.zone) === this.zone;
  }

  /** The closest ancestor of a name for which this zone speaks itself. */
  #nearestAbove(owner: WireName): WireName {
    let name = nameAbove(owner);
    while (!this.#isOwn(name)) name = nameAbove(name);
    return name;
  }

  /**
   * The node of a name, made if need be, with all that lie between it and the apex: empty non-terminals (RFC 4592
   * 2.2.2).
   */
  #ensure(name: WireName): number {
    const known = this.#byName.get(name);
    if (known !== undefined) return known;
    const parent = name === this.#apex ? NONE : this.#ensure(nameAbove(name));
    const node = this.#add(name, parent);
    this.#byName.set(name, node);
    if (parent !== NONE && name.startsWith('\x01*')) this.wildcardOf[parent] = node;
    return node;
  }

  #add(name: WireName, parent: number): number {
    this.names.push(name);
    this.parentOf.push(parent);
    this.data.push(undefined);
    this.wildcardOf.push(NONE);
    return this.cutOf.push(NONE) - 1;
  }

  #findCuts(): void {
    for (let node = 1; node < this.names.length; node++) {
      const parent = this.parentOf[node];
      const above = parent === NONE ? NONE : this.cutOf[parent];
      if (above !== NONE) this.cutOf[node] = above;
      else if (this.rrset(node, TYPE.NS) !== undefined) this.cutOf[node] = node;
    }
  }

  #findGlue(cut: number): void {
    const glue: Glue[] = [];
    for (const [rdataIndex, rdata] of (this.rrset(cut, TYPE.NS)?.rdatas ?? []).entries()) {
      const target = lowerCaseName(rdata);
      const node = this.#shadowed.get(target) ?? this.#byName.get(target);
      if (node === undefined) continue;
      if (this.rrset(node, TYPE.A) === undefined && this.rrset(node, TYPE.AAAA) === undefined) continue;
      glue.push({ rdataIndex, node, isRequired: isSubdomain(target, this.names[cut]) });
    }
    // What a resolver can't do without goes first: the rest may not fit.
    if (glue.length > 0)
      this.glueOf.set(cut, [...glue.filter((g) => g.isRequired), ...glue.filter((g) => !g.isRequired)]);
  }
}
