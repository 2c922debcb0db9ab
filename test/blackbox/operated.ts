import { join } from 'node:path';
import { runForce, runUnforce } from '../../src/cli/force.ts';
import { runReload } from '../../src/cli/reload.ts';
import { runStatus } from '../../src/cli/status.ts';
import type { Aya } from '../support/aya.ts';
import type { Question } from '../support/dns-client.ts';
import { zone } from './zone.ts';

/** Two regions with an address each, `west` the first of the order; nothing is probed unless a test says so. */
export function twoRegions(more = '', service = ''): string {
  return `
admin: { socket: admin.sock }
regions: { west: {}, east: {} }
policies: { in-order: [{ ordered: [west, east] }] }
services:
  web: { policy: in-order, ttl: 1, ${service} endpoints: { west: { a: 192.0.2.1 }, east: { a: 192.0.2.2 } } }
${more}
${zone('www SERVICE web')}`;
}

export const WEST = '192.0.2.1';
export const EAST = '192.0.2.2';

const COMMANDS = { force: runForce, unforce: runUnforce, reload: runReload, status: runStatus } as const;

/** What a command said, and its exit status. */
export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command against a server, over its socket; in this process, since each of its own would cost a second. */
export async function operate(aya: Aya, word: keyof typeof COMMANDS, ...args: readonly string[]): Promise<Ran> {
  const said = { out: '', err: '' };
  const code = await COMMANDS[word]([...args, '--config', join(aya.folder, 'aya.yaml')], {
    out(line) {
      said.out += `${line}\n`;
    },
    err(line) {
      said.err += `${line}\n`;
    },
  });
  return { code, ...said };
}

/** The addresses that are answered just now, sorted. */
export async function answered(aya: Aya, question: Question | string = 'www.example.com'): Promise<string> {
  return [...(await aya.ask(question)).addresses].sort().join(' ');
}
