/** Work that can be left and taken up again: what it comes to, after any number of slices. */
export type Sliced<T> = Generator<void, T, void>;

/** Does all of it at once. */
export function atOnce<T>(work: Sliced<T>): T {
  for (;;) {
    const { done, value } = work.next();
    if (done === true) return value;
  }
}

/** When whoever else wants the thread has a turn, and the clock by which that is. */
export interface Turns {
  readonly sliceMs: number;
  nowMs(): number;
  /** Resolves when the others had theirs. */
  pause(): Promise<unknown>;
}

/** Does it in slices of about so many milliseconds, with a pause after each. */
export async function inTurns<T>(work: Sliced<T>, { sliceMs, nowMs, pause }: Turns): Promise<T> {
  for (let endMs = nowMs() + sliceMs; ; ) {
    const { done, value } = work.next();
    if (done === true) return value;
    if (nowMs() < endMs) continue;
    await pause();
    endMs = nowMs() + sliceMs;
  }
}
