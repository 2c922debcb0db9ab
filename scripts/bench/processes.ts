import { readdirSync, readFileSync } from 'node:fs';

/** /proc counts in ticks of a hundredth of a second, on every Linux that Node.js runs on. */
const TICK_US = 10_000;

/** CPU time since its start, in microseconds, by the kernel's accounting: of a process, or of one thread. */
export function cpuUsOf(statFile: string): number {
  // The name comes before, in brackets, and may have anything in it.
  const fields = readFileSync(statFile, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * TICK_US;
}

/** The CPU time of each thread of a process, by its id. */
export function threadsUs(pid: number): Map<number, number> {
  const ids = readdirSync(`/proc/${pid}/task`).map(Number);
  return new Map(ids.map((id) => [id, cpuUsOf(`/proc/${pid}/task/${id}/stat`)]));
}

/** What the threads that took most between two readings took, so many of them, the busiest first, in microseconds. */
export function busiestUs(
  before: ReadonlyMap<number, number>,
  after: ReadonlyMap<number, number>,
  count: number,
): number[] {
  const taken = [...after].map(([id, us]) => us - (before.get(id) ?? 0));
  return taken.sort((a, b) => b - a).slice(0, count);
}

/** What a process has in memory now, in MiB; blocks that threads share are counted once. */
export function residentMiB(pid: number): number {
  const line = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(line?.[1]) / 1024;
}
