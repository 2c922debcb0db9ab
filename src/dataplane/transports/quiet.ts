import { setImmediate } from 'node:timers/promises';

/** While closing, how long queries may go on arriving before we stop answering them. */
const QUIET_MS_MAX = 500;

/** Turns of the event loop without activity after which the kernel's queues are taken to be empty. */
const QUIET_TURNS = 3;

/** Resolves when what the kernel held for us has been read: when a number that counts what arrives stands still. */
export async function quiet(activity: () => number): Promise<void> {
  const deadline = performance.now() + QUIET_MS_MAX;
  for (let turns = 0, seen = activity(); turns < QUIET_TURNS && performance.now() < deadline; ) {
    await setImmediate();
    turns = activity() === seen ? turns + 1 : 0;
    seen = activity();
  }
}
