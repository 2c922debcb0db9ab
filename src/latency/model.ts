import { assert } from '../util/assert.ts';
import { atOnce, type Sliced } from '../util/slices.ts';
import { compiling } from './estimating/compile.ts';
import type { Estimates } from './estimating/estimates.ts';
import { tableCount } from './estimating/finding.ts';
import { VARIATION_START } from './estimating/variation.ts';
import { hashText } from './hash.ts';
import { countryNumber, networkKey, parseKey } from './learned/cell-key.ts';
import { Cells } from './learned/cells.ts';
import { cellRow, type Measured } from './learned/measured.ts';
import { TOLD_SPREAD } from './learned/pair-record.ts';
import { Records } from './learned/records.ts';
import type { TableRow } from './learned/table.ts';
import { TRUSTED_WITNESS, witnessOf } from './learned/witnesses.ts';
import { DEFAULT_OPTIONS, type LatencyOptions } from './options.ts';
import { refuseContent, refuseTime } from './reports/plausible.ts';
import {
  type CountryPlace,
  noRefusals,
  type Refusal,
  type RefusalCounts,
  type Region,
  type Report,
} from './reports/report.ts';
import { SourceLimit } from './reports/source-limit.ts';

/** A snapshot block names a region by one octet. */
const REGIONS_MAX = 255;

/** Half-lives after which a sample would have faded to nothing. */
const AGE_HALF_LIVES_MAX = 8;

export interface LatencyWorld {
  readonly regions: readonly Region[];
  /** By ISO 3166-1 alpha-2. Countries that are not in it are not filled in. */
  readonly countries: ReadonlyMap<string, CountryPlace>;
  readonly options?: Partial<LatencyOptions>;
}

/** What a model has taken and kept. */
export interface LatencyCounts {
  readonly accepted: number;
  /** Taken, but of no weight: the source had already reported this pair in the period. */
  readonly repeated: number;
  readonly refused: Readonly<RefusalCounts>;
  readonly cells: number;
  readonly evicted: number;
  readonly byteLength: number;
}

/**
 * Learns round-trip times from clients to regions. Reports and tables go in, and a recompile makes estimates of them,
 * which takes tens of seconds with a million cells. Estimates are large, so the model keeps none. No clock and no I/O.
 */
export class LatencyModel {
  readonly #measured: Measured;
  readonly #limit: SourceLimit;
  readonly #refused = noRefusals();
  #variation = VARIATION_START;
  #accepted = 0;
  #repeated = 0;

  constructor({ regions, countries, options }: LatencyWorld) {
    assert(regions.length <= REGIONS_MAX, `at most ${REGIONS_MAX} regions`);
    const regionIndices = new Map(regions.map(({ name }, index) => [name, index]));
    assert(regionIndices.size === regions.length, 'regions have names of their own');
    const all = { ...DEFAULT_OPTIONS, ...options };
    const cells = new Cells(all.cellsMax);
    const records = new Records(all.cellsMax, regions.length, all);
    this.#measured = { regions, regionIndices, places: countries, options: all, cells, records };
    this.#limit = new SourceLimit(all.reportsPerSourceMax);
  }

  /** Takes a report in, or says why not, and counts that. `nowMs` as in the report: since 1970. */
  report(report: Report, nowMs = report.atMs): Refusal | undefined {
    const { regions, regionIndices, options } = this.#measured;
    const index = regionIndices.get(report.region);
    if (index === undefined) return this.#refuse('unknown-region');
    const ageMaxMs = AGE_HALF_LIVES_MAX * options.halfLifeMs;
    const refusal = refuseContent(report, regions[index]!, nowMs, ageMaxMs);
    if (refusal !== undefined) return this.#refuse(refusal);
    const key = networkKey(report.network);
    if (key === undefined) return this.#refuse('bad-network');
    const source = hashText(report.source, options.seed);
    if (report.isTrusted !== true && !this.#limit.admit(source)) return this.#refuse('source-limit');
    const membership = { asn: report.asn ?? 0, country: countryNumber(report.country) };
    this.#take(report, cellRow(this.#measured, key, membership, report.atMs) * regions.length + index, source);
    return undefined;
  }

  /**
   * Takes a row of a table, which replaces what was known of its pair. Tables are the operator's: only their times are
   * checked.
   */
  importRow(row: TableRow, nowMs: number): Refusal | undefined {
    const { regionIndices, records } = this.#measured;
    const index = regionIndices.get(row.region);
    if (index === undefined) return this.#refuse('unknown-region');
    const refusal = refuseTime(row.rttMs);
    if (refusal !== undefined) return this.#refuse(refusal);
    const place = parseKey(row.place);
    if (place === undefined) return this.#refuse('bad-network');
    const { asn = place.asn, country } = row;
    const membership = { asn, country: country === undefined ? place.country : countryNumber(country) };
    records.set(cellRow(this.#measured, place.key, membership, nowMs) * records.regionCount + index, {
      lnMs: Math.log(row.rttMs),
      count: tableCount(row.samples),
      spread: TOLD_SPREAD,
      witnesses: TRUSTED_WITNESS,
      seenSeconds: Math.round(nowMs / 1000),
    });
    return undefined;
  }

  /** Makes estimates of what is known now, and begins a new period, in which sources may report each pair again. */
  recompile(nowMs: number): Estimates {
    return atOnce(this.recompiling(nowMs));
  }

  /**
   * {@link recompile} in slices, between which what is learned may be saved. Reports and tables wait for it. @param
   * isPeriodOver false for estimates in the middle of a period: sources that have reported a pair still may not again.
   */
  *recompiling(nowMs: number, isPeriodOver = true): Sliced<Estimates> {
    const estimates = yield* compiling(this.#measured, this.#variation, nowMs, isPeriodOver);
    this.#variation = estimates.variation;
    if (isPeriodOver) this.#limit.reset();
    return estimates;
  }

  /** What is kept, for saving and exporting: see state.ts and table.ts. */
  get measured(): Measured {
    return this.#measured;
  }

  get counts(): LatencyCounts {
    const { cells, records } = this.#measured;
    return {
      accepted: this.#accepted,
      repeated: this.#repeated,
      refused: { ...this.#refused },
      cells: cells.count,
      evicted: cells.evicted,
      byteLength: cells.byteLength + records.byteLength,
    };
  }

  #take({ rttMs, atMs, isTrusted = false }: Report, pair: number, source: number): void {
    this.#accepted++;
    if (!isTrusted && !this.#limit.isFirst(source, pair)) {
      this.#repeated++;
      return;
    }
    const { records } = this.#measured;
    records.observe(pair, Math.log(rttMs), atMs, isTrusted ? TRUSTED_WITNESS : witnessOf(source));
  }

  #refuse(refusal: Refusal): Refusal {
    this.#refused[refusal]++;
    return refusal;
  }
}
