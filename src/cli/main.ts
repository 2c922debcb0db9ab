import { parseArgs } from 'node:util';
import { VERSION } from '../util/version.ts';
import { runCheck } from './check.ts';
import type { Output } from './output.ts';
import { serve } from './serve.ts';

const USAGE = `Aya answers DNS queries with the region that serves each client best.

  aya serve --config FILE   serve (SIGHUP, or a change of a file it reads, reloads; SIGTERM stops)
  aya check FILE            read a configuration and all it names; print every mistake in it
  aya --help                this text
  aya --version             the version

AYA_LOG_LEVEL in the environment sets what serve logs: error, warn, info (default), debug.
Exit codes: 0 done; 1 the configuration can't be served; 2 the command line can't be understood.`;

const output: Output = {
  out: (line) => process.stdout.write(`${line}\n`),
  err: (line) => process.stderr.write(`${line}\n`),
};

/** Every command, by its word. */
const COMMANDS: Readonly<Record<string, (argv: string[]) => Promise<number>>> = {
  serve(argv) {
    const { values, positionals } = parseArgs({
      args: argv,
      options: { config: { type: 'string', short: 'c' } },
      allowPositionals: true,
    });
    const [file = values.config, ...more] = positionals;
    if (file === undefined || more.length > 0 || (values.config !== undefined && positionals.length > 0)) {
      return misuse('serve takes one configuration: aya serve --config FILE');
    }
    return serve(file, output);
  },
  check: (argv) => runCheck(argv, output),
};

async function misuse(what: string): Promise<number> {
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
    output.out(USAGE);
    return 0;
  }
  try {
    return await command(argv);
  } catch (error) {
    if (error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')) {
      return misuse(error.message);
    }
    throw error;
  }
}
