import { flushCompileCache } from 'node:module';
import { VERSION } from '../util/version.ts';
import { misuse, noCommand, optionFault } from './misuse.ts';
import type { Command, Output } from './output.ts';

const USAGE = `Aya answers DNS queries with the addresses of the region that serves each client best.

Run a server:
  aya serve --config FILE   start serving (SIGHUP or a changed file: reload; SIGTERM: stop)

Try a configuration:
  aya check FILE            print every mistake in it and in the files it names, and run its tests
  aya test FILE             run its tests
  aya explain NAME ...      show what a client is answered, and why (also of a running server)
  aya diff OLD NEW          show which share of the clients a change moves

Operate a running server:
  aya status                show what is up, down and forced
  aya force WHAT ...        force something up or down, or drain it, whatever its probes find
  aya unforce WHAT          take that back
  aya queries               show who asks for what, as it happens
  aya reload                read the configuration again, and say how that went
  aya latency ...           show, import or export learned round-trip times
  aya agent ...             report the round-trip times of clients from a region

  aya COMMAND --help        more about a command
  aya --help                this text
  aya --version             the version

AYA_LOG_LEVEL in the environment sets what serve logs: error, warn, info (default), debug.
Exit codes: 0 done; 1 failed, such as a configuration with mistakes; 2 the command line is wrong.`;

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
function endWithReader(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(0);
  });
}

/** Runs the command line. Resolves with the exit code. */
export async function main([word, ...argv]: string[]): Promise<number> {
  if (word !== 'serve') endWithReader(); // a server goes on without who reads its log
  if (word === undefined || word === '--help' || word === '-h' || word === 'help') {
    output[word === undefined ? 'err' : 'out'](USAGE);
    return word === undefined ? 2 : 0;
  }
  if (word === '--version' || word === '-V') {
    output.out(VERSION);
    return 0;
  }
  if (!Object.hasOwn(COMMANDS, word)) return misuse(output, noCommand(word, Object.keys(COMMANDS)));
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
