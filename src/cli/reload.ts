import { parseArgs } from 'node:util';
import { ADMIN_OPTIONS, ADMIN_USAGE, AdminError, askAdmin, socketOf, whoAmI } from './admin-client.ts';
import type { Output } from './output.ts';

export const RELOAD_USAGE = `usage: aya reload [--override] --config FILE

Makes the server read its configuration again, waits, and says how that went.

  --override       do it even if it breaks a rule of safety as things are now; that is recorded
${ADMIN_USAGE}
Exit codes: 0 done; 1 refused, or no server; 2 the command line is wrong.`;

/** `aya reload`: gives the exit status. */
export async function runReload(argv: readonly string[], io: Output): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    options: { ...ADMIN_OPTIONS, override: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  if (positionals.length > 0) {
    io.err(RELOAD_USAGE);
    return 2;
  }
  try {
    const query = new URLSearchParams({ who: whoAmI(), ...(values.override && { override: '' }) });
    const { status, value } = await askAdmin(await socketOf(values), 'POST', `/reload?${query}`);
    if (status === 200) {
      io.out('reloaded');
      return 0;
    }
    const { problems = [], error } = value as { readonly problems?: readonly string[]; readonly error?: string };
    for (const problem of error === undefined ? problems : [error]) io.err(problem);
    io.err('aya: refused; what was served goes on being served');
  } catch (error) {
    if (!(error instanceof AdminError)) throw error;
    io.err(`aya: ${error.message}`);
    return error.exitCode;
  }
  return 1;
}
