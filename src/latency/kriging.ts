import { type Coordinates, distanceKm } from '../util/distance.ts';

/** How far what is odd about a country tells of others, and a region: a kernel falls to 1/e over it. */
const COUNTRY_KM = 1500;
const REGION_KM = 2500;

/**
 * The parts of the variance that distance leaves over: of the country (its access networks), of the region, of the pair with
 * everything near both ends, of one country's way to a neighbourhood of regions, of one region's to a neighbourhood of countries.
 */
const SHARES = { country: 0.2, region: 0.03, pair: 0.3, fromCountry: 0.3, fromRegion: 0.17 };

/**
 * The covariance of what distance leaves unexplained, between all (country, region) pairs (kriging; Cressie 1993). It is
 * a sum of products of one small matrix for countries and one for regions, so multiplying by it takes C²R + CR² steps
 * rather than C²R².
 */
export class Covariance {
  readonly countries: number;
  readonly regions: number;
  readonly #countryKernel: Float64Array;
  readonly #regionKernel: Float64Array;
  readonly #near: Float64Array;
  readonly #varianceMs2: number;

  constructor(countries: readonly Coordinates[], regions: readonly Coordinates[], varianceMs2: number) {
    this.countries = countries.length;
    this.regions = regions.length;
    this.#countryKernel = kernel(countries, COUNTRY_KM);
    this.#regionKernel = kernel(regions, REGION_KM);
    this.#near = new Float64Array(this.countries * this.regions);
    this.#varianceMs2 = varianceMs2;
  }

  /** The variance of one pair. */
  get varianceMs2(): number {
    return this.#varianceMs2 * Object.values(SHARES).reduce((sum, share) => sum + share, 0);
  }

  /** How much of one country is in another, 0 to 1. */
  betweenCountries(a: number, b: number): number {
    return this.#countryKernel[a * this.countries + b]!;
  }

  betweenRegions(a: number, b: number): number {
    return this.#regionKernel[a * this.regions + b]!;
  }

  /** `out` = covariance times `from`; both are rows of regions, one for each country. */
  multiply(from: Float64Array, out: Float64Array): void {
    this.#overRegions(from, out);
    this.#addOverCountries(from, out);
    for (let index = 0; index < out.length; index++) out[index]! *= this.#varianceMs2;
  }

  /** What lies in the same row: the country's own part, and its ways to near regions. Leaves the pair's part in #near. */
  #overRegions(from: Float64Array, out: Float64Array): void {
    for (let start = 0; start < from.length; start += this.regions) {
      let row = 0;
      for (let region = 0; region < this.regions; region++) row += from[start + region]!;
      for (let region = 0; region < this.regions; region++) {
        let near = 0;
        for (let other = 0; other < this.regions; other++) {
          near += this.#regionKernel[region * this.regions + other]! * from[start + other]!;
        }
        this.#near[start + region] = near;
        out[start + region] = SHARES.country * row + SHARES.fromCountry * near;
      }
    }
  }

  #addOverCountries(from: Float64Array, out: Float64Array): void {
    const column = new Float64Array(this.regions);
    for (let index = 0; index < from.length; index++) column[index % this.regions]! += from[index]!;
    for (let country = 0; country < this.countries; country++) {
      const start = country * this.regions;
      for (let region = 0; region < this.regions; region++) out[start + region]! += SHARES.region * column[region]!;
      for (let other = 0; other < this.countries; other++) {
        const share = this.#countryKernel[country * this.countries + other]!;
        if (share < 1e-4) continue;
        const otherStart = other * this.regions;
        for (let region = 0; region < this.regions; region++) {
          const part = SHARES.pair * this.#near[otherStart + region]! + SHARES.fromRegion * from[otherStart + region]!;
          out[start + region]! += share * part;
        }
      }
    }
  }
}

function kernel(places: readonly Coordinates[], rangeKm: number): Float64Array {
  const size = places.length;
  return Float64Array.from({ length: size * size }, (_, index) =>
    Math.exp(-distanceKm(places[Math.trunc(index / size)]!, places[index % size]!) / rangeKm),
  );
}
