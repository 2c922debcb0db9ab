import { hashText } from '../../net/client-prefix.ts';

/** Networks that are told apart: more a minute share a counter, and are limited together rather than not at all. */
const COUNTERS = 1 << 16;

const MINUTE_MS = 60_000;

/** How often a network may ask in a minute. Counters of a fixed size, by a hash that nobody outside can foresee. */
export class RequestLimit {
  readonly #salt: string;
  readonly #counts = new Uint16Array(COUNTERS);
  #minute = 0;

  constructor(salt: string) {
    this.#salt = salt;
  }

  /** Counts a request; false where the network has had its share. */
  admit(network: string, requestsMax: number, nowMs: number): boolean {
    const minute = Math.floor(nowMs / MINUTE_MS);
    if (minute !== this.#minute) this.#counts.fill(0);
    this.#minute = minute;
    const slot = hashText(this.#salt + network) & (COUNTERS - 1);
    if (this.#counts[slot]! >= requestsMax) return false;
    this.#counts[slot]!++;
    return true;
  }
}
