import { spawn } from 'node:child_process';
import type { CommandConfig } from '../../config/operations-config.ts';
import type { Deliver, Delivery, Telling } from './telling.ts';

// The last words of a command go into the log; the rest would only fill memory.
const wordsKept = 300;

/** What is passed on of our own surroundings: no more, since those may hold secrets. */
const PASSED_ON = ['PATH', 'HOME', 'LANG', 'TZ'];

/**
 * Runs a command for each change, without shell: the change as JSON is on its input, its kind and id are in AYA_KIND and
 * AYA_ID. One that ends otherwise than with 0 is not run again: nobody knows how far it came.
 */
export function command({ command: words }: CommandConfig): Deliver {
  const [program = '', ...args] = words;
  return (telling, signal) =>
    new Promise((resolve) => {
      // A group of its own, so that what it has started ends with it.
      const child = spawn(program, args, {
        ...{ shell: false, cwd: '/', env: environment(telling), detached: true },
        stdio: ['pipe', 'ignore', 'pipe'],
      });
      let said = '';
      const end = (delivery: Delivery): void => {
        signal.removeEventListener('abort', onAbort);
        child.stderr.destroy();
        resolve(delivery);
      };
      const onAbort = (): void => {
        killGroup(child.pid);
        end({ result: 'never', why: String(signal.reason) });
      };
      signal.addEventListener('abort', onAbort);
      child.stderr.on('data', (bytes: Buffer) => {
        said = `${said}${bytes}`.slice(-wordsKept);
      });
      child.on('error', (error) => end({ result: 'never', why: error.message }));
      child.on('exit', (code, by) => setImmediate(() => end(judge(code, by, said))));
      // One that does not read its input is none the worse for it.
      child.stdin.on('error', () => {});
      child.stdin.end(telling.body);
    });
}

function judge(code: number | null, by: NodeJS.Signals | null, said: string): Delivery {
  if (code === 0) return { result: 'taken' };
  const last =
    said
      .trim()
      .split('\n')
      .at(-1)
      ?.replace(/\p{Cc}/gu, ' ') ?? '';
  const how = code === null ? `ended by ${by}` : `exit code ${code}`;
  return { result: 'never', why: last === '' ? how : `${how}: ${last}` };
}

function environment({ id, kind }: Telling): NodeJS.ProcessEnv {
  const own = PASSED_ON.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]]));
  return { ...Object.fromEntries(own), AYA_ID: id, AYA_KIND: kind };
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Nothing of the group is left.
  }
}
