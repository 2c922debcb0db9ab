import { graftingEmbedded4 } from '../net/embedded.ts';
import { formatPrefix, type Prefix } from '../net/prefix.ts';
import { buildTrie, type PrefixTrie } from '../net/trie.ts';
import { revaluing } from '../net/trie-marks.ts';
import type { Sliced } from '../util/slices.ts';
import type { GeoMap } from './geomap.ts';
import type { Location } from './location.ts';

/** Networks that are told apart, and for every address which of them it is in: the number of its name from 1, or 0. */
export interface MarkedNetworks {
  readonly names: readonly string[];
  readonly marks: PrefixTrie;
}

export function markNetworks(networks: readonly Prefix[]): MarkedNetworks {
  return {
    names: networks.map(formatPrefix),
    marks: buildTrie(networks.map((network, index) => [network, index + 1])),
  };
}

/**
 * The map with cells of their own for some networks, of which more is known than of where they are: within each, every
 * location says so. All other cells keep their numbers. In slices.
 */
export function* layingNetworks(map: GeoMap, { names, marks }: MarkedNetworks): Sliced<GeoMap> {
  if (names.length === 0) return map;
  const cells: Location[] = [...map.cells];
  const numbers = new Map<number, number>();
  const cellOf = (cell: number, mark: number): number => {
    const key = cell * (names.length + 1) + mark;
    const known = numbers.get(key);
    if (known !== undefined) return known;
    const number = cells.push({ ...map.cells[cell]!, measuredNetwork: names[mark - 1]! }) - 1;
    numbers.set(key, number);
    return number;
  };
  const trie = yield* revaluing(map.trie, marks, cellOf);
  yield;
  return { trie: yield* graftingEmbedded4(trie), cells };
}
