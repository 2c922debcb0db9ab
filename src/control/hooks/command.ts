import { spawn } from 'node:child_process';
import type { CommandConfig } from '../../config/operations-config.ts';
import type { Deliver, Delivery, Telling } from './telling.ts';

// The end of a command's output goes into the log; more of it would only fill memory.
const WORDS_KEPT = 300;

/** The only variables of our environment that are passed on: others may hold secrets. */
const PASSED_ON = ['PATH', 'HOME', 'LANG', 'TZ'];

/**
 * Runs a command, without a shell, for each change. It gets the change as JSON on its input, and the change's kind and
 * id as AYA_KIND and AYA_ID. If it fails it is not run again: nobody knows how far it came.
 */
export function command({ command: words }: CommandConfig): Deliver {
  const [program = '', ...args] = words;
  return (telling, signal) =>
    new Promise((resolve) => {
      // In a process group of its own, so that everything it starts ends with it.
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
        said = `${said}${bytes}`.slice(-WORDS_KEPT);
      });
      child.on('error', (error) => end({ result: 'never', why: error.message }));
      child.on('exit', (code, by) => setImmediate(() => end(judge(code, by, said))));
      // A command need not read its input.
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
