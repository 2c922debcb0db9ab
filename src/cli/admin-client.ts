import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { dirname, resolve } from 'node:path';

/** Not by import, which has node:http load an HTTP client and WebSockets with it: half of what a command takes. */
const { request } = process.getBuiltinModule('node:http');

/** How a command finds the server that runs. */
export const ADMIN_OPTIONS = {
  config: { type: 'string', short: 'c' },
  socket: { type: 'string' },
} as const;

export const ADMIN_USAGE = `  --config FILE    the configuration that is served; its admin.socket leads to the server
  --socket PATH    that socket, instead of --config`;

export interface AdminAnswer {
  readonly status: number;
  /** Parsed JSON. */
  readonly value: unknown;
}

/** Why a server could not be asked, in words for the operator. */
export class AdminError extends Error {
  /** Of the command: 1, or 2 where the command line does not say which server. */
  readonly exitCode: 1 | 2;

  constructor(message: string, exitCode: 1 | 2 = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

// A reload waits for first verdicts; everything else is answered at once.
const PATIENCE_MS = 120_000;

/**
 * The socket of a server. Of the configuration only that line is read: whatever else is wrong with the file just now,
 * the server that runs can be told what to do. Rejects with an AdminError where it says none.
 */
export async function socketOf(asked: { readonly config?: string; readonly socket?: string }): Promise<string> {
  const { config, socket } = asked;
  if (socket !== undefined) return resolve(socket);
  if (config === undefined) throw new AdminError('say which server: --config FILE or --socket PATH', 2);
  const [{ textOf }, { parseYaml }] = await Promise.all([
    import('../config/reading/written.ts'),
    import('../config/reading/yaml.ts'),
  ]);
  const { document } = parseYaml(textIn(config), config);
  const written = textOf(document?.value, 'admin', 'socket');
  if (written === undefined) throw new AdminError(`${config} says no admin.socket, by which a server could be asked`);
  return resolve(dirname(resolve(config)), written);
}

/** Asks a server over its socket. Rejects with an AdminError where nobody answers. */
export function askAdmin(socket: string, method: 'GET' | 'POST', path: string, body?: unknown): Promise<AdminAnswer> {
  const text = body === undefined ? '' : JSON.stringify(body);
  const { promise, resolve: done, reject } = Promise.withResolvers<AdminAnswer>();
  const fail = (error: NodeJS.ErrnoException): void => reject(new AdminError(explain(error, socket)));
  const headers = { host: 'aya', 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
  const asking = request({ socketPath: socket, method, path, headers, timeout: PATIENCE_MS }, (response) => {
    const chunks: Buffer[] = [];
    response.on('data', (chunk: Buffer) => chunks.push(chunk));
    response.on('error', fail);
    response.on('end', () => {
      try {
        done({ status: response.statusCode ?? 0, value: JSON.parse(Buffer.concat(chunks).toString()) });
      } catch {
        reject(new AdminError(`${socket} answers, but not as a server of Aya does`));
      }
    });
  });
  asking.on('error', fail);
  asking.on('timeout', () => asking.destroy(new Error('no answer')));
  asking.end(text);
  return promise;
}

/**
 * Who typed it, rather than whom they became to do so. A claim: the server looks who it is, and says both where they
 * differ. Empty where the machine has no name for its user.
 */
export function whoAmI(): string {
  try {
    return process.env.SUDO_USER ?? userInfo().username;
  } catch {
    return '';
  }
}

function textIn(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new AdminError(code === 'ENOENT' ? `there is no file ${file}` : message);
  }
}

function explain({ code, message }: NodeJS.ErrnoException, socket: string): string {
  if (code === 'ENOENT' || code === 'ECONNREFUSED') return `no server listens at ${socket}`;
  if (code === 'EACCES') return `${socket} is not yours to use: it belongs to the user that the server runs as`;
  return `${socket}: ${message}`;
}
