import { distanceKm } from '../../util/distance.ts';
import type { ClientCell, Estimate } from '../estimating/estimate.ts';
import { SOURCES } from '../estimating/estimate-source.ts';
import { countryNumber, NO_COUNTRY } from '../learned/cell-key.ts';
import { MS_AN_HOUR, type ServedBlock } from './served-block.ts';
import { NO_ROW, ServedRows } from './served-rows.ts';

/** A client as it is looked up: a network that has no row of its own counts for what it is in. */
export type ServedClient = Pick<ClientCell, 'network' | 'asn' | 'country'> & {
  readonly latitude?: number;
  readonly longitude?: number;
};

/** Looks estimates up in a block. */
export class Served {
  readonly #block: ServedBlock;
  readonly #columns: ReadonlyMap<string, number>;
  readonly #rows: ServedRows;

  constructor(block: ServedBlock) {
    this.#block = block;
    this.#columns = new Map(block.regions.map(({ name }, column) => [name, column]));
    this.#rows = new ServedRows(block.groups, block.networks);
  }

  /** Undefined for a region that is not known, or a client of whom nothing is. */
  estimate(client: ServedClient, region: string): Estimate | undefined {
    const column = this.#columns.get(region);
    if (column === undefined) return undefined;
    for (const row of this.#rowsOf(client)) {
      const found = row === NO_ROW ? undefined : this.#at(row, column);
      // A position says more than a country's middle, as long as nobody has measured.
      if (found !== undefined && !(found.source === 'distance' && client.latitude !== undefined)) return found;
    }
    return this.#byDistance(client, column);
  }

  /** The finest first. */
  #rowsOf({ network, asn, country }: ServedClient): readonly number[] {
    const rows = this.#rows;
    const number = countryNumber(country);
    return [
      network === undefined ? NO_ROW : rows.ofNetwork(network),
      asn === undefined ? NO_ROW : rows.ofGroup(number, asn),
      asn === undefined ? NO_ROW : rows.ofGroup(NO_COUNTRY, asn),
      rows.ofGroup(number, 0),
    ];
  }

  #at(row: number, column: number): Estimate | undefined {
    const { regions, ms, addedMs, uncertaintyMs, samples, ageHours, sources } = this.#block;
    const at = row * regions.length + column;
    if (Number.isNaN(ms[at]!)) return undefined;
    const ground = { uncertaintyMs: uncertaintyMs[at]!, samples: samples[at]!, ageMs: ageHours[at]! * MS_AN_HOUR };
    return { ms: ms[at]!, addedMs: addedMs[column]!, ...ground, source: SOURCES[sources[at]!]! };
  }

  #byDistance({ latitude, longitude }: ServedClient, column: number): Estimate | undefined {
    if (latitude === undefined || longitude === undefined) return undefined;
    const { fit, regions } = this.#block;
    const addedMs = this.#block.addedMs[column]!;
    const ms = addedMs + fit.baseMs + fit.msPerKm * distanceKm({ latitude, longitude }, regions[column]!);
    return {
      ms,
      addedMs,
      uncertaintyMs: fit.spreadMs,
      samples: 0,
      ageMs: Number.POSITIVE_INFINITY,
      source: 'distance',
    };
  }
}
