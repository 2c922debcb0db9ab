import type { AddressStatus, EndpointStatus, ServiceStatus, Status } from '../admin/status.ts';
import type { OverrideStatus } from '../admin/status-overrides.ts';
import type { RegionRow } from '../admin/status-regions.ts';
import { formatDuration } from '../util/duration-text.ts';

const COLOURS = { red: 31, green: 32, yellow: 33, bold: 1 } as const;
type Colour = keyof typeof COLOURS;

const STATE_COLOURS: Readonly<Partial<Record<(EndpointStatus | RegionRow)['state'], Colour>>> = {
  up: 'green',
  draining: 'yellow',
  down: 'red',
};

interface Cell {
  readonly text: string;
  readonly colour?: Colour;
}

const HEADER = ['SERVICE', 'ENDPOINT', 'REGION', 'STATE', 'ADDRESS', 'PROBE', 'SINCE', 'TOOK', 'WHY'];

const REGION_HEADER = ['REGION', 'STATE', 'PROBE', 'SINCE', 'DOWN', 'WHY'];

/** What a server says of itself, as lines for a person. */
export function statusLines(status: Status, isColoured: boolean): readonly string[] {
  const endpoints = status.services.flatMap((service) =>
    service.endpoints.flatMap((endpoint) => rowsOf(service, endpoint)),
  );
  return [
    ...notes(status).map((note) => painted(note, isColoured)),
    ...table(HEADER, endpoints, isColoured),
    ...(status.regions.length === 0 ? [] : ['', ...table(REGION_HEADER, status.regions.map(regionRow), isColoured)]),
  ];
}

/** What an operator has to know before all else. */
function notes(status: Status): readonly Cell[] {
  const doubt = 'the prober is suspect: the last good verdicts are held';
  return [
    ...(status.isProberSuspect ? [{ text: doubt, colour: 'red' } as const] : []),
    ...status.broken.map((what): Cell => ({ text: `safety: ${what}`, colour: 'red' })),
    ...status.services
      .filter(({ fallbacks }) => fallbacks.length > 0)
      .map(({ service, fallbacks }): Cell => ({ text: `${service}: fallback ${fallbacks.join(', ')}`, colour: 'red' })),
    ...status.refused.map((what): Cell => ({ text: `the file of overrides is ignored: ${what}`, colour: 'red' })),
    ...status.overrides.map((override): Cell => ({ text: inWords(override), colour: 'yellow' })),
  ];
}

function inWords({ kind, name, force, until, who, why, isUnsafe }: OverrideStatus): string {
  const by = who === '' ? '' : ` by ${who}`;
  const end = until === undefined ? '' : ` until ${until}`;
  const reason = why === '' ? '' : `: ${why}`;
  const risk = isUnsafe ? ' (against the rules of safety)' : '';
  return `forced ${force}: ${kind} ${name}${end}${by}${reason}${risk}`;
}

/** A line an address; what is the endpoint's stands in the first. */
function rowsOf({ service }: ServiceStatus, endpoint: EndpointStatus): readonly (readonly Cell[])[] {
  const { addresses } = endpoint;
  const first: Cell[] = [
    { text: service },
    { text: endpoint.endpoint },
    { text: endpoint.region ?? '-' },
    stateCell(endpoint),
  ];
  if (addresses.length === 0) return [[...first, { text: '-' }]];
  const again = first.map((): Cell => ({ text: '' }));
  return addresses.map((address, index) => [...(index === 0 ? first : again), ...cellsOf(address)]);
}

function regionRow({ region, state, forced, verdict, forMs, endpoints, why }: RegionRow): readonly Cell[] {
  const { probed, down } = endpoints;
  const count = { text: probed === 0 ? '-' : `${down} of ${probed}` };
  const since = { text: forMs === undefined ? '-' : ago(forMs) };
  return [{ text: region }, stateCell({ state, forced }), probeCell(verdict), since, count, { text: why ?? '' }];
}

function stateCell({ state, forced }: Pick<EndpointStatus | RegionRow, 'state' | 'forced'>): Cell {
  const colour = STATE_COLOURS[state];
  const text = forced === undefined ? state : `${state} (forced)`;
  return colour === undefined ? { text } : { text, colour };
}

function probeCell(verdict: AddressStatus['verdict']): Cell {
  return verdict === 'down' ? { text: verdict, colour: 'red' } : { text: verdict ?? '-' };
}

function cellsOf({ address, verdict, forMs, lastDurationMs, lastError }: AddressStatus): readonly Cell[] {
  const since = forMs === undefined ? '-' : ago(forMs);
  const took = lastDurationMs === undefined ? '-' : formatDuration(lastDurationMs);
  return [{ text: address }, probeCell(verdict), { text: since }, { text: took }, { text: lastError ?? '' }];
}

/** `5s`, `3m`, `2h`, `4d` */
function ago(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  if (seconds < 120) return `${seconds}s`;
  if (seconds < 7_200) return `${Math.floor(seconds / 60)}m`;
  if (seconds < 172_800) return `${Math.floor(seconds / 3600)}h`;
  return `${Math.floor(seconds / 86_400)}d`;
}

function table(header: readonly string[], body: readonly (readonly Cell[])[], isColoured: boolean): readonly string[] {
  const rows = [header.map((text): Cell => ({ text, colour: 'bold' })), ...body];
  const widths = header.map((_, column) => Math.max(...rows.map((row) => row[column]?.text.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => {
        const isLast = column === row.length - 1;
        return painted(cell, isColoured) + (isLast ? '' : ' '.repeat(widths[column] - cell.text.length));
      })
      .join('  ')
      .trimEnd(),
  );
}

/** Line breaks, and what turns the direction of text: in a terminal a reason could pass for another line. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

function painted({ text, colour }: Cell, isColoured: boolean): string {
  const safe = text.replace(UNSAFE, '?');
  return isColoured && colour !== undefined ? `\x1b[${COLOURS[colour]}m${safe}\x1b[0m` : safe;
}
