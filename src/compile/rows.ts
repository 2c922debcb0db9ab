import { TYPE } from '../dns/constants.ts';
import { hashText } from '../net/client-prefix.ts';
import { DRAW, DRAW_ROW, ROW, ROW_KIND, TIER_ENDPOINTS_MAX } from '../snapshot/service.ts';
import type { Decision, Outcome, Tier } from '../steering/decision.ts';
import { assert } from '../util/assert.ts';
import type { BlockBuilder, StoredRecords } from './block.ts';
import type { RowTexts } from './row-text.ts';

/** A leaf of a plan with its records in the block. */
export interface StoredLeaf {
  /** Of its name, for rendezvous hashing. */
  readonly id: number;
  readonly regionIndex: number;
  readonly type: number;
  readonly ttlSecondsMax: number;
  readonly rdatas: readonly Uint8Array[];
  /** Undefined: it has none that are known. */
  readonly records: StoredRecords | undefined;
}

/** Weights that are not whole numbers become parts of this: an error of 1e-7 at most. */
const SHARE_SCALE = 2 ** 24;

const KIND_OF = {
  draw: ROW_KIND.DRAW,
  none: ROW_KIND.NONE,
  refuse: ROW_KIND.REFUSE,
  unknown: ROW_KIND.UNKNOWN,
} as const satisfies Record<Outcome['kind'], number>;

const DRAW_OF = { random: DRAW.RANDOM, rotate: DRAW.ROTATE, sticky: DRAW.STICKY } as const;

/** Writes decisions as rows of a block. */
export class RowWriter {
  readonly #block: BlockBuilder;
  readonly #leaves: readonly StoredLeaf[];
  /** Whether an answer names one endpoint, whatever the policy says: the first decides whether there is a CNAME. */
  readonly #isSingle: boolean;
  readonly #texts: RowTexts | undefined;

  /** @param texts undefined: rows do not say how they came about. */
  constructor(block: BlockBuilder, leaves: readonly StoredLeaf[], isSingle: boolean, texts: RowTexts | undefined) {
    this.#block = block;
    this.#leaves = leaves;
    this.#isSingle = isSingle;
    this.#texts = texts;
  }

  /** The offset of the row of a decision. */
  add(decision: Decision): number {
    if (decision.kind === 'split') {
      const { perMille, name, inside, outside, ...bits } = decision;
      const threshold = Math.round((perMille / 1000) * 2 ** 31);
      return this.#block.addSplit(threshold, hashText(name), bits, this.add(inside), this.add(outside));
    }
    return this.#block.addRow(this.#wordsOf(decision));
  }

  #wordsOf(outcome: Outcome): readonly number[] {
    const { mode } = outcome;
    const wanted = this.#isSingle ? 1 : outcome.answers;
    const tiers = outcome.kind === 'draw' ? this.#neededTiers(outcome, wanted) : [];
    // At most as many as there are: rows are to differ only where answers do.
    const answers = Math.min(wanted, tiers.flat().length);
    const kind = outcome.kind === 'draw' && tiers.length === 0 ? 'unknown' : outcome.kind;
    // With one endpoint a tier there is nothing to draw, and nothing that depends on the client.
    const draw = tiers.some(({ length }) => length > 1) ? outcome.draw : undefined;
    const row = new Array<number>(kind === 'draw' ? DRAW_ROW.WORDS : ROW.WORDS).fill(0);
    row[ROW.KIND] = KIND_OF[kind];
    row[ROW.IS_ALL_DOWN] = mode === 'normal' || mode === 'draining' ? 0 : 1;
    if (this.#texts !== undefined) {
      row[ROW.TEXT_AT_PLUS_1] = this.#texts.add({ kind, mode, draw: draw?.kind, answers, tiers }) + 1;
    }
    if (kind !== 'draw') return row;
    row[DRAW_ROW.ANSWERS] = answers;
    row[DRAW_ROW.TIER_COUNT] = tiers.length;
    row[DRAW_ROW.TTL_MAX] = Math.min(...tiers.flat().map(({ leaf }) => this.#leaves[leaf].ttlSecondsMax));
    if (draw !== undefined) row[DRAW_ROW.DRAW] = DRAW_OF[draw.kind];
    if (draw?.kind === 'sticky') {
      row[DRAW_ROW.IPV4_BITS] = draw.ipv4Bits;
      row[DRAW_ROW.IPV6_BITS] = draw.ipv6Bits;
    }
    return [...row, ...tiers.flatMap((tier) => this.#tierWords(tier))];
  }

  #neededTiers({ tiers }: Outcome, answers: number): readonly Tier[] {
    return neededTiers(tiers, answers, (leaf) => {
      const { records, rdatas, type } = this.#leaves[leaf];
      return records && { rdatas, type };
    });
  }

  /** A TIER, then an ENDPOINT for each of its shares. */
  #tierWords(tier: Tier): readonly number[] {
    assert(tier.length <= TIER_ENDPOINTS_MAX, 'a tier fits the scratch of a draw');
    const weights = wholeWeights(tier.map(({ weight }) => weight));
    const sum = weights.reduce((total, weight) => total + weight, 0);
    const endpoints = tier.flatMap(({ leaf }, position) => {
      const { id, regionIndex, records } = this.#leaves[leaf];
      assert(records !== undefined, 'only leaves with records are in a row');
      return [weights[position], records.at, records.count, id, regionIndex];
    });
    return [tier.length, sum, ...endpoints];
  }
}

/**
 * The tiers that an answer of so many endpoints may come to: what is behind them is not part of the answer, and must
 * not make the networks smaller that share it. Of endpoints with an address in common the first has it: an RRset has no
 * record twice (RFC 2181 section 5). A CNAME is alone (RFC 2181 section 10.1): drawn first it is the answer, later it
 * is left out. `recordsOf` a leaf is undefined where it has none that are known.
 */
export function neededTiers(
  tiers: readonly Tier[],
  answers: number,
  recordsOf: (leaf: number) => { readonly rdatas: readonly Uint8Array[]; readonly type: number } | undefined,
): readonly Tier[] {
  const isAlias = (leaf: number): boolean => recordsOf(leaf)?.type === TYPE.CNAME;
  const needed: Tier[] = [];
  const seen = new Set<string>();
  let count = 0;
  for (const tier of tiers) {
    if (count >= answers) break;
    const fit = tier.filter(({ leaf }) => {
      const records = recordsOf(leaf);
      return records !== undefined && (answers === 1 || isNew(records.rdatas, seen));
    });
    if (fit.length === 0) continue;
    needed.push(fit);
    const aliases = fit.filter(({ leaf }) => isAlias(leaf)).length;
    if (aliases === fit.length && needed.length === 1) break;
    count += fit.length - (answers === 1 ? 0 : aliases);
  }
  return needed;
}

function isNew(rdatas: readonly Uint8Array[], seen: Set<string>): boolean {
  const texts = rdatas.map((rdata) => Buffer.from(rdata).toString('latin1'));
  if (texts.some((text) => seen.has(text))) return false;
  for (const text of texts) seen.add(text);
  return true;
}

/** Weights as whole numbers, as small as they can be without changing their proportions. */
function wholeWeights(weights: readonly number[]): readonly number[] {
  if (weights.every(Number.isInteger)) {
    const divisor = weights.reduce(greatestCommonDivisor);
    return weights.map((weight) => weight / divisor);
  }
  const sum = weights.reduce((total, weight) => total + weight, 0);
  if (weights.every((weight) => weight === weights[0])) return weights.map(() => 1);
  return weights.map((weight) => Math.max(1, Math.round((weight / sum) * SHARE_SCALE)));
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
