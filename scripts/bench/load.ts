import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { type BlastOptions, type BlastResult, STARTED } from './blast.ts';

const BLAST = fileURLToPath(new URL('./blast.ts', import.meta.url));

/**
 * Puts load on a server of this machine; resolves with what came of it. From a process of its own, on the last
 * processor with all its threads: those that collect its garbage would else take the server's time.
 * @param onStart called when the first query is about to be sent: what is measured of a server begins there.
 */
export async function load(options: BlastOptions, onStart: () => void = () => {}): Promise<BlastResult> {
  const command = ['taskset', '-c', String(availableParallelism() - 1), process.execPath, BLAST];
  const child = spawn(command[0], command.slice(1), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`the load generator ended with ${code}`);
  });
  ended.catch(() => {}); // it ends when it has said all
  child.send(options);
  const next = async (): Promise<unknown> => (await Promise.race([once(child, 'message'), ended]))[0];
  let word = await next();
  if (word === STARTED) {
    onStart();
    word = await next();
  }
  return word as BlastResult;
}
