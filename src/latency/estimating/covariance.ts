import { type Coordinates, distanceKm } from '../../util/distance.ts';

/**
 * How far what is odd about a country, or about a region, tells of others: their kernels fall to 1/e over this
 * distance. Countries of a continent share cables.
 */
const COUNTRY_KM = 4000;
const REGION_KM = 2500;

/**
 * The parts of the variance that distance leaves over: of the country (its access networks), of the region (how well it
 * is connected, alike for all), of the pair with everything near both ends, of one country's way to a neighbourhood of
 * regions, of one region's to a neighbourhood of countries. Half or twice a part changes what clients lose by some
 * hundredths, but without the region's own they lose a tenth more.
 */
const SHARES = { country: 0.15, region: 0.35, pair: 0.2, fromCountry: 0.2, fromRegion: 0.1 };

/** Two countries with less than this in common tell each other nothing. */
const KERNEL_MIN = 1e-4;

/**
 * The covariance of what distance leaves unexplained, between all (country, region) pairs (kriging; Cressie 1993). It
 * is a sum of products of one small matrix for countries and one for regions, so multiplying by it takes C²R + CR²
 * steps rather than C²R².
 */
export class Covariance {
  readonly countries: number;
  readonly regions: number;
  readonly #countryKernel: Float64Array;
  readonly #regionKernel: Float64Array;
  readonly #near: Float64Array;
  /** What other countries have of each row, by how alike they are. */
  readonly #shared: Float64Array;
  readonly #variance: number;

  constructor(countries: readonly Coordinates[], regions: readonly Coordinates[], variance: number) {
    this.countries = countries.length;
    this.regions = regions.length;
    this.#countryKernel = kernel(countries, COUNTRY_KM);
    this.#regionKernel = kernel(regions, REGION_KM);
    this.#near = new Float64Array(this.countries * this.regions);
    this.#shared = new Float64Array(this.countries * this.regions);
    this.#variance = variance;
  }

  /** The variance of one pair. */
  get variance(): number {
    return this.#variance;
  }

  /** 1 for two countries at the same spot, less the further they are apart. */
  nearness(a: number, b: number): number {
    return this.#countryKernel[a * this.countries + b]!;
  }

  /** How alike two countries' ways to one region are, 0 to 1. */
  betweenCountries(a: number, b: number): number {
    return SHARES.region + this.nearness(a, b) * (SHARES.pair + SHARES.fromRegion);
  }

  /** How alike one country's ways to two regions are, 0 to 1. */
  betweenRegions(a: number, b: number): number {
    const near = this.#regionKernel[a * this.regions + b]!;
    return SHARES.country + near * (SHARES.pair + SHARES.fromCountry);
  }

  /**
   * `out` = covariance times `from`; both are rows of regions, one for each country. Rows of `from` that are not of
   * `sources` are taken for 0, and only rows of `targets` are written: most countries have no measurements.
   */
  multiply(from: Float64Array, out: Float64Array, sources: readonly number[], targets: readonly number[]): void {
    const column = new Float64Array(this.regions);
    for (const country of sources) this.#overRegions(from, country * this.regions, column);
    const isSource = new Set(sources);
    for (const country of targets) {
      const start = country * this.regions;
      for (let region = 0; region < this.regions; region++) out[start + region] = SHARES.region * column[region]!;
      if (isSource.has(country)) this.#addOwn(from, out, start);
      this.#addOthers(out, country, sources);
      for (let region = 0; region < this.regions; region++) out[start + region]! *= this.#variance;
    }
  }

  /**
   * What regions near each have of a country's row, to #near and #shared; and the row itself to `column`, the sum of
   * all.
   */
  #overRegions(from: Float64Array, start: number, column: Float64Array): void {
    for (let region = 0; region < this.regions; region++) {
      let near = 0;
      for (let other = 0; other < this.regions; other++) {
        near += this.#regionKernel[region * this.regions + other]! * from[start + other]!;
      }
      this.#near[start + region] = near;
      this.#shared[start + region] = SHARES.pair * near + SHARES.fromRegion * from[start + region]!;
      column[region]! += from[start + region]!;
    }
  }

  /** What lies in the same row: the country's own part, and its ways to near regions. */
  #addOwn(from: Float64Array, out: Float64Array, start: number): void {
    let row = 0;
    for (let region = 0; region < this.regions; region++) row += from[start + region]!;
    for (let region = 0; region < this.regions; region++) {
      out[start + region]! += SHARES.country * row + SHARES.fromCountry * this.#near[start + region]!;
    }
  }

  #addOthers(out: Float64Array, country: number, sources: readonly number[]): void {
    // Fields that are looked up for each pair take longer than the sum.
    const { regions } = this;
    const [kernels, shared] = [this.#countryKernel, this.#shared];
    const [start, kernelStart] = [country * regions, country * this.countries];
    for (let index = 0; index < sources.length; index++) {
      const other = sources[index]!;
      const share = kernels[kernelStart + other]!;
      if (share < KERNEL_MIN) continue;
      const otherStart = other * regions;
      for (let region = 0; region < regions; region++) out[start + region]! += share * shared[otherStart + region]!;
    }
  }
}

function kernel(places: readonly Coordinates[], rangeKm: number): Float64Array {
  const size = places.length;
  const out = new Float64Array(size * size);
  for (let index = 0; index < out.length; index++) {
    const [row, column] = [Math.trunc(index / size), index % size];
    // Distance is the same both ways.
    out[index] =
      column < row ? out[column * size + row]! : Math.exp(-distanceKm(places[row]!, places[column]!) / rangeKm);
  }
  return out;
}
