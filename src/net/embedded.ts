import { assert } from '../util/assert.ts';
import { atOnce, type Sliced } from '../util/slices.ts';
import { type Address, addressBit } from './address.ts';
import { contains, type Prefix, parsePrefix } from './prefix.ts';
import { leaf, type PrefixTrie, TEREDO } from './trie.ts';

/** The forms in which an IPv6 address carries the IPv4 address of the client it belongs to. */
const FORMS = {
  /** IPv4-compatible, RFC 4291 section 2.5.5.1: deprecated, and where .mmdb files keep IPv4. */
  compatible: prefix('::/96'),
  /** IPv4-mapped, RFC 4291 section 2.5.5.2: what a dual-stack socket shows. */
  mapped: prefix('::ffff:0:0/96'),
  /** IPv4-translated, RFC 2765 section 2.1 (SIIT). */
  translated: prefix('::ffff:0:0:0/96'),
  /** NAT64's well-known prefix, RFC 6052 section 2.1. */
  nat64: prefix('64:ff9b::/96'),
  /** 6to4, RFC 3056 section 2: the IPv4 address follows at bit 16. */
  sixToFour: prefix('2002::/16'),
  /** RFC 4380 section 4: server, flags and port follow, then the complement of the client's IPv4 address. */
  teredo: prefix('2001::/32'),
} as const;

/** The unspecified and the loopback address, which RFC 4291 sections 2.5.2 and 2.5.3 take out of ::/96. */
const NOT_COMPATIBLE = prefix('::/127');

/**
 * The trie with an IPv6 half in which every address that carries an IPv4 address has that one's answer, at the exact
 * depth. The five plain forms point into the IPv4 half and cost no nodes of their own. Teredo complements the bits,
 * which no pointer can, so there a reserved leaf sends the walk on ({@link TEREDO}). `::` and `::1` carry no address
 * and keep the answer they had. What else the IPv6 half said about these networks is replaced.
 */
export function graftEmbedded4(trie: PrefixTrie): PrefixTrie {
  return atOnce(graftingEmbedded4(trie));
}

/** {@link graftEmbedded4} in slices. */
export function* graftingEmbedded4(trie: PrefixTrie): Sliced<PrefixTrie> {
  const grafting = new Grafting(trie.nodes);
  let root6 = trie.root6;
  const graft = (at: Prefix, record: number) => {
    root6 = grafting.replace(root6, at, record);
  };
  const ownAnswer = grafting.find(root6, NOT_COMPATIBLE);
  for (const form of [FORMS.compatible, FORMS.mapped, FORMS.translated, FORMS.nat64, FORMS.sixToFour]) {
    graft(form, trie.root4);
  }
  graft(NOT_COMPATIBLE, ownAnswer);
  // With one answer for all of IPv4 there is nothing to walk on to.
  graft(FORMS.teredo, trie.root4 < 0 ? trie.root4 : leaf(TEREDO));
  yield;
  return { root4: trie.root4, ...grafting.finish(root6) };
}

/**
 * The form of embedded IPv4 addresses that all of `prefix` has, if any: `6to4`, `Teredo` and so on. A list of networks
 * cannot name such a network: its addresses have the answers of the IPv4 addresses in them.
 */
export function embeddedForm(prefix: Prefix): keyof typeof FORMS | undefined {
  if (contains(NOT_COMPATIBLE, prefix.address) && prefix.length >= NOT_COMPATIBLE.length) return undefined;
  const names = Object.keys(FORMS) as (keyof typeof FORMS)[];
  return names.find((name) => prefix.length >= FORMS[name].length && contains(FORMS[name], prefix.address));
}

/**
 * The IPv4 network whose addresses those of an IPv6 network carry; undefined where they carry none, or those of no one
 * network.
 */
export function embeddedNetwork(prefix: Prefix): Prefix | undefined {
  const form = embeddedForm(prefix);
  if (form === undefined || form === 'teredo') return undefined; // its last bits are the client's, behind its port
  const bytes = form === 'sixToFour' ? prefix.address.bytes.slice(2, 6) : prefix.address.bytes.slice(12);
  return { address: { family: 4, bytes }, length: Math.min(32, prefix.length - FORMS[form].length) };
}

/** The IPv4 address that an IPv6 address carries; undefined where it carries none. */
export function embeddedAddress(address: Address): Address | undefined {
  const form = address.family === 6 ? embeddedForm({ address, length: 128 }) : undefined;
  if (form === undefined) return undefined;
  const bytes = form === 'sixToFour' ? address.bytes.slice(2, 6) : address.bytes.slice(12);
  return { family: 4, bytes: form === 'teredo' ? bytes.map((byte) => byte ^ 0xff) : bytes };
}

function prefix(text: string): Prefix {
  const parsed = parsePrefix(text);
  assert(parsed.ok, `${text} is a network`);
  return parsed.prefix;
}

/**
 * Copies of the nodes on the way to a change, after the nodes that are there: those stay as they are, also the few that
 * no root reaches any more. To leave these out would take a walk over all nodes.
 */
class Grafting {
  readonly #old: Int32Array;
  readonly #added: number[] = [];

  constructor(nodes: Int32Array) {
    this.#old = nodes;
  }

  /** The root of the trie in which `record` stands at `prefix`. */
  replace(root: number, { address, length }: Prefix, record: number, depth = 0): number {
    if (depth === length) return record;
    const bit = addressBit(address, depth);
    const changed = this.replace(this.#child(root, bit), { address, length }, record, depth + 1);
    const kept = this.#child(root, 1 - bit);
    if (changed === kept && changed < 0) return changed; // what now equals its neighbour is one leaf with it
    const index = (this.#old.length + this.#added.length) / 2;
    this.#added.push(bit === 0 ? changed : kept, bit === 0 ? kept : changed);
    return index;
  }

  /** The record at `prefix`. */
  find(root: number, { address, length }: Prefix): number {
    let record = root;
    for (let depth = 0; depth < length; depth++) record = this.#child(record, addressBit(address, depth));
    return record;
  }

  /** All nodes that are of use, and the root among them: each change left copies behind that the next made anew. */
  finish(root: number): { readonly nodes: Int32Array; readonly root6: number } {
    const kept: number[] = [];
    // A copy has one parent, so it is met once.
    const keep = (record: number): number => {
      const at = 2 * record - this.#old.length;
      if (at < 0) return record;
      const [left, right] = [keep(this.#added[at]), keep(this.#added[at + 1])];
      kept.push(left, right);
      return (this.#old.length + kept.length) / 2 - 1;
    };
    const root6 = keep(root);
    const nodes = new Int32Array(this.#old.length + kept.length);
    nodes.set(this.#old);
    nodes.set(kept, this.#old.length);
    return { nodes, root6 };
  }

  #child(record: number, bit: number): number {
    if (record < 0) return record;
    const at = 2 * record + bit;
    return at < this.#old.length ? this.#old[at] : this.#added[at - this.#old.length];
  }
}
