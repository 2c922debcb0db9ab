import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { cpuUsOf, residentMiB } from './processes.ts';
import { freePort } from './servers.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const MAIN = join(ROOT, 'src/main.ts');

/** What is left of a start in memory for a moment is gone by then. */
const REST_MS = 2_000;

/** What a start took. */
export interface Start {
  readonly wallMs: number;
  /** Of all threads. */
  readonly cpuMs: number;
  /** Two seconds later. */
  readonly residentMiB: number;
}

/** The world of the demo on free ports, its regions refusing probes. Gives the path of a file. */
export async function writeDemo(): Promise<string> {
  const text = readFileSync(join(ROOT, 'config/demo.yaml'), 'utf8');
  const ports = new Map<string, number>();
  for (const [written] of text.matchAll(/(?<=127\.0\.0\.1:)\d+/g)) ports.set(written, await freePort());
  const file = join(mkdtempSync(join(tmpdir(), 'aya-start-')), 'aya.yaml');
  const moved = text
    .replaceAll(/(?<=127\.0\.0\.1:)\d+/g, (written) => String(ports.get(written)))
    .replaceAll(/(?<=file: )(?=zones\/)/g, join(ROOT, 'config/'));
  writeFileSync(file, moved);
  return file;
}

/** An environment in which nothing is compiled ahead, as at the first start of all. */
export function coldEnvironment(): NodeJS.ProcessEnv {
  return { ...process.env, NODE_COMPILE_CACHE: mkdtempSync(join(tmpdir(), 'aya-cold-')) };
}

/** Starts a server, and stops it again. */
export async function startOnce(config: string, env: NodeJS.ProcessEnv): Promise<Start> {
  const startMs = performance.now();
  const child = spawn(process.execPath, [MAIN, 'serve', '--config', config], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exit = once(child, 'exit');
  for await (const line of createInterface(child.stdout)) if (line.includes('"msg":"serving"')) break;
  const wallMs = performance.now() - startMs;
  const cpuMs = cpuUsOf(`/proc/${child.pid}/stat`) / 1000;
  await setTimeout(REST_MS);
  const start = { wallMs, cpuMs, residentMiB: residentMiB(child.pid ?? 0) };
  child.stdout.resume();
  child.kill('SIGTERM');
  await exit;
  return start;
}

/** From the start of a command to its end, in milliseconds. */
export async function runOnce(argv: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const startMs = performance.now();
  const child = spawn(process.execPath, [MAIN, ...argv], { env, stdio: 'ignore' });
  await once(child, 'exit');
  return performance.now() - startMs;
}
