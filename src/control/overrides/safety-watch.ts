import { type Breach, worsenedBy } from '../../health/safety.ts';
import { inTurns, type Sliced } from '../../util/slices.ts';
import type { Log } from '../log.ts';
import type { SafetyTold } from '../telling/change.ts';
import { TURNS } from '../turns.ts';

// Verdicts come in swarms, and looking at all endpoints for each of them would cost too much.
const LOOK_AFTER_MS = 500;

// However many endpoints there are, looking at them takes at most a twentieth of the time.
const REST = 20;

/**
 * Tells when verdicts, which nobody made, break a rule of safety. Nothing is held back for the rule: an endpoint that
 * is down can't serve, and no answer must name it. But the operator must know, and from then on whatever would make it
 * worse by hand or by a reload is refused.
 */
export class SafetyWatch {
  readonly #log: Log;
  readonly #breaches: () => Sliced<readonly Breach[]>;
  readonly #tell: (change: SafetyTold) => void;
  #known: readonly Breach[] = [];
  #timer: NodeJS.Timeout | undefined;
  #lookAfterMs = LOOK_AFTER_MS;
  #isLooking = false;
  /** A look that somebody waits for. */
  #asked: Promise<readonly Breach[]> | undefined;
  #isStopped = false;

  /** @param breaches the rules that do not hold just now. */
  constructor(log: Log, breaches: () => Sliced<readonly Breach[]>, tell: (change: SafetyTold) => void) {
    this.#log = log;
    this.#breaches = breaches;
    this.#tell = tell;
  }

  /** Something changed that rules may look at. */
  touch(): void {
    this.#timer ??= setTimeout(() => void this.#look(), this.#lookAfterMs).unref();
  }

  /** The rules that do not hold just now; where many ask at once, as the first of them had it. In slices. */
  current(): Promise<readonly Breach[]> {
    this.#asked ??= inTurns(this.#breaches(), TURNS).finally(() => {
      this.#asked = undefined;
    });
    return this.#asked;
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  async #look(): Promise<void> {
    this.#timer = undefined;
    // What changes during a look is looked at after it.
    if (this.#isLooking) return this.touch();
    this.#isLooking = true;
    const before = this.#known;
    const startMs = performance.now();
    const found = await inTurns(this.#breaches(), TURNS);
    this.#isLooking = false;
    if (this.#isStopped) return;
    this.#known = found;
    this.#lookAfterMs = Math.max(LOOK_AFTER_MS, REST * (performance.now() - startMs));
    const keys = new Set(this.#known.map(({ key }) => key));
    for (const breach of worsenedBy(before, this.#known)) this.#say(breach, true);
    for (const breach of before) if (!keys.has(breach.key)) this.#say(breach, false);
  }

  #say({ rule, service, what }: Breach, isBroken: boolean): void {
    if (isBroken) this.#log.error({ rule, service, what }, 'safety rule broken');
    else this.#log.info({ rule, service, was: what }, 'safety rule holds again');
    this.#tell({ kind: 'safety', isBroken, rule, service, what });
  }
}
