import type { ClientNetwork } from '../../snapshot/settings.ts';
import type { ClientAddress } from './client.ts';

/** Whether an address is in one of some networks. There should be few, since it looks at each. */
export function isInOneOf(networks: readonly ClientNetwork[], client: ClientAddress): boolean {
  for (const network of networks) if (contains(network, client)) return true;
  return false;
}

/** The upper `bits` bits of a word: none if `bits` is below 0, all if it is above 32. */
export function maskOf(bits: number): number {
  return bits <= 0 ? 0 : -1 << (32 - Math.min(32, bits));
}

function contains({ family, words, bits }: ClientNetwork, client: ClientAddress): boolean {
  if (family !== client.family) return false;
  return (
    ((words[0] ^ client.w0) & maskOf(bits)) === 0 &&
    ((words[1] ^ client.w1) & maskOf(bits - 32)) === 0 &&
    ((words[2] ^ client.w2) & maskOf(bits - 64)) === 0 &&
    ((words[3] ^ client.w3) & maskOf(bits - 96)) === 0
  );
}
