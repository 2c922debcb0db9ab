import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type CountryTable, parseCountries } from '../../../src/geo/countries.ts';
import type { Region } from '../../../src/latency/reports/report.ts';
import { distanceKm } from '../../../src/util/distance.ts';
import type { Random } from '../../../src/util/random.ts';

/** Where regions of public clouds are. */
const HUBS = ['US', 'CA', 'BR', 'GB', 'DE', 'FR', 'NL', 'SE', 'SG', 'JP', 'IN', 'AU', 'ZA', 'HK', 'IE', 'IT'];

const COUNTRIES_FILE = fileURLToPath(new URL('../../../geodb/countries.csv', import.meta.url));

/** Round-trip times between countries, taken for what is true. */
export interface Truth {
  readonly countries: CountryTable;
  /** By `DE-US`, both ways. */
  readonly msByPair: ReadonlyMap<string, number>;
}

/** Some regions, and the countries for which the truth to all of them is known. */
export interface World {
  readonly regions: readonly Region[];
  readonly clients: readonly string[];
  /** By country and region, as in the order of {@link regions}. */
  readonly ms: ReadonlyMap<string, readonly number[]>;
}

export function readCountries(): CountryTable {
  const parsed = parseCountries(readFileSync(COUNTRIES_FILE, 'utf8'), COUNTRIES_FILE);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems[0]));
  return parsed.value;
}

/** Reads a table with the columns cty1, cty2, rtt_cnt, rtt_avg first. */
export function readTruth(file: string): Truth {
  const countries = readCountries();
  const msByPair = new Map<string, number>();
  for (const line of readFileSync(file, 'utf8').trim().split(/\r?\n/).slice(1)) {
    const [from = '', to = '', , average] = line.split(',');
    if (!countries.has(from) || !countries.has(to)) continue;
    msByPair.set(`${from}-${to}`, Number(average));
    msByPair.set(`${to}-${from}`, Number(average));
  }
  return { countries, msByPair };
}

/** A world to run without any table: by distance, and what countries and pairs have of their own on top. */
export function drawTruth(random: Random): Truth {
  const countries = readCountries();
  const own = new Map([...countries.keys()].map((code) => [code, random.below(30)]));
  const msByPair = new Map<string, number>();
  for (const from of countries.values()) {
    for (const hub of HUBS) {
      const detour = 0.012 + random.below(8) / 1000;
      const ms = 3 + own.get(from.code)! + distanceKm(from, countries.get(hub)!) * detour;
      msByPair.set(`${from.code}-${hub}`, ms);
      if (!HUBS.includes(from.code)) msByPair.set(`${hub}-${from.code}`, ms);
    }
  }
  return { countries, msByPair };
}

/** Draws that many regions from the hubs. */
export function drawWorld({ countries, msByPair }: Truth, count: number, random: Random): World {
  const codes = shuffled(HUBS, random).slice(0, count);
  const regions = codes.map((code) => ({ ...countries.get(code)!, name: code.toLowerCase(), country: code }));
  const ms = new Map<string, readonly number[]>();
  for (const client of countries.keys()) {
    const row = codes.map((code) => msByPair.get(`${client}-${code}`));
    if (row.every((time) => time !== undefined)) ms.set(client, row);
  }
  return { regions, clients: [...ms.keys()], ms };
}

export function shuffled<T>(items: readonly T[], random: Random): T[] {
  const left = [...items];
  return items.map(() => left.splice(random.below(left.length), 1)[0]!);
}

/** The region at the least great-circle distance. */
export function nearest(truth: Truth, world: World, client: string): number {
  const km = world.regions.map((region) => distanceKm(truth.countries.get(client)!, region));
  return km.indexOf(Math.min(...km));
}
