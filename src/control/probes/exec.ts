import { type ChildProcess, spawn } from 'node:child_process';
import type { ConfigOf } from '../../health/schema.ts';
import { type Attempt, attempt } from './attempt.ts';
import { blind, failure, type ProbeAddress, type ProbeFailure, type ProbeKind, type ProbeOutcome } from './probe.ts';

type Config = ConfigOf<'exec'>;

// The last line of what it says goes into a reason; the rest would only fill memory.
const OUTPUT_KEPT_BYTES = 4_096;

// Reading all that a command could say would cost the other probes their time.
const OUTPUT_BYTES_MAX = 1024 * 1024;

/** What is passed on of our own surroundings: no more, since those may hold secrets. */
const PASSED_ON = ['PATH', 'HOME', 'LANG', 'TZ'];

/** Succeeds when the command ends with an expected exit code. */
export const exec: ProbeKind<Config> = {
  // Each is a process, and costs more than hundreds of requests.
  atOnceMax: 8,
  run(config, target, signal) {
    return attempt(signal, (current) => {
      const [program, ...args] = config.command.map((word) => filledIn(word, target));
      const child = start(program!, args, target);
      if ('fault' in child) return current.settle(child);
      follow(child, program!, config, current);
    });
  },
};

/** Node.js tells of some reasons by an event and throws others: a script of no known format, arguments too long. */
function start(program: string, args: readonly string[], target: ProbeAddress): ChildProcess | ProbeFailure {
  try {
    return spawn(program, args, {
      shell: false,
      cwd: '/',
      env: environment(target),
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own, so that what it has started ends with it.
      detached: true,
    });
  } catch (error) {
    return spawnFailure(error as Error, program);
  }
}

function follow(child: ChildProcess, program: string, { codes }: Config, { settle, cleanup, guard }: Attempt): void {
  cleanup(() => end(child));
  const output = tail(child, () => settle(failure('more than 1 MiB of output')));
  child.on('error', (error) => settle(spawnFailure(error, program)));
  child.on('exit', (code, by) => {
    // What it wrote last is read after its end is known.
    setImmediate(guard(() => settle(judge(code, by, output(), codes))));
  });
}

function judge(
  code: number | null,
  by: NodeJS.Signals | null,
  output: string,
  expected: readonly number[],
): ProbeOutcome {
  if (code !== null && expected.includes(code)) return { ok: true };
  const last = output.trim().split('\n').at(-1) ?? '';
  const said = last === '' ? '' : `: ${last.replace(/[\s\p{Cc}]+/gu, ' ').slice(0, 100)}`;
  if (code === null) return failure(`ended by ${by}${said}`);
  return failure(`exit code ${code}, expected ${expected.join(' or ')}${said}`);
}

/** A program that can't be run is our fault: were it counted, a slip in a path would take all down. */
function spawnFailure(error: Error, program: string): ProbeFailure {
  return blind(`cannot run ${program}: ${'code' in error ? error.code : error.message}`);
}

function filledIn(word: string, { address, port, endpoint }: ProbeAddress): string {
  const values: Readonly<Record<string, string>> = { address, port: String(port), endpoint: endpoint ?? address };
  return word.replace(/\{(address|port|endpoint)\}/g, (_, name: string) => values[name]!);
}

function environment({ address, port }: ProbeAddress): NodeJS.ProcessEnv {
  const own = PASSED_ON.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]]));
  return { ...Object.fromEntries(own), AYA_ADDRESS: address, AYA_PORT: String(port) };
}

/** Reads what a command says, so that it is never stuck, and keeps the end of it. */
function tail({ stdout, stderr }: ChildProcess, onTooMuch: () => void): () => string {
  let kept = Buffer.alloc(0);
  let readBytes = 0;
  for (const stream of [stdout, stderr]) {
    stream?.on('data', (bytes: Buffer) => {
      readBytes += bytes.length;
      kept = Buffer.concat([kept, bytes.subarray(-OUTPUT_KEPT_BYTES)]).subarray(-OUTPUT_KEPT_BYTES);
      if (readBytes > OUTPUT_BYTES_MAX) onTooMuch();
    });
    stream?.on('error', () => {});
  }
  return () => kept.toString();
}

function end(child: ChildProcess): void {
  for (const stream of [child.stdout, child.stderr]) stream?.destroy();
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // Nothing of the group is left.
  }
}
