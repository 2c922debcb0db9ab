import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { zone } from '../../../test/blackbox/zone.ts';
import { parseExposition } from '../../../test/support/exposition.ts';
import { freePort } from '../servers.ts';

const MAIN = fileURLToPath(new URL('../../../src/main.ts', import.meta.url));
const WATCH = fileURLToPath(new URL('./watch-main.ts', import.meta.url));
const DATABASE = fileURLToPath(new URL('../../../geodb/country.mmdb', import.meta.url));

export const TOKEN = '0f1e2d3c4b5a69788796a5b4c3d2e1f0';

const CONFIG = 'aya.yaml';

/** What the main thread says of itself, and the kernel of the process. */
export interface Watched {
  readonly blockMs: number;
  readonly cpuSeconds: number;
  readonly residentMb: number;
  readonly residentMaxMb: number;
}

interface ServerOptions {
  readonly regions: readonly { readonly name: string; readonly latitude: number; readonly longitude: number }[];
  /** Services, each of a policy of its own in turn. */
  readonly services: number;
  readonly policies: number;
  /** What was learned before. */
  readonly state?: Uint8Array;
}

interface Ports {
  readonly dns: number;
  readonly latency: number;
  readonly admin: number;
}

/** The name that {@link WatchedServer} answers for. */
export const NAME = 'www.example.com';

/** A real server that learns, in a process of its own, watched from within. */
export class WatchedServer implements AsyncDisposable {
  readonly #folder: string;
  readonly #ports: Ports;
  #process: ChildProcess;
  #lines: Interface;

  private constructor(folder: string, ports: Ports) {
    this.#folder = folder;
    this.#ports = ports;
    this.#process = launch(folder);
    this.#lines = createInterface({ input: this.#process.stdout! });
  }

  static async start(options: ServerOptions): Promise<WatchedServer> {
    const folder = mkdtempSync(join(tmpdir(), 'aya-bench-'));
    const ports = { dns: await freePort(), latency: await freePort(), admin: await freePort() };
    writeFileSync(join(folder, CONFIG), configuration(ports, options));
    if (options.state !== undefined) writeFileSync(join(folder, 'learned'), options.state);
    const server = new WatchedServer(folder, ports);
    await server.said('serving', 'latency listening');
    return server;
  }

  /** Ends it as an operator does, and starts it again; gives how many seconds that took each. */
  async restart(): Promise<{ readonly stopSeconds: number; readonly startSeconds: number }> {
    const stop = performance.now();
    this.#process.kill('SIGTERM');
    await this.said('stopped');
    const stopSeconds = (performance.now() - stop) / 1000;
    await this.#end(); // whom it is watched by keeps it
    const start = performance.now();
    this.#process = launch(this.#folder);
    this.#lines = createInterface({ input: this.#process.stdout! });
    await this.said('serving', 'latency listening');
    return { stopSeconds, startSeconds: (performance.now() - start) / 1000 };
  }

  get dnsPort(): number {
    return this.#ports.dns;
  }

  get latencyPort(): number {
    return this.#ports.latency;
  }

  /** Resolves when each of these lines was logged. */
  said(...messages: readonly string[]): Promise<void> {
    const missing = new Set(messages);
    return new Promise((resolve, reject) => {
      this.#process.once('exit', () => reject(new Error('it ended')));
      this.#lines.on('line', (line) => {
        const { msg, level } = JSON.parse(line) as { msg: string; level: string };
        if (level === 'error') console.log(line);
        missing.delete(msg);
        if (missing.size === 0) resolve();
      });
    });
  }

  /** Since the call before. */
  async watched(): Promise<Watched> {
    this.#process.send('watched');
    const [watched] = await once(this.#process, 'message');
    return watched;
  }

  /** Reports lines as an agent does. */
  async report(body: string): Promise<void> {
    const headers = { authorization: `Bearer ${TOKEN}` };
    const url = `http://127.0.0.1:${this.#ports.latency}/latency/samples`;
    const reply = await fetch(url, { method: 'POST', body, headers });
    if (!reply.ok) throw new Error(`${reply.status} ${await reply.text()}`);
    await reply.arrayBuffer();
  }

  /** What a metric says, its reasons added up. */
  async counted(metric: string): Promise<number> {
    const text = await (await fetch(`http://127.0.0.1:${this.#ports.admin}/metrics`)).text();
    const samples = parseExposition(text).flatMap((family) => family.samples);
    return samples.filter((one) => one.metric === metric).reduce((sum, { value }) => sum + value, 0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#end();
    rmSync(this.#folder, { recursive: true });
  }

  async #end(): Promise<void> {
    const exited = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await exited;
  }
}

function launch(folder: string): ChildProcess {
  const args = ['--import', WATCH, MAIN, 'serve', '--config', join(folder, CONFIG)];
  return spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
}

function configuration(ports: Ports, { regions, services, policies }: ServerOptions): string {
  const endpoints = regions.map(({ name }, at) => `${name}: { a: 192.0.2.${at + 1} }`).join(', ');
  const list = (count: number, line: (at: number) => string): string =>
    Array.from({ length: count }, (_, at) => `  ${line(at)}`).join('\n');
  return `
server: { listen: ["127.0.0.1:${ports.dns}"], workers: 1 }
geo: { databases: [${JSON.stringify(DATABASE)}] }
admin: { listen: "127.0.0.1:${ports.admin}" }
latency: { listen: "127.0.0.1:${ports.latency}", agents: { bench: ${TOKEN} }, proxies: 127.0.0.1, period: 10s, file: learned }
regions:
${list(regions.length, (at) => `${regions[at]!.name}: { location: [${regions[at]!.latitude}, ${regions[at]!.longitude}] }`)}
policies:
${list(policies, (at) => `quick${at}: [{ fastest: { within: ${5 + at}ms } }]`)}
services:
${list(services, (at) => `web${at}: { policy: quick${at % policies}, endpoints: { ${endpoints} } }`)}
${zone('www SERVICE web0')}`;
}
