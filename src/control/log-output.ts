import { fstatSync, writeSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Writable } from 'node:stream';

/** Lines that wait for a reader: some thousands. Whoever takes none of them for so long has to do without some. */
const WAITING_BYTES_MAX = 1024 * 1024;

/** What came of lines that could not be had where they were to go. */
export interface Loss {
  readonly lines: number;
  readonly why: string;
}

/** Makes a line of a loss, for who reads the log. */
export type Notice = (loss: Loss) => string;

/** Where lines of the log go. Nothing here throws, or waits for a reader: verdicts and reloads would wait with it. */
export interface LogOutput {
  /** @param line with its end. */
  write(line: string): void;
  /** Takes no more. Resolves when all is taken by whoever reads it, and after `patienceMs` in any case. */
  end(patienceMs: number): Promise<void>;
}

/** An open descriptor as the output: what may be stuck (a pipe, the socket of a journal) has a queue. */
export function openLogOutput(fd: number, notice: Notice): LogOutput {
  const stat = fstatSync(fd);
  if (!stat.isFIFO() && !stat.isSocket()) return new FileOutput(fd, notice);
  return new StreamOutput(new Socket({ fd, readable: false, writable: true }), notice);
}

/**
 * Lines through a pipe or a socket: out at once where there is room. When the reader has stopped for too long, lines
 * are lost, and how many is said once it reads again; when it is gone, all that follows is.
 */
export class StreamOutput implements LogOutput {
  readonly #stream: Writable;
  readonly #notice: Notice;
  #lost = 0;

  constructor(stream: Writable, notice: Notice) {
    this.#stream = stream;
    this.#notice = notice;
    stream.on('error', () => {}); // the reader has gone: there is nobody left to tell
    stream.on('drain', () => this.#sayLost());
  }

  write(line: string): void {
    const stream = this.#stream;
    // Once some are lost all are, until the rest is read: one gap, and not one every other line.
    if (!stream.writable || this.#lost > 0 || stream.writableLength + line.length > WAITING_BYTES_MAX) this.#lost++;
    else stream.write(line);
  }

  async end(patienceMs: number): Promise<void> {
    const stream = this.#stream;
    if (stream.destroyed) return;
    const { promise: isOver, resolve } = Promise.withResolvers<void>();
    const overdue = setTimeout(resolve, patienceMs);
    stream.once('close', resolve);
    stream.end(resolve);
    await isOver;
    clearTimeout(overdue);
    stream.destroy(); // what is still unread would keep the process
  }

  #sayLost(): void {
    if (this.#lost === 0) return;
    const lines = this.#lost;
    this.#lost = 0;
    this.write(this.#notice({ lines, why: 'nobody read them' }));
  }
}

/**
 * Lines into a file or a terminal. Those that the disk does not take are lost, and how many is said before the next.
 */
export class FileOutput implements LogOutput {
  readonly #fd: number;
  readonly #notice: Notice;
  #lost = 0;
  #why = '';
  /** Whether what is there ends in the middle of a line: the disk was full. */
  #isTorn = false;

  constructor(fd: number, notice: Notice) {
    this.#fd = fd;
    this.#notice = notice;
  }

  write(line: string): void {
    try {
      if (this.#isTorn) this.#append('\n');
      if (this.#lost > 0) this.#append(this.#notice({ lines: this.#lost, why: this.#why }));
      this.#lost = 0;
      this.#append(line);
    } catch (error) {
      this.#lost++;
      this.#why = (error as Error).message;
    }
  }

  async end(): Promise<void> {}

  #append(text: string): void {
    const octets = Buffer.from(text);
    for (let at = 0; at < octets.length; ) {
      at += writeSync(this.#fd, octets, at);
      this.#isTorn = at < octets.length;
    }
  }
}
