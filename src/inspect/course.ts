import { type Address, addressWord } from '../net/address.ts';
import { ClientPrefix, hashText, isInShare, rendezvousKey } from '../net/client-prefix.ts';
import type { Decision, Outcome, Tier } from '../steering/decision.ts';
import type { Leaf } from '../steering/plan.ts';

/** On which side of which split a client is, and what it gets there. */
export interface Course {
  /** By the name of the split's canary and its share. */
  readonly sides: readonly { readonly name: string; readonly perMille: number; readonly isTaken: boolean }[];
  readonly outcome: Outcome;
}

/**
 * The course of a client through a decision, by its address: as the data plane takes it (see isInShare). Without an
 * address, past every canary.
 */
export function courseOf(decision: Decision, address: Address | undefined): Course {
  const sides: Course['sides'][number][] = [];
  let current = decision;
  while (current.kind === 'split') {
    const { name, perMille } = current;
    const isTaken = isTakenBy(current, address);
    sides.push({ name, perMille, isTaken });
    current = isTaken ? current.inside : current.outside;
  }
  return { sides, outcome: current };
}

/** Whether a canary takes a client. */
export function isTakenBy(
  { name, perMille, ipv4Bits, ipv6Bits }: { name: string; perMille: number; ipv4Bits: number; ipv6Bits: number },
  address: Address | undefined,
): boolean {
  if (address === undefined) return perMille === 1000;
  const { hash } = prefixOfClient(address, ipv4Bits, ipv6Bits, hashText(name));
  return isInShare(hash, Math.round((perMille / 1000) * 2 ** 31));
}

/** A tier in the order in which a client meets it where answers stick: the least rendezvous key first. */
export function stickyOrder(
  tier: Tier,
  leaves: readonly Leaf[],
  address: Address,
  { ipv4Bits, ipv6Bits }: { readonly ipv4Bits: number; readonly ipv6Bits: number },
): readonly number[] {
  const { hash } = prefixOfClient(address, ipv4Bits, ipv6Bits, 0);
  const keyed = tier.map(({ leaf, weight }) => ({ leaf, key: rendezvousKey(hash, leafId(leaves[leaf]), weight) }));
  return keyed.sort((a, b) => a.key - b.key).map(({ leaf }) => leaf);
}

/** What stands for an address where clients are told apart by it. */
export function prefixOfClient(address: Address, ipv4Bits: number, ipv6Bits: number, salt: number): ClientPrefix {
  const prefix = new ClientPrefix();
  const word = (index: number): number => (address.family === 6 || index === 0 ? addressWord(address, index) | 0 : 0);
  prefix.set(address.family, word(0), word(1), word(2), word(3), ipv4Bits, ipv6Bits, salt);
  return prefix;
}

/** As the compiler makes it of an endpoint's name. */
function leafId({ service, endpoint }: Leaf): number {
  return hashText(`${service}/${endpoint ?? ''}`);
}
