import type { Problem } from '../../util/problem.ts';
import { RTT_MAX_MS, RTT_MIN_MS } from '../reports/plausible.ts';
import type { Region } from '../reports/report.ts';
import { countryCode, formatKey, parseKey } from './cell-key.ts';
import type { Measured } from './measured.ts';

/** A line of a table: what somebody measured between a place and a region. */
export interface TableRow {
  /** `DE`, `AS3320`, `DE/AS3320`, `203.0.113.0/24` or `2001:db8:0:100::/56`. */
  readonly place: string;
  readonly region: string;
  readonly rttMs: number;
  readonly samples: number;
  /** Where a network lies, as far as it is known. */
  readonly asn?: number;
  /** ISO 3166-1 alpha-2. */
  readonly country?: string;
}

interface Table {
  readonly rows: readonly TableRow[];
  readonly problems: readonly Problem[];
  /** Lines that say nothing of our regions. */
  readonly otherLines: number;
  /** Regions that are named and none of ours. */
  readonly otherRegions: ReadonlySet<string>;
}

/** What a table may speak of. */
interface TableWorld {
  readonly regions: readonly Region[];
  /** By ISO 3166-1 alpha-2. */
  readonly countries: ReadonlyMap<string, unknown>;
}

/**
 * Of ours; a table between countries has `cty1,cty2` first. Standard deviation, least and greatest time may be left
 * out.
 */
const HEADER = 'place,region,rtt_cnt,rtt_avg';
const COUNTRIES_HEADER = 'cty1,cty2,rtt_cnt,rtt_avg';
const HEADER_FORM = new RegExp(`^(${HEADER}|${COUNTRIES_HEADER})(,rtt_std)?(,rtt_min)?(,rtt_max)?$`);

/** A file of garbage needs no more to be recognised. */
export const PROBLEMS_MAX = 100;

interface Line {
  readonly places: readonly [string, string];
  readonly samples: number;
  readonly rttMs: number;
}

/**
 * Reads a table of round-trip times in ms, as CSV: `place,region,...` or between two countries, `cty1,cty2,...`, which
 * counts for the regions in either. Every bad line becomes a problem (the first hundred), and reading goes on.
 */
export function parseTable(text: string, file: string, world: TableWorld): Table {
  const rows: TableRow[] = [];
  const problems: Problem[] = [];
  const otherRegions = new Set<string>();
  const firstLines = new Map<string, number>();
  let otherLines = 0;
  const [header = '', ...lines] = text.split(/\r?\n/);
  const columns = columnsIn(header);
  const form = HEADER_FORM.exec(columns.join())?.[1];
  if (form === undefined) {
    const expected = `${HEADER} or ${COUNTRIES_HEADER}`;
    const problem = { code: 'bad-latency-table', file, line: 1, found: header.slice(0, 80), expected };
    return { rows, problems: [problem], otherLines, otherRegions };
  }
  for (const [index, lineText] of lines.entries()) {
    if (lineText.trim() === '') continue;
    const line = parseLine(lineText, columns.length);
    const found =
      typeof line === 'string'
        ? line
        : (repetition(line, index + 2, firstLines) ?? rowsOf(line, form === COUNTRIES_HEADER, world));
    if (typeof found !== 'string') {
      rows.push(...found);
      if (found.length > 0) continue;
      otherLines++;
      if (form === HEADER && typeof line !== 'string') otherRegions.add(line.places[1]);
    } else if (problems.length < PROBLEMS_MAX) {
      problems.push({ code: 'bad-latency-row', file, line: index + 2, found: lineText.slice(0, 80), expected: found });
    }
  }
  return { rows, problems, otherLines, otherRegions };
}

/** Of one line; quoted or not (RFC 4180 section 2.5). None of ours has a comma in it. */
function columnsIn(line: string): readonly string[] {
  return line.split(',').map((column) => column.trim().replace(/^"([^"]*)"$/, '$1'));
}

/** What is wrong where an earlier line has the same places: nobody could tell which of them holds. */
function repetition({ places }: Line, lineNumber: number, firstLines: Map<string, number>): string | undefined {
  const pair = places.join();
  const first = firstLines.get(pair);
  if (first === undefined) firstLines.set(pair, lineNumber);
  return first === undefined ? undefined : `one line for ${pair}: the first is line ${first}`;
}

/** What a line says, or what it should. */
function parseLine(text: string, columnCount: number): Line | string {
  const columns = columnsIn(text);
  // A decimal comma makes one more, and what stands before it would pass for the time.
  if (columns.length !== columnCount) return `${columnCount} columns, as the first line has`;
  const [from = '', to = '', samplesText = '', rttText = ''] = columns;
  if (from === '' || to === '') return 'a place and a region, or two countries';
  if (!/^\d{1,15}$/.test(samplesText)) return 'a number of samples in the third column';
  const rttMs = /^\d+(\.\d+)?$/.test(rttText) ? Number(rttText) : Number.NaN;
  if (!(rttMs >= RTT_MIN_MS && rttMs <= RTT_MAX_MS)) {
    return `a round-trip time from ${RTT_MIN_MS} to ${RTT_MAX_MS} ms in the fourth column`;
  }
  return { places: [from, to], samples: Number(samplesText), rttMs };
}

function rowsOf(
  { places: [from, to], ...figures }: Line,
  isCountries: boolean,
  { regions, countries }: TableWorld,
): TableRow[] | string {
  if (!isCountries) {
    const place = parseKey(from);
    if (place === undefined) return 'a place such as DE, AS3320, DE/AS3320, 203.0.113.0/24 or 2001:db8:0:100::/56';
    const country = countryCode(place.country);
    if (country !== undefined && !countries.has(country)) return 'a country of ISO 3166-1';
    return regions.some(({ name }) => name === to) ? [{ place: from, region: to, ...figures }] : [];
  }
  const ways =
    from === to
      ? [[from, to]]
      : [
          [from, to],
          [to, from],
        ];
  return ways.flatMap(([client, server]) => {
    // Published tables have rows for clients of unknown country, or of the whole of Europe.
    if (!countries.has(client!)) return [];
    const there = regions.filter(({ country }) => country === server);
    return there.map(({ name }) => ({ place: client!, region: name, ...figures }));
  });
}

/**
 * Writes all that was measured as a table that {@link parseTable} reads; a line at a time, for there may be millions.
 */
export function* formatTable({ regions, cells, records }: Measured): Generator<string> {
  yield `${HEADER}\n`;
  for (let cell = 0; cell < cells.count; cell++) {
    for (const [region, { name }] of regions.entries()) {
      const record = records.get(cell * regions.length + region);
      if (record === undefined) continue;
      const samples = Math.max(1, Math.round(record.count));
      yield `${formatKey(cells.key(cell))},${name},${samples},${Math.exp(record.lnMs).toFixed(3)}\n`;
    }
  }
}
