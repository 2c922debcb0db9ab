import { parentOf, type WireName } from '../dns/name.ts';
import { assert } from '../util/assert.ts';

/** Which zone speaks for a name, among all that are served. Zones are known by their index. */
export class ServedZones {
  readonly #indexOf: ReadonlyMap<WireName, number>;
  /** Whether a zone has the apex of another below its own; of one that has not, every name is its own. */
  readonly #hasInner: readonly boolean[];

  /** `apexes`: of each zone, in lower case. */
  constructor(apexes: readonly WireName[]) {
    this.#indexOf = new Map(apexes.map((apex, zone) => [apex, zone]));
    this.#hasInner = this.#findInner(apexes);
  }

  /** The zone with this very apex. */
  at(apex: WireName): number | undefined {
    return this.#indexOf.get(apex);
  }

  /** The zone whose apex is the closest at or above a name of `zone`: that zone itself, or one below it. */
  closest(name: WireName, zone: number): number {
    if (!this.#hasInner[zone]) return zone;
    for (let at = name; ; at = nameAbove(at)) {
      const found = this.#indexOf.get(at);
      if (found !== undefined) return found;
    }
  }

  #findInner(apexes: readonly WireName[]): readonly boolean[] {
    const hasInner = apexes.map(() => false);
    for (const apex of apexes) {
      for (let name = parentOf(apex); name !== undefined; name = parentOf(name)) {
        const outer = this.#indexOf.get(name);
        if (outer !== undefined) hasInner[outer] = true;
      }
    }
    return hasInner;
  }
}

/** The parent of a name that lies below some apex, so that it has one. */
export function nameAbove(name: WireName): WireName {
  const parent = parentOf(name);
  assert(parent !== undefined, 'a name below an apex has a parent');
  return parent;
}
