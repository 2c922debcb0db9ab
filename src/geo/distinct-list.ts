import { PairTable } from '../net/pair-table.ts';

/** A list of values of which each stands once, by content, at an index that can be a trie's value. */
export class DistinctList<T extends object> {
  readonly list: T[] = [];
  readonly #indices = new Map<string, number>();

  /** `first` is at index 0. */
  constructor(first: T) {
    this.indexOf(first);
  }

  /** The index of `value`, which joins the list if it is new. */
  indexOf(value: T): number {
    const key = JSON.stringify(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
    const known = this.#indices.get(key);
    if (known !== undefined) return known;
    this.#indices.set(key, this.list.length);
    return this.list.push(value) - 1;
  }

  /** `make`, as a function to the index of what it makes, which calls it once for each pair of arguments. */
  memo(make: (a: number, b: number) => T): (a: number, b: number) => number {
    const made = new PairTable();
    return (a, b) => {
      const slot = made.find(a, b);
      if (made.has(slot)) return made.get(slot);
      const index = this.indexOf(make(a, b));
      made.set(slot, a, b, index);
      return index;
    };
  }
}
