import { readFile, rename, rm, stat } from 'node:fs/promises';
import { formatOverrides, type Overridable, readOverrides } from '../../config/overrides-file.ts';
import { Overrides } from '../../health/overrides.ts';
import type { Loaded, Problem } from '../../util/problem.ts';
import { userName } from '../../util/user-name.ts';
import { Watcher } from '../watcher.ts';
import { writeDurably } from './durable-file.ts';

// 100,000 overrides with a reason each; what is larger is something else.
const FILE_BYTES_MAX = 32 * 1024 * 1024;

/**
 * The file in which overrides outlive us, and in which others may write them. Beside it, while what they wrote is
 * refused: `.kept`, what is in force all the same, for the next start. When a command overwrites what was refused:
 * `.refused`, since it is somebody's work.
 */
export class OverrideFile {
  readonly path: string;
  readonly #nowMs: () => number;
  readonly #watcher: Watcher;
  /** As it was read or written last; undefined while there is none. */
  #text: string | undefined;
  #isRefused = false;
  #author = '';

  /** @param onChange called when the file is no longer as it was read or written last. */
  constructor(path: string, nowMs: () => number, onChange: () => void) {
    this.path = path;
    this.#nowMs = nowMs;
    this.#watcher = new Watcher(onChange);
  }

  /** Begins to watch it, and reads it; undefined where it is not there. Names are not looked at. */
  async open(): Promise<Loaded<Overrides> | undefined> {
    await this.#watcher.watch([this.path]);
    const read = await this.#read(undefined, true);
    return this.#text === undefined && read?.ok ? undefined : read;
  }

  /** What somebody else wrote since it was read or written last; undefined: nothing. */
  news(known: Overridable): Promise<Loaded<Overrides> | undefined> {
    return this.#read(known, false);
  }

  /** Who wrote what was read last, as far as the file tells: its owner. */
  get author(): string {
    return this.#author;
  }

  /**
   * Writes it. Gives the place where a file that was refused is kept, if there was one. Rejects where it can't be written.
   */
  async write(overrides: Overrides): Promise<string | undefined> {
    const refused = this.#isRefused ? `${this.path}.refused` : undefined;
    if (refused !== undefined && this.#text !== undefined) await writeDurably(refused, this.#text);
    // One that can't be read can still be moved.
    else if (refused !== undefined) await rename(this.path, refused);
    const text = formatOverrides(overrides);
    await writeDurably(this.path, text);
    this.#text = text;
    await this.accept();
    return refused;
  }

  /** What was read last is not used. */
  refuse(): void {
    this.#isRefused = true;
  }

  /** While what was read last is not used: what is in force instead, for a restart. Rejects where it can't be written. */
  async keep(inForce: Overrides): Promise<void> {
    await writeDurably(this.#keptPath, formatOverrides(inForce));
  }

  /** What was read last is in force. */
  async accept(): Promise<void> {
    this.#isRefused = false;
    // Where it can't be removed it does no harm, unless a start finds the file refused.
    await rm(this.#keptPath, { force: true }).catch(() => {});
  }

  /** What was in force when the file was refused last; undefined where it never was, or what is kept is of no use. */
  async kept(): Promise<Overrides | undefined> {
    const text = await textOf(this.#keptPath);
    if (typeof text !== 'string') return undefined;
    const read = readOverrides(text, this.#keptPath, undefined, this.#nowMs());
    return read.ok ? read.value : undefined;
  }

  stop(): void {
    this.#watcher.stop();
  }

  get #keptPath(): string {
    return `${this.path}.kept`;
  }

  async #read(known: Overridable | undefined, isFirst: boolean): Promise<Loaded<Overrides> | undefined> {
    const text = await textOf(this.path);
    if (typeof text === 'object') {
      this.#text = undefined;
      return { ok: false, problems: [text] };
    }
    if (text === this.#text && !isFirst) return undefined;
    this.#text = text;
    this.#author = await ownerOf(this.path);
    // A file that is gone says nothing of anybody any more.
    const read = readOverrides(text ?? '', this.path, known, this.#nowMs());
    return read.ok ? { ok: true, value: signed(read.value, this.#author) } : read;
  }
}

/** Undefined where there is no file. */
async function textOf(file: string): Promise<string | Problem | undefined> {
  const refusal = (found: string): Problem => ({ code: 'not-readable', file, found, expected: 'a file of overrides' });
  try {
    const found = await stat(file);
    // To open a pipe would wait for its writer.
    if (!found.isFile()) return refusal(found.isDirectory() ? 'a directory' : 'no regular file');
    if (found.size > FILE_BYTES_MAX) return refusal('more than 32 MiB');
    return await readFile(file, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' ? undefined : refusal(message);
  }
}

async function ownerOf(file: string): Promise<string> {
  try {
    return `${userName((await stat(file)).uid)} (file)`;
  } catch {
    return 'nobody known (the file is gone)';
  }
}

/** Overrides of which nobody says who made them are those of the file's owner. */
function signed(overrides: Overrides, who: string): Overrides {
  return new Overrides(overrides.all.map((one) => (one.who === '' ? { ...one, who } : one)));
}
