import { graftEmbedded4 } from '../net/embedded.ts';
import { formatPrefix, type Prefix } from '../net/prefix.ts';
import { buildTrie } from '../net/trie.ts';
import { revalue } from '../net/trie-marks.ts';
import type { GeoMap } from './geomap.ts';
import type { Location } from './location.ts';

/**
 * The map with cells of their own for some networks, of which more is known than of where they are: within each, every
 * location says so. All other cells keep their numbers.
 */
export function withMeasuredNetworks(map: GeoMap, networks: readonly Prefix[]): GeoMap {
  if (networks.length === 0) return map;
  const names = networks.map(formatPrefix);
  const cells: Location[] = [...map.cells];
  const numbers = new Map<string, number>();
  const cellOf = (cell: number, mark: number): number => {
    const key = `${cell} ${mark}`;
    const known = numbers.get(key);
    if (known !== undefined) return known;
    const number = cells.push({ ...map.cells[cell]!, measuredNetwork: names[mark - 1]! }) - 1;
    numbers.set(key, number);
    return number;
  };
  const marks = buildTrie(networks.map((network, index) => [network, index + 1] as const));
  return { trie: graftEmbedded4(revalue(map.trie, marks, cellOf)), cells };
}
