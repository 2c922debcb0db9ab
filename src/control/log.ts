import { type DestinationStream, pino } from 'pino';
import type { Problem } from '../util/problem.ts';
import { type Loss, openLogOutput } from './log-output.ts';

export type Log = pino.Logger;

const STANDARD_OUTPUT = 1;

/** One JSON line an event, on standard output unless told otherwise: what a log collector takes as it is. */
export function createLog(level: string, output: DestinationStream = openLogOutput(STANDARD_OUTPUT, lossLine)): Log {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    output,
  );
}

/** A line like the others, of lines that nobody will see. */
export function lossLine(loss: Loss): string {
  return `${JSON.stringify({ level: 'warn', time: new Date(Date.now()).toISOString(), ...loss, msg: 'log lines lost' })}\n`;
}

/** A line a problem, each field of its own. */
export function logProblems(log: Log, level: 'error' | 'warn', problems: readonly Problem[], message: string): void {
  for (const problem of problems) log[level](problem, message);
}
