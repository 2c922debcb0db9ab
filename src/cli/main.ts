import { flushCompileCache } from 'node:module';
import { VERSION } from '../util/version.ts';
import { misuse, noCommand, optionFault } from './misuse.ts';
import type { Command, Output } from './output.ts';

const USAGE = `Aya answers DNS queries with the region that serves each client best.

  aya serve --config FILE   serve (SIGHUP, or a change of a file it reads, reloads; SIGTERM stops)
  aya check FILE            read a configuration and all it names; print every mistake in it; run its tests
  aya explain NAME ...      say what a client is answered, and why
  aya test FILE             run the tests of a configuration
  aya diff OLD NEW          say which share of clients a change of the configuration moves
  aya status                what is up, down and forced in a running server
  aya queries               who asks a running server what, as it happens
  aya force WHAT ...        overrule what probes find: up, down or drain
  aya unforce WHAT          take that back
  aya latency ...           show, import or export what is learned of round-trip times
  aya agent ...             report the round-trip times of a region's own clients
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

/** Every command, by its word. Each is loaded when it is called: most need a small part of what serving needs. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  serve: () => import('./serve.ts').then(({ SERVE_USAGE: usage, runServe: run }) => ({ usage, run })),
  check: () => import('./check.ts').then(({ CHECK_USAGE: usage, runCheck: run }) => ({ usage, run })),
  explain: () => import('./explain.ts').then(({ EXPLAIN_USAGE: usage, runExplain: run }) => ({ usage, run })),
  test: () => import('./test.ts').then(({ TEST_USAGE: usage, runTest: run }) => ({ usage, run })),
  diff: () => import('./diff.ts').then(({ DIFF_USAGE: usage, runDiff: run }) => ({ usage, run })),
  status: () => import('./status.ts').then(({ STATUS_USAGE: usage, runStatus: run }) => ({ usage, run })),
  queries: () => import('./queries.ts').then(({ QUERIES_USAGE: usage, runQueries: run }) => ({ usage, run })),
  force: () => import('./force.ts').then(({ FORCE_USAGE: usage, runForce: run }) => ({ usage, run })),
  unforce: () => import('./force.ts').then(({ UNFORCE_USAGE: usage, runUnforce: run }) => ({ usage, run })),
  latency: () => import('./latency.ts').then(({ LATENCY_USAGE: usage, runLatency: run }) => ({ usage, run })),
  agent: () => import('./agent.ts').then(({ AGENT_USAGE: usage, runAgent: run }) => ({ usage, run })),
  reload: () => import('./reload.ts').then(({ RELOAD_USAGE: usage, runReload: run }) => ({ usage, run })),
};

/** Whoever reads our lines may stop before the last (`aya explain ... | head`): that is no error of ours. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

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
  if (!Object.hasOwn(COMMANDS, word)) return misuse(output, noCommand(word, Object.keys(COMMANDS)));
  // Until the server hears it itself, a reload is as good as done: nothing has been read yet.
  if (word === 'serve') process.on('SIGHUP', () => {});
  const command = await COMMANDS[word]();
  flushCompileCache(); // for the threads that it may start
  if (argv.includes('--help') || argv.includes('-h')) {
    output.out(command.usage);
    return 0;
  }
  try {
    return await command.run(argv, output);
  } catch (error) {
    const fault = optionFault(error, command.usage);
    if (fault !== undefined) return misuse(output, fault, word);
    throw error;
  }
}
