import { type DemandTable, makeDemandTable, readDemand } from '../../snapshot/demand.ts';
import { ROWS } from './crew.ts';

/** Answers since the start, by what gave them. */
export interface DemandCounts {
  /** By service: those that it answered, errors included. */
  readonly services: ReadonlyMap<string, number>;
  /** By region: those whose first endpoint it has. */
  readonly regions: ReadonlyMap<string, number>;
}

/** A table, and what its columns mean. */
interface Named {
  readonly table: DemandTable;
  readonly services: readonly string[];
  readonly regions: readonly string[];
}

/**
 * Counts answers by service and region, by name. Workers count by the numbers of the world they serve, so each world
 * has a table of its own. The table of the world before is still read: a worker may have been at a query when the new
 * world came.
 */
export class Demand {
  #tables: readonly Named[] = [];
  /** Of the worlds before those. */
  readonly #past = { services: new Map<string, number>(), regions: new Map<string, number>() };

  /** Makes the table of a world. Names are in the order of its numbers. */
  begin(services: Iterable<string>, regions: Iterable<string>): DemandTable {
    const names = { services: [...services], regions: [...regions] };
    const table = makeDemandTable(ROWS, names.services.length, names.regions.length);
    for (const old of this.#tables.slice(0, -1)) addTo(this.#past, old);
    this.#tables = [...this.#tables.slice(-1), { ...names, table }];
    return table;
  }

  get counts(): DemandCounts {
    const sums = { services: new Map(this.#past.services), regions: new Map(this.#past.regions) };
    for (const one of this.#tables) addTo(sums, one);
    return sums;
  }
}

function addTo(sums: Record<'services' | 'regions', Map<string, number>>, { table, ...names }: Named): void {
  const counted = readDemand(table);
  for (const kind of ['services', 'regions'] as const) {
    for (const [index, name] of names[kind].entries()) {
      sums[kind].set(name, (sums[kind].get(name) ?? 0) + counted[kind][index]);
    }
  }
}
