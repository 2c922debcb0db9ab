import { closeSync, constants, fstatSync, openSync, statSync, writeSync } from 'node:fs';

/** Standard output, for `-`. */
const STANDARD_OUTPUT = 1;

/**
 * Octets that go into a pipe in one piece (PIPE_BUF of Linux): lines of the server's own log are never in the middle of
 * ours.
 */
const PIPE_PIECE_BYTES = 4096;

/** What a reader of our output may take to make room. */
const FULL_PIPE_WAITS = 100;
const FULL_PIPE_WAIT_MS = 10;

const NEWLINE = 0x0a;

/** The owner writes it and the group may read it: it says who asked what. */
const MODE = 0o640;

/** Not to wait for whoever is to read from a named pipe: of a file it means nothing. */
const APPEND = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NONBLOCK;

/**
 * A file that lines are appended to. When it was moved away, as logrotate does, a new one is begun under its name. All
 * of this waits for the disk, so it needs a thread of its own.
 */
export class OutputFile {
  readonly path: string;
  #fd: number | undefined;
  /** Whether the last line there ends in the middle: the disk was full. */
  #isTorn = false;

  /** @param path absolute, or `-`. It is opened when something is to be written. */
  constructor(path: string) {
    this.path = path;
  }

  /** Appends whole lines. Throws the operating system's error; then some of them may be in the file. */
  write(lines: Uint8Array): void {
    this.#fd ??= this.path === '-' ? STANDARD_OUTPUT : openSync(this.path, APPEND, MODE);
    if (this.#isTorn) this.#append(this.#fd, Uint8Array.of(NEWLINE));
    for (const piece of this.path === '-' ? pieces(lines) : [lines]) this.#append(this.#fd, piece);
  }

  /** Closes the file if its name stands for another file now, or for none: the next line goes there. */
  look(): void {
    if (this.path === '-' || this.#fd === undefined) return;
    const own = fstatSync(this.#fd);
    const named = statSync(this.path, { throwIfNoEntry: false });
    if (named === undefined || named.ino !== own.ino || named.dev !== own.dev) this.close();
  }

  close(): void {
    if (this.#fd !== undefined && this.path !== '-') closeSync(this.#fd);
    this.#fd = undefined;
    this.#isTorn = false;
  }

  #append(fd: number, octets: Uint8Array): void {
    let at = 0;
    try {
      for (let waits = 0; at < octets.length; ) {
        try {
          at += writeSync(fd, octets, at);
        } catch (error) {
          // Only of a pipe whose reader is slow.
          if ((error as NodeJS.ErrnoException).code !== 'EAGAIN' || ++waits > FULL_PIPE_WAITS) throw error;
          Atomics.wait(NOTHING, 0, 0, FULL_PIPE_WAIT_MS);
        }
      }
    } finally {
      if (at > 0) this.#isTorn = octets[at - 1] !== NEWLINE;
    }
  }
}

/** Pieces that end where a line does: no line is as long as a piece. */
function* pieces(lines: Uint8Array): Generator<Uint8Array> {
  for (let from = 0; from < lines.length; ) {
    const end = lines.lastIndexOf(NEWLINE, from + PIPE_PIECE_BYTES - 1) + 1;
    yield lines.subarray(from, end);
    from = end;
  }
}

/** Nobody ever wakes who waits for it. */
const NOTHING = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
