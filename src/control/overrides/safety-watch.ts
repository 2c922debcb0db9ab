import { type Breach, worsenedBy } from '../../health/safety.ts';
import type { Log } from '../log.ts';
import type { SafetyTold } from '../telling/change.ts';

// Verdicts come in swarms, and to look at all endpoints for each of them would be dear.
const LOOK_AFTER_MS = 500;

// However many endpoints there are: at most a twentieth of the time goes into looking at them.
const REST = 20;

/**
 * Says when rules of safety are broken by what nobody did: by verdicts. Nothing is held back for them: what is down can't
 * serve, and an answer must not name it for the sake of a rule. But the operator must know, and whatever would make it
 * worse by hand or by a reload is refused from then on.
 */
export class SafetyWatch {
  readonly #log: Log;
  readonly #breaches: () => readonly Breach[];
  readonly #tell: (change: SafetyTold) => void;
  #known: readonly Breach[] = [];
  #timer: NodeJS.Timeout | undefined;
  #lookAfterMs = LOOK_AFTER_MS;

  /** @param breaches the rules that do not hold just now. */
  constructor(log: Log, breaches: () => readonly Breach[], tell: (change: SafetyTold) => void) {
    this.#log = log;
    this.#breaches = breaches;
    this.#tell = tell;
  }

  /** Something changed that rules may look at. */
  touch(): void {
    this.#timer ??= setTimeout(() => this.#look(), this.#lookAfterMs).unref();
  }

  /** The rules that do not hold just now. */
  current(): readonly Breach[] {
    return this.#breaches();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #look(): void {
    this.#timer = undefined;
    const before = this.#known;
    const startMs = performance.now();
    this.#known = this.#breaches();
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
