import { z } from 'zod';
import { areMeant, clients, referencesOfClients, specificityOf } from '../clients.ts';
import { referencesOfSelector } from '../selector.ts';
import { denseRanks, type Reference, type Step } from '../step.ts';
import { mappingLike } from '../written.ts';
import { nearest } from './nearest.ts';
import { orderedList, positionIn } from './ordered.ts';

const row = z.strictObject(
  {
    from: clients.optional().meta({ description: 'Which clients: all keys must match. Without it: everyone' }),
    to: orderedList.meta({ description: 'Regions or groups, the preferred one first' }),
  },
  mappingLike('a row: { from: ..., to: [regions] }'),
);

const ROWS_FORM = 'a list of rows { from: ..., to: [regions] }';

const rows = z.array(row, { error: ROWS_FORM }).min(1, 'at least one row');

const withRest = z
  .strictObject({
    rows: rows.meta({ description: 'Which clients go to which regions' }),
    // biome-ignore lint/suspicious/noThenProperty: the word that reads best in a configuration; it goes no further
    then: z.enum(['nearest', 'equal'], { error: 'nearest or equal' }).default('equal').meta({
      description: 'Regions that no row of the client names come last: nearest first, or as equals. Default: equal',
    }),
  })
  .transform((written): MapSettings => ({ rows: written.rows, rest: written.then }));

export type MapRow = z.output<typeof row>;

export interface MapSettings {
  readonly rows: readonly MapRow[];
  /** How the regions that no row of the client names follow. */
  readonly rest: 'nearest' | 'equal';
}

/**
 * The regions of the most specific row that matches the client, in the row's order: network (the longest), city,
 * subdivision, ASN, country, continent, everyone. While none of them is up, those of the next less specific row that
 * matches; regions that no matching row names come last. (`fence` is the step that forbids.)
 */
export const map: Step<MapSettings> = {
  schema: z
    .union([rows.transform((list): MapSettings => ({ rows: list, rest: 'equal' })), withRest], {
      error: `${ROWS_FORM}, or { rows: ..., then: nearest }`,
    })
    .meta({ description: 'Regions by where the client is: the most specific row that matches it' }),
  bare: undefined,
  needsRegionLocations: ({ rest }) => rest === 'nearest',
  references(written) {
    if (Array.isArray(written)) return written.flatMap((one, index) => referencesOfRow(one, [index]));
    const { rows: list } = Object(written) as { rows?: unknown };
    return Array.isArray(list) ? list.flatMap((one, index) => referencesOfRow(one, ['rows', index])) : [];
  },
  read(settings, location, candidates, knowledge) {
    const matching = settings.rows
      .filter(({ from }) => areMeant(from, location))
      .map(({ from, to }) => ({ to, specificity: specificityOf(from, location) ?? 0 }))
      .sort((a, b) => a.specificity - b.specificity); // stable: of equally specific rows the first written wins
    const list = matching.flatMap(({ to }) => to);
    const distances = settings.rest === 'nearest' ? nearest.read?.({}, location, candidates, knowledge) : undefined;
    return denseRanks(
      candidates.map((candidate, index) => {
        const position = positionIn(list, candidate);
        return position < list.length ? position : list.length + (distances?.[index] ?? 0);
      }),
    );
  },
  isIndependent: () => true,
  rank: (_settings, ranks, tier) => tier.map((candidate) => ranks[candidate] ?? 0),
};

/** Tolerant of any shape; see {@link Step.references}. */
function referencesOfRow(written: unknown, path: Reference['path']): readonly Reference[] {
  const { from, to } = Object(written) as { from?: unknown; to?: unknown };
  const ofList = Array.isArray(to)
    ? to.flatMap((item, index) => referencesOfSelector(item, [...path, 'to', index]))
    : [];
  return [...referencesOfClients(from, [...path, 'from']), ...ofList];
}
