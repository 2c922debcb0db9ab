/**
 * How often each service answered, and from which regions. Each world has a table of its own, since slots are numbers
 * of one world only. Each worker has a row of doubles that no other worker writes:
 *
 *   whether there is a worker | by service, its slot | by region, its place in the configuration
 */
export interface DemandTable {
  readonly block: SharedArrayBuffer;
  readonly services: number;
  readonly regions: number;
}

/** The cells before those of the services. */
const HEAD_CELLS = 1;
const CELLS_A_LINE = 8;

/** Unused rows take no memory: the system provides a page only when it is written. */
export function makeDemandTable(workers: number, services: number, regions: number): DemandTable {
  const bytes = workers * rowCells({ services, regions }) * Float64Array.BYTES_PER_ELEMENT;
  return { block: new SharedArrayBuffer(bytes), services, regions };
}

/** One worker's row. */
export class DemandRow {
  readonly #cells: Float64Array;
  readonly #regionsAt: number;

  constructor(table: DemandTable, row: number) {
    const cells = rowCells(table);
    this.#cells = new Float64Array(table.block, row * cells * Float64Array.BYTES_PER_ELEMENT, cells);
    this.#cells[0] = 1;
    this.#regionsAt = HEAD_CELLS + table.services;
  }

  /** Counts an answer of a service; `region` is that of its first endpoint, -1 if it has none. */
  add(slot: number, region: number): void {
    this.#cells[HEAD_CELLS + slot]++;
    if (region >= 0) this.#cells[this.#regionsAt + region]++;
  }
}

/** What all workers have counted, by slot and by region. */
export function readDemand(table: DemandTable): { readonly services: Float64Array; readonly regions: Float64Array } {
  const cells = rowCells(table);
  const all = new Float64Array(table.block);
  const sums = new Float64Array(HEAD_CELLS + table.services + table.regions);
  for (let row = 0; row < all.length; row += cells) {
    if (all[row] === 0) continue; // no worker has this row: reading it would only fetch its pages
    for (let cell = 0; cell < sums.length; cell++) sums[cell] += all[row + cell];
  }
  const regionsAt = HEAD_CELLS + table.services;
  return { services: sums.subarray(HEAD_CELLS, regionsAt), regions: sums.subarray(regionsAt) };
}

function rowCells({ services, regions }: Pick<DemandTable, 'services' | 'regions'>): number {
  return Math.ceil((HEAD_CELLS + services + regions) / CELLS_A_LINE) * CELLS_A_LINE;
}
