import * as Dns from '../../dns/constants.ts';
import { u16 } from '../../dns/query.ts';
import { ClientPrefix, isInShare } from '../../net/client-prefix.ts';
import { packedDepth, packedValue } from '../../net/trie.ts';
import { walkHeaded4, walkHeaded6 } from '../../net/trie-heads.ts';
import * as Names from '../../snapshot/names.ts';
import type { ServiceForm, ServiceView } from '../../snapshot/service.ts';
import * as Service from '../../snapshot/service.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import type { Random } from '../../util/random.ts';
import type { ClientAddress } from './client.ts';
import { Draws } from './draws.ts';
import type { ResponseWriter } from './response.ts';
import * as Response from './response.ts';

// Bound in this module: V8 would look an imported constant up again at each use.
const { TYPE } = Dns;
const { RECORD_FIXED_BYTES } = Names;
const { DRAW, DRAW_ROW, ENDPOINT, FORM_TABLE, NO_TRIE, ROW, ROW_KIND, SPLIT_ROW, TIER } = Service;
const { SECTION } = Response;

/**
 * How deep rows may split (a canary within a canary). The compiler keeps to it; this guards against our own mistakes.
 */
const SPLITS_MAX = 16;

/** What became of a question to a service. */
export const STEERED = {
  ANSWERED: 0,
  NO_DATA: 1,
  TRUNCATED: 2,
  /** By a CNAME. */
  ALIASED: 3,
  /** There may be data: it is not known yet. */
  UNKNOWN: 4,
  /** There is no answer for this client. */
  REFUSED: 5,
} as const;
export type Steered = (typeof STEERED)[keyof typeof STEERED];

const { ANSWERED, NO_DATA, TRUNCATED, ALIASED, UNKNOWN, REFUSED } = STEERED;

/** Draws the answers of services: finds the row for the client, and endpoints of the row. */
export class Steering {
  readonly #random: Random;
  readonly #draws: Draws;
  readonly #prefix = new ClientPrefix();
  /** How far the last answer depended on the client: a prefix length in the client's family. */
  scopeBits = 0;
  /** Whether the answer is as it is because no endpoint is up. */
  isAllDown = false;
  /**
   * Who answered last: a service's slot, and the region of the first endpoint that was drawn; -1: none since forget().
   */
  slot = -1;
  region = -1;

  constructor(random: Random) {
    this.#random = random;
    this.#draws = new Draws(random);
  }

  forget(): void {
    this.slot = -1;
    this.region = -1;
  }

  /**
   * Writes the answer of a service's slot, in a form that it has, for a client into the answer section, owned by the
   * name at `ownerAt`.
   */
  answer(
    snapshot: Snapshot,
    slot: number,
    form: ServiceForm,
    client: ClientAddress,
    writer: ResponseWriter,
    ownerAt: number,
    ttlSeconds: number,
  ): Steered {
    this.isAllDown = false;
    this.slot = slot;
    this.region = -1;
    const service = snapshot.services[slot];
    const { words } = service;
    const table = words[form];
    const row = this.rowFor(snapshot, words, table, client);
    this.isAllDown = words[row + ROW.IS_ALL_DOWN] !== 0;
    switch (words[row + ROW.KIND]) {
      case ROW_KIND.DRAW:
        return this.#draw(service, row, client, writer, ownerAt, Math.min(ttlSeconds, words[row + DRAW_ROW.TTL_MAX]));
      case ROW_KIND.UNKNOWN:
        return UNKNOWN;
      case ROW_KIND.REFUSE:
        return REFUSED;
      default:
        return NO_DATA;
    }
  }

  /** The offset of the row of a table that holds for the client, which sets `scopeBits`. */
  rowFor(snapshot: Snapshot, words: Int32Array, table: number, client: ClientAddress): number {
    this.scopeBits = 0;
    const trieSlot = words[table + FORM_TABLE.TRIE];
    let number = 0;
    if (trieSlot !== NO_TRIE) {
      const trie = snapshot.tries[trieSlot];
      const packed =
        client.family === 4
          ? walkHeaded4(trie, client.w0)
          : walkHeaded6(trie, client.w0, client.w1, client.w2, client.w3);
      this.scopeBits = packedDepth(packed);
      number = packedValue(packed);
    }
    let row = words[words[table + FORM_TABLE.ROWS] + number];
    for (let splits = 0; words[row + ROW.KIND] === ROW_KIND.SPLIT && splits < SPLITS_MAX; splits++) {
      const hash = this.#hash(
        client,
        words[row + SPLIT_ROW.IPV4_BITS],
        words[row + SPLIT_ROW.IPV6_BITS],
        words[row + SPLIT_ROW.SALT],
      );
      row = words[row + (isInShare(hash, words[row + SPLIT_ROW.THRESHOLD]) ? SPLIT_ROW.INSIDE : SPLIT_ROW.OUTSIDE)];
    }
    return row;
  }

  /** The hash of the client's prefix. The answer then depends on so many bits of the client. */
  #hash({ family, w0, w1, w2, w3 }: ClientAddress, ipv4Bits: number, ipv6Bits: number, salt: number): number {
    const prefix = this.#prefix;
    prefix.set(family, w0, w1, w2, w3, ipv4Bits, ipv6Bits, salt);
    if (prefix.scopeBits > this.scopeBits) this.scopeBits = prefix.scopeBits;
    return prefix.hash;
  }

  #draw(
    service: ServiceView,
    row: number,
    client: ClientAddress,
    writer: ResponseWriter,
    ownerAt: number,
    ttlSeconds: number,
  ): Steered {
    const { words, records } = service;
    const start = writer.at;
    const draws = this.#draws;
    const hash =
      words[row + DRAW_ROW.DRAW] === DRAW.STICKY
        ? this.#hash(client, words[row + DRAW_ROW.IPV4_BITS], words[row + DRAW_ROW.IPV6_BITS], 0)
        : 0;
    let written = 0;
    let wanted = words[row + DRAW_ROW.ANSWERS];
    let tier = row + DRAW_ROW.WORDS;
    for (let tiers = words[row + DRAW_ROW.TIER_COUNT]; tiers > 0 && wanted > 0; tiers--) {
      const count = words[tier + TIER.ENDPOINT_COUNT];
      const endpoints = tier + TIER.WORDS;
      if (count > 1) draws.begin(service, row, tier, wanted, hash);
      for (let left = count; left > 0 && wanted > 0; left--) {
        const endpoint = endpoints + (count === 1 ? 0 : draws.next()) * ENDPOINT.WORDS;
        const recordCount = words[endpoint + ENDPOINT.RECORD_COUNT];
        if (recordCount === 0) return NO_DATA;
        const at = words[endpoint + ENDPOINT.RECORDS_AT];
        const isAlias = u16(records, at + 2) === TYPE.CNAME;
        // A CNAME is alone (RFC 2181 section 10.1). If it is drawn first, it is the answer; later ones are left out.
        if (isAlias && written > 0) continue;
        const recordBytes = RECORD_FIXED_BYTES + u16(records, at + 10);
        const first = recordCount === 1 ? 0 : this.#random.below(recordCount);
        if (!writer.copyAlike(records, at, recordBytes, recordCount, first, ownerAt, ttlSeconds)) {
          writer.rollBack(SECTION.ANSWER, start, written);
          return TRUNCATED;
        }
        if (written === 0) this.region = words[endpoint + ENDPOINT.REGION];
        if (isAlias) return ALIASED;
        written += recordCount;
        wanted--;
      }
      tier = endpoints + count * ENDPOINT.WORDS;
    }
    return ANSWERED;
  }
}
