import type { Log } from '../log.ts';

/** How soon it is tried again: soon after a disk has room again, and a write that fails costs little. */
const RETRY_MS = 2_000;

/** That what is in force could not be written: said when it begins and when it is over, and tried again meanwhile. */
export class Unkept {
  readonly #log: Log;
  readonly #again: () => void;
  #timer: NodeJS.Timeout | undefined;

  /** @param again called when it is time to try again, after which one of the others is. */
  constructor(log: Log, again: () => void) {
    this.#log = log;
    this.#again = again;
  }

  /** Whether there is something that a restart would forget. */
  get isSo(): boolean {
    return this.#timer !== undefined;
  }

  /** It could not be written, after somebody had changed it. Gives what he is told. */
  begin(error: unknown, file: string | undefined): readonly string[] {
    const why = (error as Error).message;
    this.#log.error({ file, why }, 'overrides not kept: a restart would forget them');
    this.goOn();
    return [`it is in force, and a restart would forget it: ${why}`];
  }

  /** It could not be written once more. */
  goOn(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#again, RETRY_MS).unref();
  }

  /** It is written. */
  end(file: string | undefined): void {
    if (!this.isSo) return;
    this.stop();
    this.#log.info({ file }, 'overrides are kept again');
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
