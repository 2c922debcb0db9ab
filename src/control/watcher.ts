import { fileIdentity } from './identity.ts';

/**
 * How often files are looked at. One stat a file and half second costs next to nothing, and unlike notifications works
 * on every file system.
 */
const LOOK_MS = 500;

/**
 * Watches files by looking at them. A change is told once the files have stayed as they are from one look to the next,
 * so that a file half written is not taken for a new one. A file that is missing and comes back has changed.
 */
export class Watcher {
  readonly #onChange: (files: readonly string[]) => void;
  #files: readonly string[] = [];
  /** What was told last, and what the last look saw. */
  #told = new Map<string, string>();
  #seen = new Map<string, string>();
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;

  constructor(onChange: (files: readonly string[]) => void) {
    this.#onChange = onChange;
  }

  /** Watches these files and no others. Call it before reading them: what changes in between is told then. */
  async watch(files: readonly string[]): Promise<void> {
    this.#files = [...new Set(files)];
    const seen = await look(this.#files);
    // Of a file that was watched already, a change not yet told stays to be told.
    this.#told = new Map([...seen].map(([file, identity]) => [file, this.#told.get(file) ?? identity]));
    this.#seen = seen;
    this.#schedule();
  }

  /** Takes what is there now as told: the caller has just read it, or is about to. */
  async acknowledge(): Promise<void> {
    this.#told = this.#seen = await look(this.#files);
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  #schedule(): void {
    if (this.#isStopped) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#look(), LOOK_MS);
    this.#timer.unref();
  }

  async #look(): Promise<void> {
    const files = this.#files;
    const seen = await look(files);
    if (files === this.#files) this.#compare(seen);
    this.#schedule();
  }

  #compare(seen: Map<string, string>): void {
    const isSettled = [...seen].every(([file, identity]) => this.#seen.get(file) === identity);
    const changed = [...seen].filter(([file, identity]) => this.#told.get(file) !== identity).map(([file]) => file);
    this.#seen = seen;
    if (!isSettled || changed.length === 0) return;
    this.#told = seen;
    this.#onChange(changed);
  }
}

async function look(files: readonly string[]): Promise<Map<string, string>> {
  return new Map(
    await Promise.all(files.map(async (file): Promise<[string, string]> => [file, await fileIdentity(file)])),
  );
}
