/** The wall clock is looked at at least this often: it may have been set, or the machine suspended. */
const LOOK_MS_MAX = 30_000;

/** Calls back when the next override is to end, by the wall clock. */
export class Expiry {
  readonly #nowMs: () => number;
  readonly #onTime: () => void;
  #timer: NodeJS.Timeout | undefined;

  /** @param onTime called when it may be time, and sometimes before: look then, and schedule again. */
  constructor(nowMs: () => number, onTime: () => void) {
    this.#nowMs = nowMs;
    this.#onTime = onTime;
  }

  /** @param endMs by the wall clock; undefined: nothing ends. */
  schedule(endMs: number | undefined): void {
    clearTimeout(this.#timer);
    if (endMs === undefined) return;
    const waitMs = Math.min(LOOK_MS_MAX, Math.max(1, endMs - this.#nowMs()));
    this.#timer = setTimeout(this.#onTime, waitMs).unref();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
