import { parseArgs } from 'node:util';
import { FORCES, type Force } from '../health/overrides.ts';
import { durationExpected, parseDurationMs } from '../util/duration-text.ts';
import {
  ADMIN_OPTIONS,
  ADMIN_USAGE,
  type AdminAnswer,
  AdminError,
  askAdmin,
  socketOf,
  whoAmI,
} from './admin-client.ts';
import type { Output } from './output.ts';

const OVERRIDE_USAGE = `  --override       do it even if it breaks a rule of safety; that is recorded
${ADMIN_USAGE}
Exit codes: 0 done; 1 refused, or no server; 2 the command line is wrong.`;

export const FORCE_USAGE = `usage: aya force WHAT up|down|drain [--for TIME] [--why TEXT] [--override] --config FILE

Forces an endpoint (web/eu-west), a region or a service, whatever its probes find:
  drain            no new clients while another endpoint is up
  down             out, even if its probe passes
  up               answered, even if its probe fails
An endpoint's own override wins over its service's, and that over its region's. It survives restarts.

  --for TIME       for so long, such as 2h; default: until aya unforce
  --why TEXT       the reason, for the log and for whoever comes after you
${OVERRIDE_USAGE}`;

export const UNFORCE_USAGE = `usage: aya unforce WHAT [--override] --config FILE

Takes back what aya force did: the probes' verdicts count again.

${OVERRIDE_USAGE}`;

const OPTIONS = { ...ADMIN_OPTIONS, override: { type: 'boolean', default: false } } as const;

/** `aya force`: gives the exit status. */
export async function runForce(argv: readonly string[], io: Output): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    options: { ...OPTIONS, for: { type: 'string' }, why: { type: 'string', default: '' } },
    allowPositionals: true,
  });
  const [target, force, ...surplus] = positionals;
  const forMs = values.for === undefined ? undefined : parseDurationMs(values.for);
  if (target === undefined || force === undefined || surplus.length > 0) return misuse(io, FORCE_USAGE);
  if (!isForce(force)) {
    io.err(`aya: ${force}: expected one of ${FORCES.join(', ')}`);
    return 2;
  }
  if (values.for !== undefined && !forMs) {
    io.err(`aya: --for ${values.for}: expected ${durationExpected}`);
    return 2;
  }
  const { why, override } = values;
  return change(io, values, '/force', { target, force, ...(forMs && { forMs }), who: whoAmI(), why, override });
}

/** `aya unforce`: gives the exit status. */
export async function runUnforce(argv: readonly string[], io: Output): Promise<number> {
  const { values, positionals } = parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true });
  const [target, ...surplus] = positionals;
  if (target === undefined || surplus.length > 0) return misuse(io, UNFORCE_USAGE);
  return change(io, values, '/unforce', { target, who: whoAmI(), override: values.override });
}

async function change(
  io: Output,
  where: { readonly config?: string; readonly socket?: string },
  path: '/force' | '/unforce',
  body: object,
): Promise<number> {
  try {
    return report(io, path, await askAdmin(await socketOf(where), 'POST', path, body));
  } catch (error) {
    if (!(error instanceof AdminError)) throw error;
    io.err(`aya: ${error.message}`);
    return error.exitCode;
  }
}

function report(io: Output, path: string, { status, value }: AdminAnswer): number {
  if (status !== 200) {
    const { error, because } = value as { readonly error: string; readonly because?: string };
    io.err(`aya: refused: ${error}`);
    if (because === 'unsafe') io.err('aya: with --override it is done all the same, and recorded');
    return 1;
  }
  const { kind, name, force, until, warnings } = value as {
    readonly [key in 'kind' | 'name' | 'force' | 'until']?: string;
  } & { readonly warnings: readonly string[] };
  for (const warning of warnings) io.err(`aya: warning: ${warning}`);
  if (path === '/unforce') io.out(`${kind} ${name}: no longer forced ${force}`);
  else io.out(`${kind} ${name}: forced ${force}${until === undefined ? '' : ` until ${until}`}`);
  return 0;
}

function isForce(word: string): word is Force {
  return FORCES.some((force) => force === word);
}

function misuse(io: Output, usage: string): number {
  io.err(usage);
  return 2;
}
