import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as (options?: { readonly type: 'minor' }) => void;

/** What is on the heap of this thread, garbage apart. */
export function heapBytes(): number {
  collect();
  return process.memoryUsage().heapUsed;
}

/** What a function leaves on the heap of this thread, garbage included: so little that none is collected meanwhile. */
export function bytesLeftBy(run: () => void): number {
  collect({ type: 'minor' });
  const before = process.memoryUsage().heapUsed;
  run();
  return process.memoryUsage().heapUsed - before;
}

/** What a process holds of the machine's memory, by the kernel's account; Linux alone tells. */
export function residentBytes(pid: number): number {
  const kib = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  if (kib === undefined) throw new Error(`no VmRSS of process ${pid}`);
  return Number(kib) * 1024;
}
