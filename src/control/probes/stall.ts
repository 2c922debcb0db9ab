import type { Clock, Timer } from '../../util/clock.ts';

// Short against any useful time-out, long enough to cost nothing: 20 wake-ups a second, and only while a probe is out.
const TICK_MS = 50;

// The time of suspension comes in hundredths of a second, or seconds where a container has its own: less is rounding.
const SUSPENSION_MIN_MS = 2_000;

/**
 * Measures how long our own thread could not run its timers: because it was blocked by work, starved by neighbours, or
 * suspended. A time-out that passed in such a time says nothing of the endpoint, whose answer may be in the socket,
 * unread.
 */
export class StallMeter {
  readonly #clock: Clock;
  readonly #suspendedMs: () => number;
  #totalMs = 0;
  #watches = 0;
  #dueMs = 0;
  #knownSuspendedMs = 0;
  #timer: Timer | undefined;

  /** @param suspendedMs for how long the machine has slept in all, while the clock stood still. */
  constructor(clock: Clock, suspendedMs: () => number = () => 0) {
    this.#clock = clock;
    this.#suspendedMs = suspendedMs;
  }

  /** Starts a watch; `stalledMs()` is the time lost since then, and `end()` must follow. */
  watch(): StallWatch {
    if (this.#watches++ === 0) {
      this.#knownSuspendedMs = this.#suspendedMs();
      this.#arm();
    }
    const fromMs = this.#lostMs();
    return {
      stalledMs: () => {
        this.#addSuspension();
        return this.#lostMs() - fromMs;
      },
      end: () => this.#end(),
    };
  }

  #end(): void {
    if (--this.#watches === 0) this.#timer?.cancel();
  }

  #arm(): void {
    this.#dueMs = this.#clock.nowMs() + TICK_MS;
    this.#timer = this.#clock.setTimer(TICK_MS, () => {
      this.#totalMs = this.#lostMs();
      this.#addSuspension();
      this.#arm();
    });
  }

  /** Includes how late the tick is that is now due: after a stall, other timers may fire before ours. */
  #lostMs(): number {
    return this.#totalMs + Math.max(0, this.#clock.nowMs() - this.#dueMs);
  }

  /** Asking costs some microseconds, so it is done at ticks, and when something failed. */
  #addSuspension(): void {
    const suspendedMs = this.#suspendedMs();
    const sleptMs = suspendedMs - this.#knownSuspendedMs;
    if (sleptMs < SUSPENSION_MIN_MS) return;
    this.#totalMs += sleptMs;
    this.#knownSuspendedMs = suspendedMs;
  }
}

export interface StallWatch {
  stalledMs(): number;
  end(): void;
}
