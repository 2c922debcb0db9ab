import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Config } from '../../src/config/config.ts';
import { loadConfig } from '../../src/config/load.ts';
import { Server } from '../../src/control/server.ts';
import { formatAddress } from '../../src/net/address.ts';
import { formatProblem, type Problem } from '../../src/util/problem.ts';
import { askForAll, type Client, movesBetween } from './clients.ts';
import { DemoError } from './error.ts';
import { Narrator } from './narrator.ts';
import { Region } from './region.ts';
import { welcome } from './welcome.ts';

const PROJECT = resolve(import.meta.dirname, '../..');

/** The name whose answers are watched. */
const NAME = 'www.example.com';

/** How often it is seen whether something was published: several verdicts that change together make one look. */
const TICK_MS = 50;

/** After a publication: the second for a worker that had the query before the news. */
const LOOKS = 2;

class Demo {
  readonly #file: string;
  readonly #narrator = new Narrator();
  readonly #regions = new Map<string, Region>();
  #clients: readonly Client[] = [];
  #isOver = false;

  constructor(file: string) {
    this.#file = file;
  }

  async run(stopped: Promise<void>): Promise<void> {
    const config = await this.#load();
    const server = new Server(this.#file, this.#narrator.log);
    try {
      await this.#startRegions(config);
      refuse(await server.start());
      const generation = server.facts?.generation;
      this.#clients = await askForAll(NAME, config).catch((error: unknown) => {
        throw new DemoError(`its own queries get no answer: ${error}`);
      });
      const file = relative('.', this.#file);
      process.stdout.write(`${welcome({ file, config, regions: this.#regions, clients: this.#clients })}\n`);
      void this.#watch(server, generation);
      await stopped;
    } finally {
      this.#isOver = true;
      await server.stop();
      for (const region of this.#regions.values()) region.stop();
    }
  }

  async #load(): Promise<Config> {
    const loaded = await loadConfig(this.#file);
    if (loaded.ok) return loaded.config;
    throw new DemoError(loaded.problems.map(formatProblem).join('\n'));
  }

  async #startRegions({ services }: Config): Promise<void> {
    const endpoints = [...services.values()].flatMap((service) => service.endpoints);
    for (const { name, region = name, check } of endpoints) {
      if (check === undefined || this.#regions.has(region)) continue;
      const stage = { region, host: formatAddress(check.address), port: check.port };
      const started = new Region(stage, (line) => this.#narrator.tell(line));
      await started.start();
      this.#regions.set(region, started);
    }
  }

  /** Looks at the answers after each publication. */
  async #watch(server: Server, generation: number | undefined): Promise<void> {
    let seen = generation;
    let looksDue = 0;
    for (;;) {
      await setTimeout(TICK_MS, undefined, { ref: false });
      const { facts } = server;
      if (this.#isOver || facts === undefined) return;
      if (facts.generation !== seen) looksDue = LOOKS;
      seen = facts.generation;
      if (looksDue > 0 && (await this.#compare(facts.config))) looksDue--;
    }
  }

  /** Tells which clients are sent elsewhere than before; returns whether all of them had an answer. */
  async #compare(config: Pick<Config, 'server' | 'services'>): Promise<boolean> {
    try {
      const clients = await askForAll(NAME, config);
      if (this.#isOver) return true;
      for (const move of movesBetween(this.#clients, clients)) this.#narrator.tell(move);
      this.#clients = clients;
      return true;
    } catch {
      return false; // late on a machine that is busy: it will be asked again
    }
  }
}

function refuse(problems: readonly Problem[]): void {
  if (problems.length > 0) throw new DemoError(problems.map(formatProblem).join('\n'));
}

/** npm ci puts the database in place; where install scripts are off, it is done here. */
function ensureDatabase(): void {
  if (existsSync(join(PROJECT, 'geodb/country.mmdb'))) return;
  const script = join(PROJECT, 'scripts/geodb.ts');
  const { status, stderr } = spawnSync(process.execPath, [script, '--embedded-only'], { encoding: 'utf8' });
  if (status !== 0) throw new DemoError(`there is no geo database: ${stderr.trim()}`);
}

/** Runs the demo until Ctrl-C or SIGTERM. Resolves with the exit code. */
export async function runDemo(file = join(PROJECT, 'config/demo.yaml')): Promise<number> {
  const stopped = new Promise<void>((done) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => done());
  });
  try {
    ensureDatabase();
    await new Demo(resolve(file)).run(stopped);
    return 0;
  } catch (error) {
    if (!(error instanceof DemoError)) throw error;
    process.stderr.write(`demo: ${error.message}\n`);
    return 1;
  }
}
