/** When a prober doubts itself. */
export interface SuspicionSettings {
  /** The part of what was up that has to fail within one interval: more than this, from 0 to 1. */
  readonly share: number;
  /** Fewer failures than this are believed, whatever part they are. */
  readonly failuresMin: number;
  /** How long the last good verdicts are held. */
  readonly holdMs: number;
}

export const SUSPICION_DEFAULTS: SuspicionSettings = { share: 0.5, failuresMin: 5, holdMs: 60_000 };

interface Failing {
  /** When it began to. */
  readonly sinceMs: number;
  readonly untilMs: number;
  /** Whether its verdict is down already. */
  isDown: boolean;
}

/**
 * Decides whether failures are believed. When most of the addresses that were up fail within one interval, it is
 * likelier that the one who looks has gone blind than that all of them died: then the prober is suspect, until {@link
 * end}.
 */
export class Suspicion {
  #settings: SuspicionSettings;
  /** By address, how many of its probes say that it is up. */
  readonly #up = new Map<string, number>();
  /** What was up and fails, in the order of the first failure. */
  readonly #failing = new Map<string, Failing>();
  /** Of the failing. */
  #downCount = 0;
  /** What failed when a suspicion ended: it is no ground for another. */
  readonly #believed = new Set<string>();
  #isSuspect = false;

  constructor(settings: SuspicionSettings) {
    this.#settings = settings;
  }

  /** From now on these settings hold; what has begun to fail is kept. */
  configure(settings: SuspicionSettings): void {
    this.#settings = settings;
  }

  get isSuspect(): boolean {
    return this.#isSuspect;
  }

  /** What was up and has begun to fail within an interval, or since the prober is suspect. */
  get failing(): readonly string[] {
    return [...this.#failing.keys()];
  }

  /** When an address of these began to fail; undefined for others. */
  failsSince(address: string): number | undefined {
    return this.#failing.get(address)?.sinceMs;
  }

  /** The addresses that were up before those began to fail. */
  get upCount(): number {
    return this.#up.size + this.#downCount;
  }

  /** A verdict on an address is up that was not. */
  isUp(address: string): void {
    this.#up.set(address, (this.#up.get(address) ?? 0) + 1);
    const failing = this.#failing.get(address);
    if (failing?.isDown !== true) return;
    failing.isDown = false;
    this.#downCount--;
  }

  /** A verdict on an address is up no longer. */
  isDown(address: string): void {
    const isLast = this.#up.has(address) && this.#isUpNoMore(address);
    const failing = this.#failing.get(address);
    if (!isLast || failing === undefined) return;
    failing.isDown = true;
    this.#downCount++;
  }

  /**
   * An address has failed, by a probe that runs each `intervalMs` and by which it was up.
   * @returns whether the prober is suspect from now on, and was not before.
   */
  failed(address: string, nowMs: number, intervalMs: number): boolean {
    if (!this.#up.has(address) || this.#believed.has(address)) return false;
    if (!this.#failing.has(address))
      this.#failing.set(address, { sinceMs: nowMs, untilMs: nowMs + intervalMs, isDown: false });
    if (this.#isSuspect) return false;
    this.#forget(nowMs);
    const { share, failuresMin } = this.#settings;
    this.#isSuspect = this.#failing.size >= failuresMin && this.#failing.size > share * this.upCount;
    return this.#isSuspect;
  }

  /**
   * An address has passed.
   * @returns whether most of what made the prober suspect has come back.
   */
  passed(address: string): boolean {
    this.#believed.delete(address);
    if (!this.#failing.has(address)) return false;
    this.#remove(address);
    return this.#isSuspect && this.#failing.size <= (this.#settings.share * this.upCount) / 2;
  }

  /** The prober is trusted again: what fails now is believed. */
  end(): void {
    this.#isSuspect = false;
    for (const address of this.failing) {
      this.#remove(address);
      this.#believed.add(address);
    }
  }

  /** An address is no longer probed by one of its probes, by which it was up or not. */
  drop(address: string, wasUp: boolean): void {
    if (wasUp) this.#isUpNoMore(address);
    if (this.#up.has(address)) return;
    this.#remove(address);
    this.#believed.delete(address);
  }

  /** @returns whether none of its probes says that it is up any more. */
  #isUpNoMore(address: string): boolean {
    const left = (this.#up.get(address) ?? 0) - 1;
    if (left > 0) this.#up.set(address, left);
    else this.#up.delete(address);
    return left <= 0;
  }

  /** One that fails for longer than an interval fails by itself. */
  #forget(nowMs: number): void {
    for (const [address, { untilMs }] of this.#failing) {
      // In the order of their beginnings: those behind are younger.
      if (untilMs >= nowMs) return;
      this.#remove(address);
    }
  }

  #remove(address: string): void {
    if (this.#failing.get(address)?.isDown === true) this.#downCount--;
    this.#failing.delete(address);
  }
}
