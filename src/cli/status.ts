import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Status } from '../admin/status.ts';
import { ADMIN_OPTIONS, ADMIN_USAGE, AdminError, askAdmin, socketOf } from './admin-client.ts';
import type { Output } from './output.ts';
import { statusLines } from './status-table.ts';

export const STATUS_USAGE = `usage: aya status [--json | --watch] --config FILE

Shows what is up, down, draining and forced, as the server sees it.

  --json           print JSON
  --watch          show it every second until interrupted; wait for a server that restarts
${ADMIN_USAGE}
Exit codes: 0 done; 1 no server; 2 the command line is wrong.`;

const WATCH_MS = 1_000;

const CLEAR_SCREEN = '\x1b[H\x1b[2J';

/**
 * `aya status`: gives the exit status.
 * @param interrupted ends `--watch`; without it the process has to end.
 */
export async function runStatus(argv: readonly string[], io: Output, interrupted?: AbortSignal): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    options: {
      ...ADMIN_OPTIONS,
      json: { type: 'boolean', default: false },
      watch: { type: 'boolean', default: false },
    },
    allowPositionals: true,
  });
  if (positionals.length > 0 || (values.json && values.watch)) {
    io.err(STATUS_USAGE);
    return 2;
  }
  try {
    const socket = await socketOf(values);
    const look = async (): Promise<void> => show(await askAdmin(socket, 'GET', '/status'), values, io);
    await look();
    if (values.watch) await watch(look, io, interrupted);
    return 0;
  } catch (error) {
    if (!(error instanceof AdminError)) throw error;
    io.err(`aya: ${error.message}`);
    return error.exitCode;
  }
}

/** Looks every second. That nobody answers, as while a server restarts, is said once, and ends nothing. */
async function watch(look: () => Promise<void>, io: Output, interrupted?: AbortSignal): Promise<void> {
  let isAway = false;
  for (;;) {
    await setTimeout(WATCH_MS);
    if (interrupted?.aborted) return;
    try {
      await look();
      isAway = false;
    } catch (error) {
      if (!(error instanceof AdminError)) throw error;
      if (!isAway) io.err(`aya: ${error.message}; asking again every second`);
      isAway = true;
    }
  }
}

function show(
  { status, value }: { readonly status: number; readonly value: unknown },
  { json, watch }: { readonly json: boolean; readonly watch: boolean },
  io: Output,
): void {
  if (status !== 200) throw new AdminError((value as { readonly error?: string }).error ?? `status ${status}`);
  // What goes to a file or another program is text, and nothing else.
  const isTerminal = process.stdout.isTTY === true;
  if (json) {
    io.out(JSON.stringify(value, undefined, 2));
    return;
  }
  if (watch && isTerminal) io.out(CLEAR_SCREEN);
  for (const line of statusLines(value as Status, isTerminal && process.env.NO_COLOR === undefined)) io.out(line);
}
