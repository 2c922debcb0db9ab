import { distanceKm } from '../../util/distance.ts';
import { countryCode, countryNumber, formatKey, NO_COUNTRY, networkKey } from '../learned/cell-key.ts';
import type { Position } from '../reports/report.ts';
import type { Compiled, Place } from './compiled.ts';
import { type DistanceFit, distanceBelief } from './distance-fit.ts';
import type { ClientCell, Estimate } from './estimate.ts';
import type { EstimateRow } from './estimate-row.ts';
import { NO_SOURCE, SOURCE, SOURCES } from './estimate-source.ts';
import { groupNumber } from './grouping.ts';
import { type Grounded, Level } from './level.ts';
import { recordVariance } from './record-noise.ts';
import { shrinkInto } from './shrink.ts';
import { COUNT_MIN } from './tally.ts';
import type { Variation } from './variation.ts';

/**
 * A network of which nothing else is known is somewhere: the middle of the globe's distances, give or take a factor.
 */
const SOMEWHERE_KM = 6000;
const SOMEWHERE_VARIANCE = 1;

/**
 * Estimates as of a recompile, from the top of the hierarchy down: distance, neighbours, country, autonomous system,
 * network. Those of networks are read from their records when asked; all above them stand still until the next
 * recompile.
 */
export class Estimates {
  readonly #compiled: Compiled;
  readonly #somewhereLnMs: number;
  // Written for each pair that is asked for.
  readonly #level = new Level();
  readonly #evidence = { lnMs: Number.NaN, variance: Number.NaN };
  readonly #voice: { witnesses: number; readonly shareMax: number; readonly chance: number };

  constructor(compiled: Compiled) {
    this.#compiled = compiled;
    this.#somewhereLnMs = distanceBelief(compiled.fit, SOMEWHERE_KM).lnMs;
    this.#voice = {
      witnesses: Number.NaN,
      shareMax: compiled.options.sourceShareMax,
      chance: 1, // a network has few samples, and a difference that is none would move it for nothing
    };
  }

  get nowMs(): number {
    return this.#compiled.nowMs;
  }

  get variation(): Variation {
    return this.#compiled.variation;
  }

  get fit(): DistanceFit {
    return this.#compiled.fit;
  }

  /** Countries, and autonomous systems in them, of which something is known; see {@link groupNumber}. */
  groups(): readonly number[] {
    const countries = [...this.#compiled.countries.keys()].map((country) => groupNumber(country, 0));
    return [...countries, ...this.#compiled.asnRows.keys()];
  }

  /** The cells of networks that anything was measured of. */
  *networks(): Generator<number> {
    const { cells } = this.#compiled;
    for (let cell = 0; cell < cells.count; cell++) if (cells.isNetwork(cell)) yield cell;
  }

  /** The network of a cell, and what it is in. */
  clientAt(cell: number): ClientCell & { readonly network: string } {
    const { cells } = this.#compiled;
    const country = countryCode(cells.country(cell));
    return {
      network: formatKey(cells.key(cell)),
      asn: cells.asn(cell),
      ...(country !== undefined && { country }),
    };
  }

  /** Where the estimates of a cell's network are. */
  placeAt(cell: number): Place {
    const { cells } = this.#compiled;
    return this.#place(cell, cells.country(cell), cells.asn(cell), undefined);
  }

  /** Where those of a client are. */
  placeOf({ network, asn = 0, country, position }: ClientCell): Place {
    const key = network === undefined ? undefined : networkKey(network);
    const cell = key === undefined ? -1 : this.#compiled.cells.find(key);
    return this.#place(cell, countryNumber(country), asn, position);
  }

  /**
   * The round-trip time from a client to a region; undefined for a region that is not known, or a client of whom
   * nothing is.
   */
  estimate(client: ClientCell, regionName: string): Estimate | undefined {
    const region = this.#compiled.regionIndices.get(regionName);
    if (region === undefined) return undefined;
    this.#find(this.placeOf(client), region);
    const { belief, samples, ageMs, source } = this.#level;
    if (source === NO_SOURCE) return undefined;
    const ms = Math.exp(belief.lnMs);
    return { ms, uncertaintyMs: ms * Math.sqrt(belief.variance), samples, ageMs, source: SOURCES[source]! };
  }

  /** {@link estimate} for all regions at once, without an object for each. */
  read(place: Place, row: EstimateRow): void {
    const { regions, changed } = this.#compiled;
    row.clear();
    for (let region = 0; region < regions.length; region++) {
      this.#find(place, region);
      if (this.#level.source === NO_SOURCE) continue;
      row.set(region, this.#level);
      if (changed.has(place.group, region)) row.hasChanged[region] = 1;
    }
  }

  /**
   * Whether the times of what the client is in to this region were found to have changed since the recompile before,
   * beyond chance.
   */
  hasChanged({ country, asn = 0 }: ClientCell, regionName: string): boolean {
    const region = this.#compiled.regionIndices.get(regionName);
    return region !== undefined && this.#compiled.changed.has(groupNumber(countryNumber(country), asn), region);
  }

  #place(cell: number, country: number, asn: number, position: Position | undefined): Place {
    const { asnRows, countries } = this.#compiled;
    const group = groupNumber(country, asn);
    return {
      ...{ cell, group, position, country: countries.get(country) },
      asnRow: asn === 0 ? -1 : (asnRows.get(group) ?? -1),
      asnAnywhereRow: asn === 0 ? -1 : (asnRows.get(groupNumber(NO_COUNTRY, asn)) ?? -1),
    };
  }

  /** Leaves what is known of a pair in #level. */
  #find(place: Place, region: number): void {
    this.#findAbove(place, region);
    if (place.cell >= 0) this.#findNetwork(place.cell * this.#compiled.records.regionCount + region);
  }

  #findAbove({ asnRow, asnAnywhereRow, country, position }: Place, region: number): void {
    const { asns } = this.#compiled;
    const level = this.#level;
    level.source = SOURCE.asn;
    // In its country, else wherever it is.
    if (asnRow >= 0 && asns.read(asnRow, region, level)) return;
    if (asnAnywhereRow >= 0 && asns.read(asnAnywhereRow, region, level)) return;
    const found = country?.[region];
    // A position says more than a country's middle, as long as nobody has measured.
    if (found !== undefined && !(found.source === 'distance' && position !== undefined)) {
      level.write(found, SOURCE[found.source]);
    } else if (position !== undefined) {
      level.write(this.#distance(position, region), SOURCE.distance);
    } else {
      level.source = NO_SOURCE;
    }
  }

  #distance(position: Position, region: number): Grounded {
    const { fit, regions } = this.#compiled;
    const belief = distanceBelief(fit, distanceKm(position, regions[region]!));
    return { belief, samples: 0, ageMs: Number.POSITIVE_INFINITY };
  }

  /** Draws what was measured of a network to what #level has, and leaves that there. */
  #findNetwork(pair: number): void {
    const { records, nowMs, variation } = this.#compiled;
    const count = records.countAt(pair, nowMs);
    if (count < COUNT_MIN) return;
    const level = this.#level;
    if (level.source === NO_SOURCE) {
      level.belief.lnMs = this.#somewhereLnMs;
      level.belief.variance = SOMEWHERE_VARIANCE;
    } else {
      // How far networks stray from their parent, and how unsure the parent itself is.
      level.belief.variance = variation.network + level.belief.variance;
    }
    this.#evidence.lnMs = records.lnMs(pair);
    this.#evidence.variance = recordVariance(records, pair, count);
    this.#voice.witnesses = records.isTrusted(pair) ? Number.POSITIVE_INFINITY : records.witnesses(pair);
    shrinkInto(level.belief, level.belief, this.#evidence, this.#voice);
    level.samples = count;
    level.ageMs = records.ageMs(pair, nowMs);
    level.source = SOURCE.network;
  }
}
