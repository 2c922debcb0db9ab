import { createHash } from 'node:crypto';
import type { GeoMap } from '../geo/geomap.ts';
import { mapValues } from '../net/trie-transform.ts';
import { NO_TRIE } from '../snapshot/service.ts';
import { writeTrie } from '../snapshot/trie.ts';
import { readFacts } from '../steering/decide.ts';
import type { Candidate, Facts } from '../steering/step.ts';
import type { Policy } from '../steering/steps/index.ts';

/** The classes of a service's clients: by class, what its policy reads of them; and which trie tells a client's class. */
export interface ClassMap {
  readonly trieSlot: number;
  readonly facts: readonly (readonly Facts[])[];
}

/**
 * Divides the cells of a map into classes: clients for whom a policy reads the same facts. Services that see the world
 * alike share a trie.
 */
export class Classifier {
  readonly #map: GeoMap;
  readonly #byInputs = new Map<string, ClassMap>();
  readonly #slotByDigest = new Map<string, number>();
  readonly tries: SharedArrayBuffer[] = [];

  constructor(map: GeoMap) {
    this.#map = map;
  }

  classify(policy: Policy, candidates: readonly Candidate[]): ClassMap {
    const inputs = JSON.stringify([policy, candidates]);
    const known = this.#byInputs.get(inputs);
    if (known !== undefined) return known;
    const classMap = this.#divide(policy, candidates);
    this.#byInputs.set(inputs, classMap);
    return classMap;
  }

  #divide(policy: Policy, candidates: readonly Candidate[]): ClassMap {
    const classByFacts = new Map<string, number>();
    const facts: (readonly Facts[])[] = [];
    const classOf = Int32Array.from(this.#map.cells, (location) => {
      const read = readFacts(policy, location, candidates);
      const key = JSON.stringify(read);
      const known = classByFacts.get(key);
      if (known !== undefined) return known;
      classByFacts.set(key, facts.length);
      return facts.push(read) - 1;
    });
    return { trieSlot: facts.length === 1 ? NO_TRIE : this.#trieSlot(classOf), facts };
  }

  #trieSlot(classOf: Int32Array): number {
    const digest = createHash('sha256').update(classOf).digest('base64');
    const known = this.#slotByDigest.get(digest);
    if (known !== undefined) return known;
    // Neighbours of one class merge here: each leaf is the largest network that one answer holds for.
    const slot = this.tries.push(writeTrie(mapValues(this.#map.trie, (cell) => classOf[cell]))) - 1;
    this.#slotByDigest.set(digest, slot);
    return slot;
  }
}
