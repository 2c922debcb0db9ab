import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { percentText } from '../inspect/expectations.ts';
import { type Movement, movementsBetween, type QueryLog } from '../inspect/movement.ts';
import { parseQueryLog } from '../inspect/query-log.ts';
import type { Loaded } from '../util/problem.ts';
import type { Output } from './output.ts';
import { problemText } from './problems.ts';
import { loadSubject } from './subject.ts';

export const DIFF_USAGE = `usage: aya diff OLD NEW [--weights FILE] [--json]

Shows, for each service, which share of its clients moves from where to where when the configuration NEW
replaces OLD and everything is up. Clients are counted by IPv4 addresses whose place is known.

  --weights FILE   count clients by this file instead: on each line an address or network, and how many
                   queries come from there
  --json           print JSON; docs/explain.md describes it

Exit codes: 0 done; 1 a configuration can't be served; 2 the command line is wrong.`;

/** `aya diff`: gives the exit status: 0 done, 1 where one can't be served, 2 for misuse. */
export async function runDiff(argv: readonly string[], io: Output): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    options: { weights: { type: 'string' }, json: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  const [oldFile, newFile, ...surplus] = positionals;
  if (oldFile === undefined || newFile === undefined || surplus.length > 0) {
    io.err(DIFF_USAGE);
    return 2;
  }
  const log = values.weights === undefined ? undefined : readLog(values.weights);
  const loaded = [await loadSubject(oldFile), await loadSubject(newFile)];
  const problems = [...loaded, ...(log === undefined ? [] : [log])].flatMap((one) => (one.ok ? [] : one.problems));
  for (const problem of problems) io.err(problemText(problem));
  const [before, after] = loaded;
  if (!before.ok || !after.ok || log?.ok === false) return 1;
  const movements = movementsBetween(before.subject, after.subject, Date.now(), log?.value);
  const lines = values.json
    ? [JSON.stringify({ services: movements.map(movementJson) }, undefined, 2)]
    : linesOf(movements);
  for (const line of lines) io.out(line);
  return 0;
}

function readLog(file: string): Loaded<QueryLog> {
  try {
    return parseQueryLog(readFileSync(file, 'utf8'), file);
  } catch (error) {
    const found = (error as Error).message;
    return { ok: false, problems: [{ code: 'not-readable', file, found, expected: 'a file of weights' }] };
  }
}

function linesOf(movements: readonly Movement[]): readonly string[] {
  const lines = movements
    .filter(({ flows }) => flows.length > 0)
    .flatMap(({ service, type, moved, flows }) => [
      `${service} ${type}: ${percentText(moved)} of clients move`,
      ...flows.map(({ from, to, share }) => `  ${percentText(share)} from ${from} to ${to}`),
    ]);
  return lines.length === 0 ? ['no client moves'] : lines;
}

function movementJson({ service, type, moved, flows }: Movement): object {
  const percent = (share: number): number => Math.round(share * 1_000_000) / 10_000;
  return {
    ...{ service, type, percent: percent(moved) },
    flows: flows.map(({ from, to, share }) => ({ from, to, percent: percent(share) })),
  };
}
