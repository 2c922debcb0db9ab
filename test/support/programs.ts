import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { describe } from 'vitest';

/** Programs of other projects that Aya is tried with, and the Debian package that each comes in. */
export const PACKAGE_OF = {
  dig: 'bind9-dnsutils',
  delv: 'bind9-dnsutils',
  kdig: 'knot-dnsutils',
  unbound: 'unbound',
  named: 'bind9',
  'named-compilezone': 'bind9-utils',
  dnsperf: 'dnsperf',
  chromium: 'chromium',
  unshare: 'util-linux',
  ip: 'iproute2',
} as const;
export type Program = keyof typeof PACKAGE_OF;

/** Where Debian puts servers; the PATH of an ordinary user leaves it out. */
const SYSTEM_FOLDERS = ['/usr/sbin', '/usr/local/sbin'];

const RUN_MS_MAX = 20_000; // a program that has not ended by then waits for something that never comes
const START_MS_MAX = 15_000;

export function pathOf(program: Program): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...SYSTEM_FOLDERS];
  return folders.map((folder) => join(folder, program)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export function missingOf(programs: readonly Program[]): readonly Program[] {
  return programs.filter((program) => pathOf(program) === undefined);
}

/** Tests that need these programs. Where one is missing they are reported under a heading that says so, and not run. */
export function describeWith(programs: readonly Program[], heading: string, tests: () => void): void {
  const missing = missingOf(programs);
  if (missing.length === 0) describe(heading, tests);
  else describe.skip(`${heading} (NOT RUN, missing: ${missing.map(withPackage).join(', ')})`, tests);
}

export function withPackage(program: Program): string {
  return `${program} (Debian: ${PACKAGE_OF[program]})`;
}

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a program to its end. */
export function run(program: Program, args: readonly string[]): Promise<Ran> {
  return new Promise((resolve, reject) => {
    // Without a home there is no ~/.digrc, and no locale: what they print depends on nothing of whoever runs the tests.
    const options = { timeout: RUN_MS_MAX, env: { PATH: process.env.PATH, HOME: '/nonexistent', LC_ALL: 'C' } };
    execFile(pathOf(program) ?? program, [...args], options, (error, out, err) => {
      if (error?.killed === true) reject(new Error(`${program} ${args.join(' ')}: no end\n${out}${err}`));
      else resolve({ code: error === null ? 0 : Number(error.code), out, err });
    });
  });
}

/**
 * Runs "$@" for as long as someone holds the other end of standard input. So it ends with the process that started it,
 * even one that was killed and could clean up nothing.
 */
const WATCHED = [
  'exec 3<&0; "$@" 3<&- </dev/null & program=$!',
  '{ read -r _ <&3; kill -9 $program; } >/dev/null 2>&1 & watch=$!',
  'wait $program; status=$?; kill $watch; exit $status',
].join('\n');

function spawnWatched(path: string, args: readonly string[], folder: string) {
  const child = spawn('/bin/sh', ['-c', WATCHED, 'watched', path, ...args], { cwd: folder });
  child.stdin.on('error', () => {}); // it has ended by itself
  return child;
}

/** A server of another project with a folder of its own. Disposing of it kills it, and leaves nothing behind. */
export class Peer implements AsyncDisposable {
  readonly folder: string;
  readonly #log: string[] = [];
  #child: ReturnType<typeof spawnWatched> | undefined;
  #closed: Promise<unknown> = Promise.resolve();

  constructor(name: string) {
    this.folder = mkdtempSync(join(tmpdir(), `aya-${name}-`));
  }

  write(name: string, content: string): string {
    const path = join(this.folder, name);
    writeFileSync(path, content);
    return path;
  }

  /** Starts it in the foreground; resolves at the line of its log that says it answers. */
  async launch(program: Program, args: readonly string[], ready: RegExp): Promise<void> {
    const child = spawnWatched(pathOf(program) ?? program, args, this.folder);
    this.#child = child;
    this.#closed = once(child, 'close');
    const isReady = new Promise<string>((resolve) => {
      for (const stream of [child.stdout, child.stderr]) {
        createInterface({ input: stream }).on('line', (line) => {
          this.#log.push(line);
          if (ready.test(line)) resolve(line);
        });
      }
    });
    const isOver = new AbortController();
    const tooLate = setTimeout(START_MS_MAX, undefined, { signal: isOver.signal }).catch(() => undefined);
    const first = await Promise.race([isReady, this.#closed, tooLate]);
    isOver.abort();
    if (typeof first !== 'string') throw new Error(`${program} did not start:\n${this.#log.join('\n')}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child?.stdin.end();
    await this.#closed;
    rmSync(this.folder, { recursive: true, force: true });
  }
}
