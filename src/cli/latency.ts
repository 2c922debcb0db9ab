import { readFile, stat } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { writeDurably } from '../control/overrides/durable-file.ts';
import { encodeState } from '../latency/learned/state.ts';
import { formatTable, PROBLEMS_MAX, parseTable, type TableRow } from '../latency/learned/table.ts';
import type { LatencyModel } from '../latency/model.ts';
import type { Region } from '../latency/reports/report.ts';
import { formatDuration } from '../util/duration-text.ts';
import { ADMIN_OPTIONS, ADMIN_USAGE, AdminError, askAdmin, socketOf } from './admin-client.ts';
import { knownCountries, readState, readStateFor, StateError } from './latency-state.ts';
import type { Output } from './output.ts';
import { problemText } from './problems.ts';

export const LATENCY_USAGE = `usage: aya latency show --config FILE | --file STATE
       aya latency export --config FILE | --file STATE
       aya latency import TABLE --config FILE [--file STATE]

Shows the round-trip times that Aya has learned, writes them as a table (export), or reads a table
(import). docs/latency.md describes the table. With --config or --socket, it asks the running server.
With --file, it works on a file; no server may be using that file.

  --file STATE     the file that keeps what is learned (latency.file in the configuration)
${ADMIN_USAGE}
Exit codes: 0 done; 1 no server, or a table or a state with mistakes; 2 the command line is wrong.`;

const OPTIONS = { ...ADMIN_OPTIONS, file: { type: 'string' } } as const;

/** Of a table in one request: a body is bounded. */
const ROWS_MAX = 400;

/** Half of what fits in a text; a million lines take a tenth of it. */
const TABLE_OCTETS_MAX = 256 * 2 ** 20;

/** Of names in one message. */
const NAMED_MAX = 10;

type Where = { readonly config?: string; readonly socket?: string; readonly file?: string };

/** `aya latency`: gives the exit status. */
export async function runLatency(argv: readonly string[], io: Output): Promise<number> {
  const { values, positionals } = parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true });
  const [word, table, ...surplus] = positionals;
  const isImport = word === 'import';
  const isMisused = !['show', 'export', 'import'].includes(word ?? '') || isImport !== (table !== undefined);
  if (isMisused || surplus.length > 0 || (isImport && values.file !== undefined && values.config === undefined)) {
    io.err(LATENCY_USAGE);
    return 2;
  }
  try {
    if (table !== undefined) return await importTable(table, values, io);
    const model = await readState(values.file ?? (await savedBy(values)));
    if (word === 'show') show(model, Date.now(), io);
    // A line at a time: there may be millions.
    else for (const line of formatTable(model.measured)) io.out(line.trimEnd());
    return 0;
  } catch (error) {
    if (!(error instanceof AdminError || error instanceof StateError)) throw error;
    io.err(`aya: ${error.message}`);
    return error instanceof AdminError ? error.exitCode : 1;
  }
}

/** Has the server write what it knows, and says where. */
async function savedBy(where: Where): Promise<string> {
  return (await asked<{ readonly file: string }>(where, 'POST', '/latency/save')).file;
}

async function importTable(table: string, where: Where, io: Output): Promise<number> {
  const text = await textOf(table);
  return where.file === undefined ? importToServer(text, table, where, io) : importToFile(text, table, where, io);
}

async function textOf(table: string): Promise<string> {
  try {
    const { size } = await stat(table);
    if (size <= TABLE_OCTETS_MAX) return await readFile(table, 'utf8');
  } catch (error) {
    throw new StateError((error as Error).message);
  }
  throw new StateError(`${table}: found more than ${TABLE_OCTETS_MAX / 2 ** 20} MB, expected several smaller tables`);
}

async function importToServer(text: string, table: string, where: Where, io: Output): Promise<number> {
  const { regions } = await asked<{ readonly regions: readonly Region[] }>(where, 'GET', '/latency');
  const rows = rowsIn(text, table, regions, io);
  let taken = 0;
  for (let from = 0; from < rows.length; from += ROWS_MAX) {
    const body = { rows: rows.slice(from, from + ROWS_MAX) };
    taken += (await asked<{ readonly taken: number }>(where, 'POST', '/latency/import', body)).taken;
  }
  await savedBy(where);
  return told(taken, rows.length, io);
}

async function importToFile(text: string, table: string, { file, config }: Where, io: Output): Promise<number> {
  const model = await readStateFor(file!, config!);
  const rows = rowsIn(text, table, model.measured.regions, io);
  const taken = rows.filter((row) => model.importRow(row, Date.now()) === undefined).length;
  await writeDurably(file!, encodeState(model.measured));
  return told(taken, rows.length, io);
}

/** The rows of a table without a mistake: half of one is worse than none. */
function rowsIn(text: string, table: string, regions: readonly Region[], io: Output): readonly TableRow[] {
  const countries = knownCountries();
  const { rows, problems, otherLines, otherRegions } = parseTable(text, table, { regions, countries });
  for (const problem of problems) io.err(problemText(problem));
  if (problems.length > 0) {
    throw new StateError(`${table} was not taken: ${problems.length}${atLeast(problems)} lines with mistakes`);
  }
  const others = [...otherRegions].slice(0, NAMED_MAX).join(', ');
  const what = others === '' ? 'lines say nothing of' : `lines are of regions (${others}) that are none of`;
  if (otherLines > 0) io.err(`aya: ${otherLines} ${what} the regions of the configuration`);
  if (rows.length === 0) throw new StateError(`nothing of ${table} was taken: ${whyNothing(otherLines, regions)}`);
  return rows;
}

function atLeast({ length }: readonly unknown[]): string {
  return length < PROBLEMS_MAX ? '' : ' or more';
}

function whyNothing(otherLines: number, regions: readonly Region[]): string {
  if (otherLines === 0) return 'it has no lines';
  // Without them a table between countries says nothing.
  const placed = regions.filter(({ country }) => country !== undefined).length;
  return `no line is of one of our regions (${placed} of ${regions.length} have a country)`;
}

function told(taken: number, rows: number, io: Output): number {
  io.out(`took ${taken} of ${rows} times`);
  return taken === rows ? 0 : 1;
}

/** By region: how many networks, systems and countries it was measured from, and how long ago. */
function show({ measured: { regions, cells, records } }: LatencyModel, nowMs: number, io: Output): void {
  for (const [column, { name }] of regions.entries()) {
    let [networks, others, ageMs] = [0, 0, Number.POSITIVE_INFINITY];
    for (let cell = 0; cell < cells.count; cell++) {
      const pair = cell * regions.length + column;
      if (!records.hasAny(pair)) continue;
      if (cells.isNetwork(cell)) networks++;
      else others++;
      ageMs = Math.min(ageMs, records.ageMs(pair, nowMs));
    }
    // Whole seconds: nobody can use the rest.
    const age = Number.isFinite(ageMs) ? `, the latest ${formatDuration(Math.round(ageMs / 1000) * 1000)} ago` : '';
    io.out(`${name}: measured from ${networks} networks, and told of ${others} systems and countries${age}`);
  }
}

async function asked<Value>(where: Where, method: 'GET' | 'POST', path: string, body?: unknown): Promise<Value> {
  const { status, value } = await askAdmin(await socketOf(where), method, path, body);
  if (status !== 200) throw new AdminError((value as { readonly error?: string }).error ?? `status ${status}`);
  return value as Value;
}
