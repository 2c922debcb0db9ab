import type { Clock, Timer } from '../../util/clock.ts';

// Short against any useful time-out, long enough to cost nothing: 20 wake-ups a second, and only while a probe is out.
const tickMs = 50;

// The time of suspension comes in hundredths of a second, or seconds where a container has its own: less is rounding.
const suspensionMinMs = 2_000;

/**
 * Measures how long our own thread was not running its timers: blocked by work, starved by neighbours, or suspended. A probe's time-out
 * that passed meanwhile says nothing of the endpoint, whose answer may be lying unread in the socket.
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
    this.#dueMs = this.#clock.nowMs() + tickMs;
    this.#timer = this.#clock.setTimer(tickMs, () => {
      this.#totalMs = this.#lostMs();
      this.#addSuspension();
      this.#arm();
    });
  }

  /** With what the tick now overdue is late by: after a stall, other timers may fire before ours. */
  #lostMs(): number {
    return this.#totalMs + Math.max(0, this.#clock.nowMs() - this.#dueMs);
  }

  /** To ask costs some microseconds: it is done at ticks, and where something failed. */
  #addSuspension(): void {
    const suspendedMs = this.#suspendedMs();
    const sleptMs = suspendedMs - this.#knownSuspendedMs;
    if (sleptMs < suspensionMinMs) return;
    this.#totalMs += sleptMs;
    this.#knownSuspendedMs = suspendedMs;
  }
}

export interface StallWatch {
  stalledMs(): number;
  end(): void;
}
