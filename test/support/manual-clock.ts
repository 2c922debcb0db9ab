import type { Clock, Timer } from '../../src/util/clock.ts';

interface PendingTimer {
  readonly dueMs: number;
  readonly fire: () => void;
}

/** A clock that stands still until it is moved. */
export class ManualClock implements Clock {
  #nowMs = 0;
  // In the order they were set, which settles who is first when two are due at the same moment.
  readonly #pending = new Set<PendingTimer>();

  nowMs(): number {
    return this.#nowMs;
  }

  setTimer(delayMs: number, fire: () => void): Timer {
    const timer = { dueMs: this.#nowMs + Math.max(0, delayMs), fire };
    this.#pending.add(timer);
    return { cancel: () => this.#pending.delete(timer) };
  }

  /** How many timers are set: what a stopped component must bring back to 0. */
  get pendingTimers(): number {
    return this.#pending.size;
  }

  /** Passes time as an idle thread sees it: each timer fires exactly when it is due, those set on the way included. */
  advance(ms: number): void {
    const endMs = this.#nowMs + ms;
    for (let timer = this.#next(endMs); timer !== undefined; timer = this.#next(endMs)) {
      this.#nowMs = Math.max(this.#nowMs, timer.dueMs);
      this.#fire(timer);
    }
    this.#nowMs = endMs;
  }

  /** Passes time as a blocked thread sees it: nothing fires until the end, then all that is due fires late. */
  stall(ms: number): void {
    this.#nowMs += ms;
    for (let timer = this.#next(this.#nowMs); timer !== undefined; timer = this.#next(this.#nowMs)) this.#fire(timer);
  }

  #fire(timer: PendingTimer): void {
    this.#pending.delete(timer);
    timer.fire();
  }

  #next(untilMs: number): PendingTimer | undefined {
    let next: PendingTimer | undefined;
    for (const timer of this.#pending) {
      if (timer.dueMs <= untilMs && (next === undefined || timer.dueMs < next.dueMs)) next = timer;
    }
    return next;
  }
}
