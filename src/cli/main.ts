import { VERSION } from '../util/version.ts';
import { CHECK_USAGE, runCheck } from './check.ts';
import { DIFF_USAGE, runDiff } from './diff.ts';
import { EXPLAIN_USAGE, runExplain } from './explain.ts';
import { FORCE_USAGE, runForce, runUnforce, UNFORCE_USAGE } from './force.ts';
import type { Output } from './output.ts';
import { RELOAD_USAGE, runReload } from './reload.ts';
import { runServe, SERVE_USAGE } from './serve.ts';
import { runStatus, STATUS_USAGE } from './status.ts';
import { runTest, TEST_USAGE } from './test.ts';

const USAGE = `Aya answers DNS queries with the region that serves each client best.

  aya serve --config FILE   serve (SIGHUP, or a change of a file it reads, reloads; SIGTERM stops)
  aya check FILE            read a configuration and all it names; print every mistake in it; run its tests
  aya explain NAME ...      say what a client is answered, and why
  aya test FILE             run the tests of a configuration
  aya diff OLD NEW          say which share of clients a change of the configuration moves
  aya status                what is up, down and forced in a running server
  aya force WHAT ...        overrule what probes find: up, down or drain
  aya unforce WHAT          take that back
  aya reload                have a running server read its configuration again
  aya COMMAND --help        more about a command
  aya --help                this text
  aya --version             the version

AYA_LOG_LEVEL in the environment sets what serve logs: error, warn, info (default), debug.
Exit codes: 0 done; 1 the configuration can't be served; 2 the command line can't be understood.`;

const output: Output = {
  out: (line) => process.stdout.write(`${line}\n`),
  err: (line) => process.stderr.write(`${line}\n`),
};

interface Command {
  readonly usage: string;
  /** Resolves with the exit code. */
  run(argv: readonly string[], io: Output): Promise<number>;
}

/** Every command, by its word. */
const COMMANDS: Readonly<Record<string, Command>> = {
  serve: { usage: SERVE_USAGE, run: runServe },
  check: { usage: CHECK_USAGE, run: runCheck },
  explain: { usage: EXPLAIN_USAGE, run: runExplain },
  test: { usage: TEST_USAGE, run: runTest },
  status: { usage: STATUS_USAGE, run: runStatus },
  force: { usage: FORCE_USAGE, run: runForce },
  unforce: { usage: UNFORCE_USAGE, run: runUnforce },
  reload: { usage: RELOAD_USAGE, run: runReload },
  diff: { usage: DIFF_USAGE, run: runDiff },
};

function misuse(what: string): number {
  output.err(`aya: ${what}`);
  output.err('Try: aya --help');
  return 2;
}

/** Runs the command line. Resolves with the exit code. */
export async function main([word, ...argv]: string[]): Promise<number> {
  if (word === undefined || word === '--help' || word === '-h' || word === 'help') {
    output[word === undefined ? 'err' : 'out'](USAGE);
    return word === undefined ? 2 : 0;
  }
  if (word === '--version' || word === '-V') {
    output.out(VERSION);
    return 0;
  }
  const command = Object.hasOwn(COMMANDS, word) ? COMMANDS[word] : undefined;
  if (command === undefined) return misuse(`there is no command ${word}`);
  if (argv.includes('--help') || argv.includes('-h')) {
    output.out(command.usage);
    return 0;
  }
  try {
    return await command.run(argv, output);
  } catch (error) {
    if (error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')) {
      return misuse(error.message);
    }
    throw error;
  }
}
