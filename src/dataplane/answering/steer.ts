import { TYPE } from '../../dns/constants.ts';
import { u16 } from '../../dns/query.ts';
import { packedDepth, packedValue, walk4, walk6 } from '../../net/trie.ts';
import { RECORD_FIXED_BYTES } from '../../snapshot/names.ts';
import {
  ENDPOINT,
  FORM_TABLE,
  NO_TRIE,
  ROW,
  ROW_KIND,
  type ServiceForm,
  type ServiceView,
  TIER,
  TIER_ENDPOINTS_MAX,
} from '../../snapshot/service.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import type { Random } from '../../util/random.ts';
import type { ClientAddress } from './client.ts';
import { type ResponseWriter, SECTION } from './response.ts';

/** How often a service may send on to another. Loops are refused when the config is read; this bounds our own mistakes. */
const HOPS_MAX = 8;

/** What became of the question that was put to a service. */
export const STEERED = {
  ANSWERED: 0,
  NO_DATA: 1,
  TRUNCATED: 2,
  /** By a CNAME. */
  ALIASED: 3,
  /** There may be data: it is not known yet. */
  UNKNOWN: 4,
} as const;
export type Steered = (typeof STEERED)[keyof typeof STEERED];

/** Draws the answers of services: finds the client's class, its row, and endpoints of the row by chance. */
export class Steering {
  readonly #random: Random;
  readonly #isTaken = new Uint8Array(TIER_ENDPOINTS_MAX);
  /** How far the last answer depended on the client: a prefix length in the client's family. */
  scopeBits = 0;
  /** Whether a service that was asked had no endpoint up. */
  isAllDown = false;

  constructor(random: Random) {
    this.#random = random;
  }

  /** Writes the answer of a service's slot for a client into the answer section, owned by the name at `ownerAt`. */
  answer(
    snapshot: Snapshot,
    slot: number,
    form: ServiceForm,
    client: ClientAddress,
    writer: ResponseWriter,
    ownerAt: number,
    ttlSeconds: number,
  ): Steered {
    this.scopeBits = 0;
    this.isAllDown = false;
    let service = snapshot.services[slot];
    for (let hops = 0; hops < HOPS_MAX && service?.has(form); hops++) {
      const { words } = service;
      const table = words[form];
      const row = this.#rowFor(snapshot, service, table, client);
      const kind = words[row + ROW.KIND];
      if (kind === ROW_KIND.DRAW) {
        return this.#draw(service, row, writer, ownerAt, Math.min(ttlSeconds, words[table + FORM_TABLE.TTL_MAX]));
      }
      if (kind === ROW_KIND.NONE) return STEERED.NO_DATA;
      if (kind === ROW_KIND.UNKNOWN) return STEERED.UNKNOWN;
      service = snapshot.services[words[row + ROW.ARGUMENT]];
    }
    return STEERED.NO_DATA;
  }

  /** The offset of the row of the client's class. */
  #rowFor(snapshot: Snapshot, { words }: ServiceView, table: number, client: ClientAddress): number {
    const rows = words[table + FORM_TABLE.ROWS];
    if (words[table + FORM_TABLE.IS_ALL_DOWN] !== 0) this.isAllDown = true;
    if (words[table + FORM_TABLE.IS_UNIFORM] !== 0 || words[table + FORM_TABLE.TRIE] === NO_TRIE) return words[rows];
    const { nodes, root4, root6 } = snapshot.tries[words[table + FORM_TABLE.TRIE]];
    const packed =
      client.family === 4
        ? walk4(nodes, root4, client.w0)
        : walk6(nodes, root4, root6, client.w0, client.w1, client.w2, client.w3);
    const depth = packedDepth(packed);
    // Of several services asked in turn, the answer holds where all of their networks overlap: in the smallest.
    if (depth > this.scopeBits) this.scopeBits = depth;
    return words[rows + packedValue(packed)];
  }

  #draw(service: ServiceView, row: number, writer: ResponseWriter, ownerAt: number, ttlSeconds: number): Steered {
    const { words, records } = service;
    const start = writer.at;
    let written = 0;
    let wanted = words[row + ROW.ARGUMENT];
    let tier = row + ROW.WORDS;
    for (let tiers = words[row + ROW.TIER_COUNT]; tiers > 0 && wanted > 0; tiers--) {
      const count = words[tier + TIER.ENDPOINT_COUNT];
      const endpoints = tier + TIER.WORDS;
      let weightLeft = words[tier + TIER.WEIGHT_SUM];
      if (count > 1) this.#isTaken.fill(0, 0, count);
      for (let left = count; left > 0 && wanted > 0; left--) {
        const endpoint =
          endpoints + (count === 1 ? 0 : this.#pick(words, endpoints, count, weightLeft)) * ENDPOINT.WORDS;
        weightLeft -= words[endpoint + ENDPOINT.WEIGHT];
        const recordCount = words[endpoint + ENDPOINT.RECORD_COUNT];
        if (recordCount === 0) return STEERED.NO_DATA;
        const at = words[endpoint + ENDPOINT.RECORDS_AT];
        const isAlias = u16(records, at + 2) === TYPE.CNAME;
        // A CNAME is alone (RFC 2181 section 10.1): drawn first it is the answer, later it is left out.
        if (isAlias && written > 0) continue;
        const recordBytes = RECORD_FIXED_BYTES + u16(records, at + 10);
        const first = recordCount === 1 ? 0 : this.#random.below(recordCount);
        if (!writer.copyAlike(records, at, recordBytes, recordCount, first, ownerAt, ttlSeconds)) {
          writer.rollBack(SECTION.ANSWER, start, written);
          return STEERED.TRUNCATED;
        }
        if (isAlias) return STEERED.ALIASED;
        written += recordCount;
        wanted--;
      }
      tier = endpoints + count * ENDPOINT.WORDS;
    }
    return STEERED.ANSWERED;
  }

  /** An endpoint that was not taken yet, by weight; takes it. */
  #pick(words: Int32Array, endpoints: number, count: number, weightLeft: number): number {
    let rest = this.#random.below(weightLeft);
    for (let index = 0; index < count; index++) {
      if (this.#isTaken[index] !== 0) continue;
      rest -= words[endpoints + index * ENDPOINT.WORDS + ENDPOINT.WEIGHT];
      if (rest >= 0) continue;
      this.#isTaken[index] = 1;
      return index;
    }
    return 0; // not reached: weightLeft is the sum of what is not taken
  }
}
