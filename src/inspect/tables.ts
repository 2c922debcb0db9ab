import type { Present } from '../compile/present.ts';
import { RowTries } from '../compile/row-tries.ts';
import type { CompiledService } from '../compile/services.ts';
import { type Address, addressWord } from '../net/address.ts';
import { isInShare } from '../net/client-prefix.ts';
import { type PrefixTrie, packedDepth, packedValue, walk4, walk6 } from '../net/trie.ts';
import {
  DRAW,
  DRAW_ROW,
  FORM_TABLE,
  NO_TRIE,
  ROW,
  ROW_KIND,
  type ServiceForm,
  ServiceView,
  SPLIT_ROW,
} from '../snapshot/service.ts';
import { viewTrie } from '../snapshot/trie.ts';
import type { Moment } from '../steering/policy.ts';
import { prefixOfClient } from './course.ts';

/** What the tables of a service say of an answer besides its endpoints. */
export interface TableAnswer {
  /** The length of the network that shares the answer, in the family of the address (RFC 7871 section 7.2.1). */
  readonly scopeBits: number;
  /** No answer's TTL is more; undefined where there is none. */
  readonly ttlSecondsMax: number | undefined;
  readonly isAllDown: boolean;
}

/**
 * Compiles a service as it would be served, and finds in its tables what they have for a client: as the data plane
 * does.
 */
export function answerInTables(
  service: CompiledService,
  form: ServiceForm,
  present: Present,
  moment: Moment,
  address: Address,
): TableAnswer {
  const tries = new RowTries();
  const { words } = new ServiceView(service.apart(tries).compile(present, moment, false).block);
  const table = words[form];
  if (table === 0) return { scopeBits: 0, ttlSecondsMax: undefined, isAllDown: false };
  const slot = words[table + FORM_TABLE.TRIE];
  const trie = slot === NO_TRIE ? undefined : tries.all.find((one) => one.slot === slot);
  const found = trie === undefined ? 0 : walk(viewTrie(trie.block), address);
  const client = new TableWalk(words, address, packedDepth(found));
  const row = client.through(words[words[table + FORM_TABLE.ROWS] + packedValue(found)]);
  const isDraw = words[row + ROW.KIND] === ROW_KIND.DRAW;
  if (isDraw && words[row + DRAW_ROW.DRAW] === DRAW.STICKY) {
    client.hash(words[row + DRAW_ROW.IPV4_BITS], words[row + DRAW_ROW.IPV6_BITS], 0);
  }
  return {
    scopeBits: client.scopeBits,
    ttlSecondsMax: isDraw ? words[row + DRAW_ROW.TTL_MAX] : undefined,
    isAllDown: words[row + ROW.IS_ALL_DOWN] !== 0,
  };
}

/** Follows the splits of a table for a client, and notes how much of its address they look at. */
class TableWalk {
  scopeBits: number;
  readonly #words: Int32Array;
  readonly #address: Address;

  constructor(words: Int32Array, address: Address, scopeBits: number) {
    this.#words = words;
    this.#address = address;
    this.scopeBits = scopeBits;
  }

  /** The row behind all splits. */
  through(start: number): number {
    const words = this.#words;
    let row = start;
    while (words[row + ROW.KIND] === ROW_KIND.SPLIT) {
      const { IPV4_BITS, IPV6_BITS, SALT, THRESHOLD, INSIDE, OUTSIDE } = SPLIT_ROW;
      const hash = this.hash(words[row + IPV4_BITS], words[row + IPV6_BITS], words[row + SALT]);
      row = words[row + (isInShare(hash, words[row + THRESHOLD]) ? INSIDE : OUTSIDE)];
    }
    return row;
  }

  hash(ipv4Bits: number, ipv6Bits: number, salt: number): number {
    const { hash, scopeBits } = prefixOfClient(this.#address, ipv4Bits, ipv6Bits, salt);
    this.scopeBits = Math.max(this.scopeBits, scopeBits);
    return hash;
  }
}

function walk({ nodes, root4, root6 }: PrefixTrie, address: Address): number {
  const word = (index: number): number => addressWord(address, index) | 0;
  return address.family === 4
    ? walk4(nodes, root4, word(0))
    : walk6(nodes, root4, root6, word(0), word(1), word(2), word(3));
}
