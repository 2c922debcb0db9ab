const BITS_A_WORD = 32;

/**
 * Groups whose times to a region changed: a bit for each pair. When a continent becomes slower these are all groups of
 * it to all regions, and as members of sets they would take more than the thread that learns may have.
 */
export class ChangedGroups {
  readonly #rows = new Map<number, number>();
  readonly #bits: Uint32Array;
  readonly #wordsARow: number;

  /** @param groupsMax that may change: their bits take no memory before that. */
  constructor(groupsMax: number, regionCount: number) {
    this.#wordsARow = Math.ceil(regionCount / BITS_A_WORD);
    this.#bits = new Uint32Array(groupsMax * this.#wordsARow);
  }

  /** @param group its number, see `groupNumber`. */
  add(group: number, region: number): void {
    const row = this.#rows.get(group) ?? this.#rows.size;
    if (row === this.#rows.size) this.#rows.set(group, row);
    this.#bits[this.#wordOf(row, region)]! |= 1 << (region % BITS_A_WORD);
  }

  has(group: number, region: number): boolean {
    const row = this.#rows.get(group);
    return row !== undefined && ((this.#bits[this.#wordOf(row, region)]! >>> (region % BITS_A_WORD)) & 1) === 1;
  }

  #wordOf(row: number, region: number): number {
    return row * this.#wordsARow + Math.trunc(region / BITS_A_WORD);
  }
}
