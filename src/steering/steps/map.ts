import { z } from 'zod';
import type { Location } from '../../geo/location.ts';
import { countryCode } from '../country.ts';
import { denseRanks, type Reference, referencesIn, type Step, tiersByKey } from '../step.ts';

const oneOrMore = <T extends z.ZodType>(item: T) =>
  z
    .union([item, z.array(item).min(1)], { error: 'a value or a list of values' })
    .transform((value) => [value].flat() as z.output<T>[]);

const CONTINENTS = ['AF', 'AN', 'AS', 'EU', 'NA', 'OC', 'SA'] as const;

const from = z.strictObject({
  network: oneOrMore(z.string()).optional().meta({ description: 'A name from geo.networks' }),
  city: oneOrMore(z.string()).optional().meta({ description: 'The English name of a city, as the database spells it' }),
  subdivision: oneOrMore(z.string().regex(/^[A-Z]{2}-[A-Z0-9]{1,3}$/, 'an ISO 3166-2 code such as US-CA'))
    .optional()
    .meta({ description: 'State or province: an ISO 3166-2 code such as US-CA' }),
  asn: oneOrMore(z.int().min(0).max(0xffff_ffff)).optional().meta({ description: 'Autonomous system number' }),
  country: oneOrMore(countryCode).optional().meta({ description: 'ISO 3166-1 code of two capital letters' }),
  continent: oneOrMore(z.enum(CONTINENTS, { error: `a continent: ${CONTINENTS.join(', ')}` }))
    .optional()
    .meta({ description: 'AF, AN, AS, EU, NA, OC or SA' }),
});

const row = z.strictObject({
  from: from.optional().meta({ description: 'Which clients: all keys must match. Without it: everyone' }),
  to: z
    .array(z.string(), { error: 'a list of regions, the preferred one first' })
    .min(1, 'at least one region')
    .meta({ description: 'Regions, the preferred one first' }),
});

export type MapFrom = z.output<typeof from>;
export type MapRow = z.output<typeof row>;

/** How specific a match is, most specific first: the order that the issue of 'the most specific match wins' goes by. */
const KINDS = [
  'network',
  'city',
  'subdivision',
  'asn',
  'country',
  'continent',
] as const satisfies readonly (keyof MapFrom)[];

/** Larger than the depth to which networks can nest (128 prefix lengths), so that each kind has room for every depth. */
const DEPTHS = 256;

/**
 * The regions of the most specific row that matches the client, in the row's order: network (the longest), city,
 * subdivision, ASN, country, continent, everyone. While none of them is up, those of the next less specific row that
 * matches; regions that no matching row names come last, as equals. (`fence` is the step that forbids.)
 */
export const map: Step<readonly MapRow[]> = {
  schema: z
    .array(row, { error: 'a list of rows { from: ..., to: [regions] }' })
    .min(1, 'at least one row')
    .meta({ description: 'Regions by where the client is: the most specific row that matches it' }),
  bare: undefined,
  needsRegionLocations: false,
  references: (written) => (Array.isArray(written) ? written.flatMap(referencesOfRow) : []),
  read(rows, location, candidates) {
    const matching = rows
      .map(({ from, to }) => ({ to, specificity: specificityOf(from, location) }))
      .filter(({ specificity }) => specificity !== undefined)
      .sort((a, b) => (a.specificity ?? 0) - (b.specificity ?? 0)); // stable: of equally specific rows the first written wins
    const regions = [...new Set(matching.flatMap(({ to }) => to))];
    return denseRanks(
      candidates.map(({ region }) => {
        const position = regions.indexOf(region.name);
        return position === -1 ? regions.length : position;
      }),
    );
  },
  order: (_rows, ranks, tier) => tiersByKey(tier, (candidate) => ranks[candidate] ?? 0),
};

/** Tolerant of any shape; see {@link Step.references}. */
function referencesOfRow(written: unknown, index: number): readonly Reference[] {
  const { from, to } = Object(written) as { from?: unknown; to?: unknown };
  const { network } = Object(from) as { network?: unknown };
  return [
    ...referencesIn(network, 'network', [index, 'from', 'network']),
    ...referencesIn(to, 'region', [index, 'to']),
  ];
}

/** Less is more specific; undefined: no match. Of a row with several keys the most specific one counts. */
function specificityOf(from: MapFrom | undefined, location: Location): number | undefined {
  if (from === undefined) return KINDS.length * DEPTHS;
  let best = KINDS.length * DEPTHS;
  for (const [kindRank, kind] of KINDS.entries()) {
    const wanted = from[kind];
    if (wanted === undefined) continue;
    const depth = matchDepth(kind, wanted, location);
    if (depth === undefined) return undefined;
    best = Math.min(best, kindRank * DEPTHS + depth);
  }
  return best;
}

/** 0 for a match, n for the n-th longest of the client's networks, undefined for none. */
function matchDepth(
  kind: (typeof KINDS)[number],
  wanted: readonly (string | number)[],
  location: Location,
): number | undefined {
  if (kind === 'network') {
    const depth = location.networks.findIndex((network) => wanted.includes(network));
    return depth === -1 ? undefined : depth;
  }
  const known = location[kind];
  if (known === undefined) return undefined;
  const same = (value: string | number): boolean =>
    kind === 'city' ? String(value).toLowerCase() === String(known).toLowerCase() : value === known;
  return wanted.some(same) ? 0 : undefined;
}
