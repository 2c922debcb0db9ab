import type { Counters } from './counters.ts';

/**
 * One answer in so many is timed, since reading the clock twice takes as long as some answers, and allocates a number.
 * A prime, so that queries that come in turns are all met.
 */
const ANSWERS_PER_READING = 1021;

/** The most nanoseconds that 32 bits hold: some 2 s, far more than any answer takes. */
const NS_MAX = 0x7fff_ffff;
const NS_PER_MS = 1_000_000;

/** Times some answers. */
export class Stopwatch {
  readonly #counters: Counters;
  readonly #nowMs: () => number;
  #left = ANSWERS_PER_READING;
  #startMs = 0;

  /** @param nowMs of a clock that is never set, with fractions. */
  constructor(counters: Counters, nowMs: () => number) {
    this.#counters = counters;
    this.#nowMs = nowMs;
  }

  /** Whether the next answer is to be timed. */
  isDue(): boolean {
    if (--this.#left > 0) return false;
    this.#left = ANSWERS_PER_READING;
    return true;
  }

  start(): void {
    this.#startMs = this.#nowMs();
  }

  stop(): void {
    const ns = (this.#nowMs() - this.#startMs) * NS_PER_MS;
    this.#counters.addLatency(Math.min(NS_MAX, Math.round(ns)));
  }
}
