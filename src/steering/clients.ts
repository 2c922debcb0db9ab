import { z } from 'zod';
import type { Location } from '../geo/location.ts';
import { COUNTRY_FORM, countryCode } from './country.ts';
import type { Reference } from './step.ts';
import { mappingLike, oneOrMore, referencesIn } from './written.ts';

const CONTINENTS = ['AF', 'AN', 'AS', 'EU', 'NA', 'OC', 'SA'] as const;

export const CONTINENT_FORM = `a continent: ${CONTINENTS.join(', ')}`;

export const continent = z.enum(CONTINENTS, { error: CONTINENT_FORM });

const SUBDIVISION_FORM = 'an ISO 3166-2 code such as US-CA';
const ASN_FORM = 'the number of an autonomous system, such as 64500';

const places = {
  network: oneOrMore(z.string('text'), 'the name of a network')
    .optional()
    .meta({ description: 'A name from geo.networks' }),
  city: oneOrMore(z.string('text'), 'the name of a city')
    .optional()
    .meta({ description: 'The English name of a city, as the database spells it' }),
  subdivision: oneOrMore(
    z.string(SUBDIVISION_FORM).regex(/^[A-Z]{2}-[A-Z0-9]{1,3}$/, SUBDIVISION_FORM),
    SUBDIVISION_FORM,
  )
    .optional()
    .meta({ description: 'State or province: an ISO 3166-2 code such as US-CA' }),
  asn: oneOrMore(z.int(ASN_FORM).min(0, ASN_FORM).max(0xffff_ffff, ASN_FORM), ASN_FORM)
    .optional()
    .meta({ description: 'Autonomous system number' }),
  country: oneOrMore(countryCode, COUNTRY_FORM)
    .optional()
    .meta({ description: 'ISO 3166-1 code of two capital letters' }),
  continent: oneOrMore(continent, CONTINENT_FORM).optional().meta({ description: 'AF, AN, AS, EU, NA, OC or SA' }),
};

const CLIENTS_FORM = 'clients: { country: ... }, { continent: ... }, { network: ... } and the like';
const NOT_FORM = `at least one of ${Object.keys(places).join(', ')}`;

/** Which clients are meant: all keys must match, and of a key's values one. */
export const clients = z
  .strictObject(
    {
      ...places,
      not: z
        .strictObject(places, mappingLike(CLIENTS_FORM))
        .refine((keys) => Object.keys(keys).length > 0, NOT_FORM)
        .optional()
        .meta({ description: 'Clients that are taken out again' }),
    },
    mappingLike(CLIENTS_FORM),
  )
  .meta({ id: 'clients' });

export type Clients = z.output<typeof clients>;
type Places = Omit<Clients, 'not'>;

/** How specific a match is, the most specific first. */
const KINDS = [
  'network',
  'city',
  'subdivision',
  'asn',
  'country',
  'continent',
] as const satisfies readonly (keyof Places)[];

/**
 * Larger than the depth to which networks can nest (128 prefix lengths), so that each kind has room for every depth.
 */
const DEPTHS = 256;

/** Of everyone: less specific than any match. */
const EVERYONE = KINDS.length * DEPTHS;

/**
 * How specifically clients at a location are meant; less is more specific; undefined: they are not. Of several keys the
 * most specific one counts: network (the longest first), city, subdivision, ASN, country, continent.
 */
export function specificityOf(wanted: Clients | undefined, location: Location): number | undefined {
  if (wanted === undefined) return EVERYONE;
  if (wanted.not !== undefined && placesMatch(wanted.not, location) !== undefined) return undefined;
  return placesMatch(wanted, location);
}

/** Whether clients at a location are meant. */
export function areMeant(wanted: Clients | undefined, location: Location): boolean {
  return specificityOf(wanted, location) !== undefined;
}

/** The names that are mentioned in what is written, whatever shape it has. */
export function referencesOfClients(written: unknown, path: Reference['path']): readonly Reference[] {
  const { network, not } = Object(written) as { network?: unknown; not?: unknown };
  const { network: except } = Object(not) as { network?: unknown };
  return [
    ...referencesIn(network, 'network', [...path, 'network']),
    ...referencesIn(except, 'network', [...path, 'not', 'network']),
  ];
}

function placesMatch(wanted: Places, location: Location): number | undefined {
  let best = EVERYONE;
  for (const [kindRank, kind] of KINDS.entries()) {
    const values = wanted[kind];
    if (values === undefined) continue;
    const depth = matchDepth(kind, values, location);
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
  const isSame = (value: string | number): boolean =>
    kind === 'city' ? String(value).toLowerCase() === String(known).toLowerCase() : value === known;
  return wanted.some(isSame) ? 0 : undefined;
}
