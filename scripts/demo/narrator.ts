import { relative } from 'node:path';
import { styleText } from 'node:util';
import { pino } from 'pino';
import type { Log } from '../../src/control/log.ts';
import { formatProblem, type Problem } from '../../src/util/problem.ts';

/** A line of the server's log, with the fields that some lines have. */
interface LogLine extends Partial<Problem> {
  readonly level: string;
  readonly msg: string;
  readonly region?: string;
  readonly to?: string;
  readonly why?: string;
  readonly probed?: string;
  readonly reason?: string;
  readonly error?: string;
}

/** What the demo says itself, or what says nothing. */
const SILENT: ReadonlySet<string> = new Set(['serving', 'reloading', 'stopped']);

/** Tells people what happens, line by line, each with its time. */
export class Narrator {
  /** For the server: what it writes here is told in plain words. */
  readonly log: Log;
  /** By what is probed: its verdict as it was last told. Several services may log the same change. */
  readonly #told = new Map<string, string>();

  constructor() {
    const formatters = { level: (level: string) => ({ level }) };
    this.log = pino({ base: null, formatters }, { write: (line) => this.#hear(JSON.parse(line) as LogLine) });
  }

  tell(line: string): void {
    const time = new Date().toTimeString().slice(0, 8);
    process.stdout.write(`${styleText('dim', time)}  ${line}\n`);
  }

  #hear(line: LogLine): void {
    if (SILENT.has(line.msg)) return;
    if (line.to !== undefined) this.#tellVerdict(line, line.to);
    else if (line.msg === 'reloaded') this.tell('what was changed is in force');
    else this.#tellTrouble(line);
  }

  #tellVerdict({ region, probed = '', why }: LogLine, to: string): void {
    const before = this.#told.get(probed);
    if (before === to) return;
    this.#told.set(probed, to);
    if (to === 'down') this.tell(`${styleText('red', `${region} is down`)}: ${why}`);
    else if (before === 'down') this.tell(styleText('green', `${region} is up again`));
  }

  #tellTrouble(line: LogLine): void {
    const details = isProblem(line) ? formatProblem({ ...line, file: nearby(line.file) }) : (line.reason ?? line.error);
    const text = [line.msg, details].filter(Boolean).join(': ');
    this.tell(styleText(line.level === 'error' ? 'red' : 'yellow', text));
  }
}

function isProblem(line: LogLine): line is LogLine & Problem {
  return line.code !== undefined && line.found !== undefined && line.expected !== undefined;
}

function nearby(file: string | undefined): string {
  return file === undefined ? '' : relative('.', file);
}
