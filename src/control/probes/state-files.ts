import { type FSWatcher, statSync, watch } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { Clock, Timer } from '../../util/clock.ts';
import { type FileState, type FileStates, readStates } from './state-file.ts';

// Who writes a file in several goes is done after this long; nobody notices it in a failover.
const SETTLE_MS = 50;

// Notification does not reach over every file system: whoever asks has the file looked at, and it costs a stat a second.
const LOOK_MS = 1_000;

/** Told when a file is refused, and what was held before goes on being held. */
export type OnRefused = (path: string, reason: string) => void;

interface Watched {
  states: FileStates | undefined;
  /** Why it was refused last; undefined while it is good. */
  trouble: string | undefined;
  readonly listeners: Set<() => void>;
  watcher: FSWatcher | undefined;
  timer: Timer | undefined;
  /** Of the file as it was read last, by which a change is seen; and when it was looked at. */
  identity: string;
  lookedMs: number;
}

/** Files of states, each read once for all who ask, and again when it has changed. */
export class StateFiles {
  readonly #clock: Clock;
  readonly #onRefused: OnRefused;
  readonly #files = new Map<string, Watched>();

  constructor(clock: Clock, onRefused: OnRefused) {
    this.#clock = clock;
    this.#onRefused = onRefused;
  }

  /** Watches a file, until what is returned is called. `onNews` is called when it may say something else. */
  watch(path: string, onNews: () => void): () => void {
    const file = this.#files.get(path) ?? this.#open(path);
    file.listeners.add(onNews);
    return () => {
      file.listeners.delete(onNews);
      if (file.listeners.size > 0) return;
      file.watcher?.close();
      file.timer?.cancel();
      this.#files.delete(path);
    };
  }

  /** What a watched file says of the first of these names that it knows; a text where it can't be read. */
  state(path: string, names: readonly string[]): FileState | string {
    const file = this.#files.get(path);
    if (file?.states === undefined) return file?.trouble ?? 'not watched';
    const name = names.find((each) => file.states?.has(each));
    return name === undefined ? 'says nothing of it' : file.states.get(name)!;
  }

  /** Reads a file again if it has changed, whether or not that was notified. */
  refresh(path: string): void {
    const file = this.#files.get(path);
    if (file === undefined || this.#clock.nowMs() - file.lookedMs < LOOK_MS) return;
    file.watcher ??= this.#watchFolder(path, file);
    file.lookedMs = this.#clock.nowMs();
    if (identityOf(path) !== file.identity) this.#settle(path, file);
  }

  #open(path: string): Watched {
    const file: Watched = {
      ...{ states: undefined, trouble: undefined, listeners: new Set<() => void>() },
      ...{ watcher: undefined, timer: undefined, identity: '', lookedMs: this.#clock.nowMs() },
    };
    this.#files.set(path, file);
    file.watcher = this.#watchFolder(path, file);
    this.#read(path, file);
    return file;
  }

  /** The folder, not the file: what is renamed into its place is another file. */
  #watchFolder(path: string, file: Watched): FSWatcher | undefined {
    try {
      const watcher = watch(dirname(path), { persistent: false }, (_event, name) => {
        if (name === null || name === basename(path)) this.#settle(path, file);
      });
      watcher.on('error', () => {
        watcher.close();
        file.watcher = undefined;
      });
      return watcher;
    } catch {
      return undefined; // No such folder yet: refresh() tries again.
    }
  }

  #settle(path: string, file: Watched): void {
    // Not put off by what comes meanwhile: a file that is written all the time is read all the same.
    file.timer ??= this.#clock.setTimer(SETTLE_MS, () => {
      file.timer = undefined;
      this.#read(path, file);
      for (const onNews of [...file.listeners]) onNews();
    });
  }

  #read(path: string, file: Watched): void {
    file.identity = identityOf(path);
    const states = readStates(path);
    if (typeof states !== 'string') {
      file.states = states;
      file.trouble = undefined;
    } else if (states !== file.trouble) {
      file.trouble = states;
      this.#onRefused(path, states);
    }
  }
}

function identityOf(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat === undefined ? 'none' : `${stat.ino} ${stat.size} ${stat.mtimeMs}`;
}
