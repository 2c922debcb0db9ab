import { Suspicion, type SuspicionSettings } from '../../health/suspicion.ts';
import type { Verdict } from '../../health/verdict.ts';
import type { Clock, Timer } from '../../util/clock.ts';

/** Why a prober is suspect, or trusted again. */
export type DoubtChange =
  | { readonly isSuspect: true; readonly failing: number; readonly of: number; readonly holdMs: number }
  | { readonly isSuspect: false; readonly why: 'most endpoints came back' | 'references answer' | 'time is up' };

/** What makes a prober doubt itself, and what ends the doubt. */
export interface DoubtGrounds {
  readonly settings: SuspicionSettings;
  /**
   * Whether a reference answers, which is known to work. Asked while the prober is suspect; undefined if there are no
   * references.
   */
  readonly checkReferences?: (() => Promise<boolean>) | undefined;
}

export interface DoubtOptions {
  readonly clock: Clock;
  readonly by: DoubtGrounds;
  readonly onChange: (change: DoubtChange) => void;
}

// Often enough to end a wrong suspicion within a probe's usual interval.
const REFERENCES_EVERY_MS = 5_000;

/**
 * A prober's doubt in itself over time. It ends when most endpoints come back, when a reference answers, or after a set
 * time.
 */
export class Doubt {
  readonly #options: DoubtOptions;
  readonly #suspicion: Suspicion;
  #by: DoubtGrounds;
  #endTimer: Timer | undefined;
  #isEnding = false;
  #referenceTimer: Timer | undefined;

  constructor(options: DoubtOptions) {
    this.#options = options;
    this.#by = options.by;
    this.#suspicion = new Suspicion(options.by.settings);
  }

  /** Uses these grounds from now on. A doubt that has begun still ends when it would have. */
  configure(by: DoubtGrounds): void {
    this.#by = by;
    this.#suspicion.configure(by.settings);
  }

  get isSuspect(): boolean {
    return this.#suspicion.isSuspect;
  }

  /** Whether an address that went down at this time belongs to the failures that the doubt is about. */
  isAbout(address: string, downSinceMs: number): boolean {
    const failsSinceMs = this.#suspicion.failsSince(address);
    return this.isSuspect && failsSinceMs !== undefined && downSinceMs >= failsSinceMs;
  }

  failed(address: string, intervalMs: number): void {
    const { clock, onChange } = this.#options;
    const { holdMs } = this.#by.settings;
    if (!this.#suspicion.failed(address, clock.nowMs(), intervalMs)) return;
    this.#endTimer = clock.setTimer(holdMs, () => this.#end('time is up'));
    void this.#askReferences();
    const { failing, upCount } = this.#suspicion;
    onChange({ isSuspect: true, failing: failing.length, of: upCount, holdMs });
  }

  /** @param riseMs how long it takes until what has come back is up by its probe's own thresholds. */
  passed(address: string, riseMs: number): void {
    if (!this.#suspicion.passed(address) || this.#isEnding) return;
    this.#isEnding = true;
    this.#endTimer?.cancel();
    // The last ones are still on their way. If they were told down now, they would be up again a moment later.
    this.#endTimer = this.#options.clock.setTimer(riseMs, () => this.#end('most endpoints came back'));
  }

  /** Takes note of a verdict that has changed. */
  told(address: string, from: Verdict, to: Verdict): void {
    if (to === 'up') this.#suspicion.isUp(address);
    else if (from === 'up') this.#suspicion.isDown(address);
  }

  drop(address: string, told: Verdict): void {
    this.#suspicion.drop(address, told === 'up');
  }

  stop(): void {
    this.#endTimer?.cancel();
    this.#referenceTimer?.cancel();
  }

  async #askReferences(): Promise<void> {
    const { clock } = this.#options;
    const { checkReferences } = this.#by;
    if (checkReferences === undefined) return;
    const answers = await checkReferences();
    if (!this.isSuspect) return;
    if (answers) this.#end('references answer');
    else this.#referenceTimer = clock.setTimer(REFERENCES_EVERY_MS, () => void this.#askReferences());
  }

  #end(why: Extract<DoubtChange, { isSuspect: false }>['why']): void {
    this.stop();
    this.#isEnding = false;
    this.#suspicion.end();
    this.#options.onChange({ isSuspect: false, why });
  }
}
