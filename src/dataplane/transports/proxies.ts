import { buildTrie, type PrefixTrie, packedValue, walk4, walk6 } from '../../net/trie.ts';
import type { Network } from '../../snapshot/streams.ts';
import type { ClientAddress } from '../answering/client.ts';

const [NONE, PROXY] = [0, 1];

/** The networks of proxies: their senders ask for others, and name them in a PROXY protocol header. */
export class Proxies {
  /** Whether there are none: then nobody's address need be looked at. */
  isEmpty = true;
  #trie: PrefixTrie = buildTrie([]);

  constructor(networks: readonly Network[]) {
    this.apply(networks);
  }

  apply(networks: readonly Network[]): void {
    this.isEmpty = networks.length === 0;
    this.#trie = buildTrie(
      networks.map((network) => [network, PROXY]),
      NONE,
    );
  }

  has({ family, w0, w1, w2, w3 }: ClientAddress): boolean {
    const { nodes, root4, root6 } = this.#trie;
    return packedValue(family === 4 ? walk4(nodes, root4, w0) : walk6(nodes, root4, root6, w0, w1, w2, w3)) === PROXY;
  }
}
