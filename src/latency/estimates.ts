import { distanceKm } from '../util/distance.ts';
import type { BeliefTable, Grounded } from './belief-table.ts';
import { countryCode, countryNumber, formatKey, NO_COUNTRY, networkKey } from './cell-key.ts';
import type { Cells } from './cells.ts';
import type { DistanceFit } from './distance-fit.ts';
import { groupNumber } from './grouping.ts';
import type { LatencyOptions } from './options.ts';
import type { Records } from './records.ts';
import type { Position, Region } from './report.ts';
import { type Belief, shrink } from './shrink.ts';
import { COUNT_MIN } from './tally.ts';
import type { Variation } from './variation.ts';

/** Where a client is, as far as it is known; what is absent is taken from the next level up. */
export interface ClientCell {
  /** `203.0.113.0/24` or `2001:db8:0:100::/56`. */
  readonly network?: string;
  readonly asn?: number;
  /** ISO 3166-1 alpha-2. */
  readonly country?: string;
  readonly position?: Position;
}

/** The finest level that had something to say. */
export type EstimateSource = 'network' | 'asn' | 'country' | 'neighbours' | 'distance';

/** A round-trip time and how well it is known. */
export interface Estimate {
  readonly ms: number;
  /** Of these, what health probes of the region take more than usual; absent where they were not asked. */
  readonly addedMs?: number;
  /** A standard deviation. */
  readonly uncertaintyMs: number;
  /** What it rests on, faded by age: samples of a network, else networks; 0 where nothing was measured for the pair. */
  readonly samples: number;
  /** Since the latest of them; Infinity where there is none. */
  readonly ageMs: number;
  readonly source: EstimateSource;
}

/** A country's belief, and where it is from. */
export interface CountryBelief extends Grounded {
  readonly source: EstimateSource;
}

/** What a recompile gives. */
export interface Compiled {
  readonly regions: readonly Region[];
  readonly regionIndices: ReadonlyMap<string, number>;
  readonly options: LatencyOptions;
  readonly nowMs: number;
  readonly fit: DistanceFit;
  readonly variation: Variation;
  /** By country number, then region. */
  readonly countries: ReadonlyMap<number, readonly (CountryBelief | undefined)[]>;
  /** Rows of {@link asns} by group number. */
  readonly asnRows: ReadonlyMap<number, number>;
  readonly asns: BeliefTable;
  /** By region, the groups whose times were found to have changed since the recompile before. */
  readonly changed: readonly ReadonlySet<number>[];
  readonly cells: Cells;
  readonly records: Records;
}

/** A network of which nothing else is known is somewhere: the middle of the globe's distances, give or take a factor. */
const SOMEWHERE_KM = 6000;
const SOMEWHERE_VARIANCE = 1;

/** A single sample of a network that shows little noise: not better than this. */
const RECORD_VARIANCE_MIN = 0.03 ** 2;
/** The standard deviation over the mean absolute deviation, for normal values. */
const NORMAL = 1.2533;

interface Level extends Grounded {
  readonly source: EstimateSource;
}

/**
 * Estimates as of a recompile, from the top of the hierarchy down: distance, neighbours, country, autonomous system, network.
 * Those of networks are read from their records when asked; all above them stand still until the next recompile.
 */
export class Estimates {
  readonly #compiled: Compiled;

  constructor(compiled: Compiled) {
    this.#compiled = compiled;
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

  /** Networks that anything was measured of, and what they are in. */
  *networks(): Generator<ClientCell & { readonly network: string; readonly group: number }> {
    const { cells } = this.#compiled;
    for (let cell = 0; cell < cells.count; cell++) {
      if (!cells.isNetwork(cell)) continue;
      const [asn, number] = [cells.asn(cell), cells.country(cell)];
      const country = countryCode(number);
      const place = { asn, ...(country !== undefined && { country }) };
      yield { network: formatKey(cells.key(cell)), ...place, group: groupNumber(number, asn) };
    }
  }

  /** The round-trip time from a client to a region; undefined for a region that is not known, or a client of whom nothing is. */
  estimate(client: ClientCell, regionName: string): Estimate | undefined {
    const region = this.#compiled.regionIndices.get(regionName);
    if (region === undefined) return undefined;
    const above = this.#asn(client, region) ?? this.#country(client, region) ?? this.#distance(client, region);
    const level = this.#network(client, region, above) ?? above;
    if (level === undefined) return undefined;
    const { belief, samples, ageMs, source } = level;
    const ms = Math.exp(belief.lnMs);
    return { ms, uncertaintyMs: ms * Math.sqrt(belief.variance), samples, ageMs, source };
  }

  /**
   * Whether the times of what the client is in to this region were found to have changed since the recompile before, beyond
   * chance.
   */
  hasChanged({ country, asn = 0 }: ClientCell, regionName: string): boolean {
    const region = this.#compiled.regionIndices.get(regionName);
    return region !== undefined && this.#compiled.changed[region]!.has(groupNumber(countryNumber(country), asn));
  }

  #asn({ country, asn }: ClientCell, region: number): Level | undefined {
    if (asn === undefined || asn === 0) return undefined;
    const { asnRows, asns } = this.#compiled;
    // In its country, else wherever it is.
    for (const number of [groupNumber(countryNumber(country), asn), groupNumber(NO_COUNTRY, asn)]) {
      const row = asnRows.get(number);
      const found = row === undefined ? undefined : asns.get(row, region);
      if (found !== undefined) return { ...found, source: 'asn' };
    }
    return undefined;
  }

  #country({ country, position }: ClientCell, region: number): Level | undefined {
    const found = this.#compiled.countries.get(countryNumber(country))?.[region];
    // A position says more than a country's middle, as long as nobody has measured.
    return found?.source === 'distance' && position !== undefined ? undefined : found;
  }

  #distance({ position }: ClientCell, region: number): Level | undefined {
    if (position === undefined) return undefined;
    const { fit, regions } = this.#compiled;
    const belief = distanceBelief(fit, distanceKm(position, regions[region]!));
    return { belief, samples: 0, ageMs: Number.POSITIVE_INFINITY, source: 'distance' };
  }

  #network({ network }: ClientCell, region: number, above: Level | undefined): Level | undefined {
    const { cells, records, options, nowMs, fit, variation } = this.#compiled;
    const key = network === undefined ? undefined : networkKey(network);
    const cell = key === undefined ? -1 : cells.find(key);
    if (cell < 0) return undefined;
    const pair = cell * records.regionCount + region;
    const count = records.countAt(pair, nowMs, options.halfLifeMs);
    if (count < COUNT_MIN) return undefined;
    const { lnMs } = above?.belief ?? distanceBelief(fit, SOMEWHERE_KM);
    // How far networks stray from their parent, and how unsure the parent itself is.
    const variance = above === undefined ? SOMEWHERE_VARIANCE : variation.network + above.belief.variance;
    const witnesses = records.isTrusted(pair) ? Number.POSITIVE_INFINITY : records.witnesses(pair);
    const evidence = { lnMs: records.lnMs(pair), variance: recordVariance(records, pair, count) };
    const belief = shrink({ lnMs, variance }, evidence, {
      witnesses,
      shareMax: options.sourceShareMax,
      chance: 1, // a network has few samples, and a difference that is none would move it for nothing
    });
    return { belief, samples: count, ageMs: records.ageMs(pair, nowMs), source: 'network' };
  }
}

/** Of what a record of so many samples is off by. */
function recordVariance(records: Records, pair: number, count: number): number {
  return noiseVariance(records, pair, count) + RECORD_VARIANCE_MIN;
}

/** The part of it that more samples take away. */
export function noiseVariance(records: Records, pair: number, count: number): number {
  return (NORMAL * records.spread(pair)) ** 2 / count;
}

/** What distance says, and how little. */
export function distanceBelief(fit: DistanceFit, km: number): Belief {
  const ms = fit.baseMs + fit.msPerKm * km;
  return { lnMs: Math.log(Math.max(1, ms)), variance: Math.min(1, fit.spreadMs / Math.max(1, ms)) ** 2 };
}
