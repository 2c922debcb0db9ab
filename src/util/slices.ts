/** Work that can be interrupted and continued: a generator that yields after each step and returns the result. */
export type Sliced<T> = Generator<void, T, void>;

/** Does all of it at once. */
export function atOnce<T>(work: Sliced<T>): T {
  for (;;) {
    const { done, value } = work.next();
    if (done === true) return value;
  }
}

/** How long a slice of work is, and how others get their turn between slices. */
export interface Turns {
  readonly sliceMs: number;
  nowMs(): number;
  /** Resolves when everything else that waits has had its turn. */
  pause(): Promise<unknown>;
}

/** Does the work in slices of about `sliceMs`, with a pause after each. */
export async function inTurns<T>(work: Sliced<T>, { sliceMs, nowMs, pause }: Turns): Promise<T> {
  for (let endMs = nowMs() + sliceMs; ; ) {
    const { done, value } = work.next();
    if (done === true) return value;
    if (nowMs() < endMs) continue;
    await pause();
    endMs = nowMs() + sliceMs;
  }
}
