import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { GeoMap } from '../geo/geomap.ts';
import type { Location } from '../geo/location.ts';
import type { Estimate } from '../latency/estimating/estimate.ts';
import { mapping } from '../net/mapping.ts';
import { buildTrie, type PrefixTrie } from '../net/trie.ts';
import { type PlanFacts, readFacts, type WholePlan } from '../steering/plan.ts';
import type { Policy } from '../steering/policy.ts';
import type { Knowledge } from '../steering/step.ts';
import { atOnce, type Sliced } from '../util/slices.ts';
import { AlikeClasses } from './alike.ts';

/** Reading a cell takes some ten microseconds. */
const CELLS_A_SLICE = 32;

/**
 * The classes of a service's clients: what its plan reads of each class, and the trie that tells the class of a client.
 */
export interface ClassMap extends Division {
  readonly facts: readonly PlanFacts[];
  /** Of the trie. */
  readonly digest: string;
  /** Of the facts. */
  readonly factsDigest: string;
}

/** How clients divide into classes, whatever is read of these. */
interface Division {
  readonly trie: PrefixTrie;
  /** By cell of the map. */
  readonly classOf: Int32Array;
}

/**
 * Divides the cells of a map into classes: clients for whom a plan reads the same facts. Services that see the world
 * alike share what comes of it.
 */
export class Classifier {
  readonly #map: GeoMap;
  readonly #knowledge: Knowledge | undefined;
  readonly #byInputs = new Map<string, ClassMap>();
  readonly #policyIds = new Map<Policy, number>();
  readonly #alike = new WeakMap<ClassMap, { readonly classes: AlikeClasses | undefined }>();
  readonly #divisionByDigest = new Map<string, Division>();

  constructor(map: GeoMap, knowledge?: Knowledge) {
    this.#map = map;
    this.#knowledge = knowledge;
  }

  classify(plan: WholePlan): ClassMap {
    return atOnce(this.classifying(plan));
  }

  /** {@link classify} in slices, with what tells which classes are answered alike. */
  *classifying(plan: WholePlan): Sliced<ClassMap> {
    const inputs = this.#inputsOf(plan);
    const known = this.#byInputs.get(inputs);
    if (known !== undefined) return known;
    const classMap = yield* this.#dividing(plan);
    this.#alike.set(classMap, { classes: yield* AlikeClasses.making(plan, classMap.facts) });
    this.#byInputs.set(inputs, classMap);
    return classMap;
  }

  /** What a plan reads of clients at a location. */
  read(plan: WholePlan, location: Location): PlanFacts {
    return readFacts(plan, location, this.#knowledge);
  }

  /** Of clients, who get the second fastest; see {@link Knowledge}. */
  get explorationPerMille(): number | undefined {
    return this.#knowledge?.explorationPerMille;
  }

  /** What an estimated round-trip time rests on. */
  why(location: Location, region: string): Estimate | undefined {
    return this.#knowledge?.why?.(location, region);
  }

  /** How to tell which of a plan's classes are answered alike, where that can be told. */
  alike(plan: WholePlan, classes: ClassMap): AlikeClasses | undefined {
    const known = this.#alike.get(classes) ?? { classes: AlikeClasses.of(plan, classes.facts) };
    this.#alike.set(classes, known);
    return known.classes;
  }

  /** Everything that reading depends on, as text: policies, inherited fences, and candidates. */
  #inputsOf({ plans }: WholePlan): string {
    return JSON.stringify(
      plans.map(({ service: { policy }, steps, candidates }) => {
        const fences = steps.filter(({ isInherited }) => isInherited).map(({ step, guards }) => [step, guards]);
        // Policies may have thousands of rows, and hundreds of services the same one.
        const id = this.#policyIds.get(policy) ?? this.#policyIds.size;
        this.#policyIds.set(policy, id);
        return [id, fences, candidates];
      }),
    );
  }

  *#dividing(plan: WholePlan): Sliced<ClassMap> {
    const classByFacts = new Map<string, number>();
    const facts: PlanFacts[] = [];
    const classOf = new Int32Array(this.#map.cells.length);
    for (const [cell, location] of this.#map.cells.entries()) {
      const read = this.read(plan, location);
      const key = JSON.stringify(read);
      const known = classByFacts.get(key);
      classOf[cell] = known ?? facts.push(read) - 1;
      if (known === undefined) classByFacts.set(key, classOf[cell]);
      if (cell % CELLS_A_SLICE === 0) yield;
    }
    const factsDigest = yield* digestOf(classByFacts.keys());
    const digest = createHash('sha256').update(classOf).digest('base64');
    return { facts, digest, factsDigest, ...(yield* this.#division(digest, classOf)) };
  }

  *#division(digest: string, classOf: Int32Array): Sliced<Division> {
    const known = this.#divisionByDigest.get(digest);
    if (known !== undefined) return known;
    const isOne = classOf.every((one) => one === classOf[0]); // no walk over a map of the world for that
    const trie = isOne ? buildTrie([], classOf[0]) : yield* mapping(this.#map.trie, (cell) => classOf[cell]);
    const division = { classOf, trie };
    this.#divisionByDigest.set(digest, division);
    return division;
  }
}

function* digestOf(texts: Iterable<string>): Sliced<string> {
  const hash = createHash('sha256');
  let count = 0;
  for (const text of texts) {
    hash.update(text);
    if (++count % CELLS_A_SLICE === 0) yield;
  }
  return hash.digest('base64');
}

/**
 * Whether all clients are in the same classes, and the same is read of each class. The two may be of one map, or of two
 * equal ones.
 */
export function isSameDivision(a: ClassMap, b: ClassMap): boolean {
  const isSameTrie = a.trie.root4 === b.trie.root4 && a.trie.root6 === b.trie.root6;
  return isSameTrie && a.factsDigest === b.factsDigest && isDeepStrictEqual(a.trie.nodes, b.trie.nodes);
}
