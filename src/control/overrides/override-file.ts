import { readFile } from 'node:fs/promises';
import { formatOverrides, type Overridable, readOverrides } from '../../config/overrides-file.ts';
import { Overrides } from '../../health/overrides.ts';
import type { Loaded, Problem } from '../../util/problem.ts';
import { Watcher } from '../watcher.ts';
import { writeDurably } from './durable-file.ts';

// 100,000 overrides with a reason each; what is larger is something else.
const TEXT_LENGTH_MAX = 32 * 1024 * 1024;

/** The file in which overrides outlive us, and in which others may write them. */
export class OverrideFile {
  readonly path: string;
  readonly #nowMs: () => number;
  readonly #watcher: Watcher;
  /** As it was read or written last; undefined while there is none. */
  #text: string | undefined;
  #isRefused = false;

  /** @param onChange called when the file is no longer as it was read or written last. */
  constructor(path: string, nowMs: () => number, onChange: () => void) {
    this.path = path;
    this.#nowMs = nowMs;
    this.#watcher = new Watcher(onChange);
  }

  /** Begins to watch it, and reads it; no overrides where it is not there. Names are not looked at. */
  async open(): Promise<Loaded<Overrides>> {
    await this.#watcher.watch([this.path]);
    return (await this.#read(undefined, true)) ?? { ok: true, value: new Overrides() };
  }

  /** What somebody else wrote since it was read or written last; undefined: nothing. */
  news(known: Overridable): Promise<Loaded<Overrides> | undefined> {
    return this.#read(known, false);
  }

  /** Writes it. A file that was refused is kept beside it: it is somebody's work. Rejects where it can't be written. */
  async write(overrides: Overrides): Promise<void> {
    if (this.#isRefused && this.#text !== undefined) await writeDurably(`${this.path}.refused`, this.#text);
    const text = formatOverrides(overrides);
    await writeDurably(this.path, text);
    this.#text = text;
    this.#isRefused = false;
  }

  /** What was read last is not to be used. */
  refuse(): void {
    this.#isRefused = true;
  }

  stop(): void {
    this.#watcher.stop();
  }

  async #read(known: Overridable | undefined, isFirst: boolean): Promise<Loaded<Overrides> | undefined> {
    const text = await textOf(this.path);
    if (typeof text === 'object') return { ok: false, problems: [text] };
    if (text === this.#text && !isFirst) return undefined;
    this.#text = text;
    this.#isRefused = false;
    // A file that is gone says nothing of anybody any more.
    const read = readOverrides(text ?? '', this.path, known, this.#nowMs());
    this.#isRefused = !read.ok;
    return read;
  }
}

/** Undefined where there is no file. */
async function textOf(file: string): Promise<string | Problem | undefined> {
  const refusal = (found: string): Problem => ({ code: 'not-readable', file, found, expected: 'a file of overrides' });
  try {
    const text = await readFile(file, 'utf8');
    return text.length > TEXT_LENGTH_MAX ? refusal('more than 32 MiB') : text;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' ? undefined : refusal(message);
  }
}
