import { pino } from 'pino';
import type { Problem } from '../util/problem.ts';

export type Log = pino.Logger;

/** One JSON line an event, on standard output: what a log collector takes as it is. */
export function createLog(level: string): Log {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    // Straight to the descriptor: a line is out before what it tells of goes on, the last ones before an exit too.
    pino.destination({ dest: 1, sync: true }),
  );
}

/** A line a problem, each field of its own. */
export function logProblems(log: Log, level: 'error' | 'warn', problems: readonly Problem[], message: string): void {
  for (const problem of problems) log[level](problem, message);
}
