/**
 * The time of day, read at most once in a turn of the event loop. Reading it costs more than most answers do, and a turn
 * with its 32 datagrams at most is over in less than the milliseconds that cookies and rate limits count in.
 */
export class TurnClock {
  readonly #read: () => number;
  /** Undefined until somebody asks in this turn. As an object it is handed on as it is; a bare number would be copied. */
  #nowMs: number | undefined;

  constructor(read: () => number) {
    this.#read = read;
  }

  readonly nowMs = (): number => {
    this.#nowMs ??= this.#begin();
    return this.#nowMs;
  };

  #begin(): number {
    setImmediate(this.#end);
    return this.#read();
  }

  readonly #end = (): void => {
    this.#nowMs = undefined;
  };
}
