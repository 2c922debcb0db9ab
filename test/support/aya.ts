import { type ChildProcess, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Question, type Response, UdpClient } from './dns-client.ts';

/** A line of the log: one JSON object. */
export interface LogLine {
  readonly level: string;
  readonly msg: string;
  readonly [field: string]: unknown;
}

export interface Setting {
  /** Where it listens, behind the `server:` section's key; without it on a free port of 127.0.0.1. */
  readonly listen?: readonly string[];
  readonly workers?: number;
  /** Further keys of the `server:` section. */
  readonly server?: Readonly<Record<string, unknown>>;
  /** Files beside the configuration. */
  readonly files?: Readonly<Record<string, string | Buffer>>;
  /** What is run, from the project's folder, with the configuration's path behind it. */
  readonly command?: readonly string[];
}

/**
 * Nothing on a machine that is merely busy takes as long; what never comes does. Less than a test may take in all, which
 * else would end without a word of what it waited for.
 */
const PATIENCE_MS = 25_000;

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SERVE = ['src/main.ts', 'serve', '--config'];

const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** Runs `aya` with arguments to its end. */
export async function runAya(...args: readonly string[]): Promise<{ code: number | null; out: string; err: string }> {
  const child = start(['src/main.ts', ...args]);
  const [out, err] = [collect(child.stdout), collect(child.stderr)];
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, out: out(), err: err() };
}

/** Starts a process that serves a configuration (without its `server:` section) and does not wait for it. */
export async function launchAya(config: string, setting: Setting = {}): Promise<Aya> {
  const folder = mkdtempSync(join(tmpdir(), 'aya-'));
  const port = await freePort();
  for (const [name, content] of Object.entries(setting.files ?? {})) await put(join(folder, name), content);
  const aya = new Aya(folder, port, setting);
  await aya.configure(config);
  aya.launch();
  return aya;
}

/** Starts a process that serves a configuration; resolves when it says that it does. */
export async function startAya(config: string, setting: Setting = {}): Promise<Aya> {
  const aya = await launchAya(config, setting);
  try {
    await aya.waitFor(({ msg }) => msg === 'serving');
    return aya;
  } catch (error) {
    await aya[Symbol.asyncDispose]();
    throw error;
  }
}

/** A running server with a folder of its own. Disposing of it kills it, and leaves nothing behind. */
export class Aya implements AsyncDisposable {
  readonly folder: string;
  readonly port: number;
  readonly log: LogLine[] = [];
  /** Resolves with the exit code; null where a signal ended it. */
  exited: Promise<number | null> = Promise.resolve(null);
  readonly #setting: Setting;
  #child: ChildProcess | undefined;
  #client: Promise<UdpClient> | undefined;
  #errors = '';
  #hasExited = false;
  #onLine: () => void = () => {};

  constructor(folder: string, port: number, setting: Setting) {
    this.folder = folder;
    this.port = port;
    this.#setting = setting;
  }

  /** What it wrote on standard error. */
  get errors(): string {
    return this.#errors;
  }

  launch(): void {
    this.#hasExited = false;
    const child = start([...(this.#setting.command ?? SERVE), join(this.folder, 'aya.yaml')]);
    this.#child = child;
    child.stderr?.on('data', (chunk) => {
      this.#errors += chunk;
    });
    if (child.stdout !== null) createInterface({ input: child.stdout }).on('line', (line) => this.#take(line));
    this.exited = once(child, 'close').then(([code]) => {
      this.#hasExited = true;
      this.#onLine();
      return code as number | null;
    });
  }

  /** Writes the configuration in one go, as an operator's tool would: it is never there by halves. */
  async configure(config: string, { listen, workers, server: more }: Setting = this.#setting): Promise<void> {
    const server = { listen: listen ?? [`127.0.0.1:${this.port}`], workers: workers ?? 1, ...more };
    await this.write('aya.yaml', `server: ${JSON.stringify(server)}\n${config}`);
  }

  /** Puts a file beside the configuration, in place of the one that is there. */
  async write(name: string, content: string | Buffer): Promise<void> {
    await put(join(this.folder, `${name}.new`), content);
    await rename(join(this.folder, `${name}.new`), join(this.folder, name));
  }

  async remove(name: string): Promise<void> {
    await rm(join(this.folder, name));
  }

  async ask(question: Question | string): Promise<Response> {
    this.#client ??= UdpClient.open(this.port);
    return (await this.#client).ask(question);
  }

  get pid(): number {
    if (this.#child?.pid === undefined) throw new Error('it does not run');
    return this.#child.pid;
  }

  signal(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }

  /** A line to its standard input. */
  tell(line: string): void {
    this.#child?.stdin?.write(`${line}\n`);
  }

  /** The first line, of those from number `from` on, that is as wanted: one that is there, or the next to come. */
  async waitFor(isWanted: (line: LogLine) => boolean, from = 0): Promise<LogLine> {
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      const found = this.log.slice(from).find(isWanted);
      if (found !== undefined) return found;
      if (this.#hasExited || Date.now() > deadline) throw new Error(`the line did not come:\n${this.#account()}`);
      const next = new Promise<void>((resolve) => {
        this.#onLine = resolve;
      });
      await Promise.race([next, setTimeout(200)]);
    }
  }

  /** Sends SIGHUP; resolves with the line that says how it went. */
  reload(): Promise<LogLine> {
    const from = this.log.length;
    this.signal('SIGHUP');
    return this.waitFor(({ msg }) => msg === 'reloaded' || msg.startsWith('reload refused;'), from);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await (await this.#client)?.[Symbol.asyncDispose]();
    this.signal('SIGKILL');
    await this.exited;
    rmSync(this.folder, { recursive: true, force: true });
  }

  #take(line: string): void {
    this.log.push(JSON.parse(line) as LogLine);
    this.#onLine();
  }

  #account(): string {
    return [...this.log.map((line) => JSON.stringify(line)), this.#errors].join('\n');
  }
}

/** Polls until a check holds, and fails with its last word where it never does. */
export async function until<T>(check: () => Promise<T | undefined | false> | T | undefined | false): Promise<T> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const value = await check();
    if (value !== undefined && value !== false) return value;
    if (Date.now() > deadline) throw new Error(`not within ${PATIENCE_MS} ms: ${check}`);
    await setTimeout(20);
  }
}

/**
 * A port that is free for UDP and TCP on 127.0.0.1 and ::1. Below the range from which the system takes the ports of
 * outgoing connections, so that none of those has it by the time it is wanted.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 10_240 + Math.floor(Math.random() * 22_000);
    const tries = ['127.0.0.1', '::1'].flatMap((host) => [isFreeForUdp(port, host), isFreeForTcp(port, host)]);
    if ((await Promise.all(tries)).every((isFree) => isFree)) return port;
  }
}

async function isFreeForUdp(port: number, host: string): Promise<boolean> {
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
  const isFree = await once(socket.bind(port, host), 'listening').then(
    () => true,
    () => false,
  );
  socket.close();
  return isFree;
}

async function isFreeForTcp(port: number, host: string): Promise<boolean> {
  const server = createServer();
  const isFree = await once(server.listen(port, host), 'listening').then(
    () => true,
    () => false,
  );
  server.close();
  return isFree;
}

function start(args: readonly string[]): ChildProcess {
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: 'pipe' });
  running.add(child);
  child.once('close', () => running.delete(child));
  return child;
}

function collect(stream: NodeJS.ReadableStream | null): () => string {
  const chunks: string[] = [];
  stream?.on('data', (chunk) => chunks.push(String(chunk)));
  return () => chunks.join('');
}

async function put(path: string, content: string | Buffer): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
}
