import type { Present } from '../compile/present.ts';
import type { Config } from '../config/config.ts';
import { unsafeReload } from '../config/safety.ts';
import type { Overrides } from '../health/overrides.ts';
import type { Problem } from '../util/problem.ts';
import { Hooks } from './hooks/hooks.ts';
import type { Log } from './log.ts';
import { presentByHand } from './overrides/by-hand.ts';
import { Hand } from './overrides/hand.ts';
import { breachesByReload, breachesIn, type Guarded } from './overrides/safety.ts';
import { SafetyWatch } from './overrides/safety-watch.ts';
import type { Change } from './telling/change.ts';

/** A configuration, and what is observed of it, before anything is said by hand. */
export interface Observation {
  readonly config: Guarded;
  readonly observed: Present;
}

/** What operators do to a running server, and what they are told of it. */
export class Operations {
  readonly hand: Hand;
  readonly hooks: Hooks;
  readonly safety: SafetyWatch;
  readonly #log: Log;
  readonly #serving: () => Observation | undefined;

  /** @param onServices called with the services whose answers depend on what was done by hand. */
  constructor(log: Log, serving: () => Observation | undefined, onServices: (services: readonly string[]) => void) {
    this.#log = log;
    this.#serving = serving;
    this.hooks = new Hooks(log);
    this.safety = new SafetyWatch(
      log,
      () => this.#breachesUnder(this.hand.overrides),
      (change) => this.tell(change),
    );
    this.hand = new Hand({
      log,
      nowMs: Date.now,
      config: () => serving()?.config,
      breaches: (overrides) => this.#breachesUnder(overrides),
      onChange: (changes, services) => {
        onServices(services);
        for (const change of changes) this.tell(change);
      },
    });
  }

  /** The present as the operator will have it. */
  present(observed: Present): Present {
    return presentByHand(observed, this.hand.overrides);
  }

  tell(change: Change): void {
    this.hooks.tell(change);
    this.safety.touch();
  }

  /** A configuration is served from now on. */
  async serve({ admin, hooks }: Pick<Config, 'admin' | 'hooks'>): Promise<void> {
    this.hooks.configure(hooks);
    await this.hand.open(admin.overrides);
    if (this.#serving() !== undefined) this.hand.warnOfUnknown();
    this.safety.touch();
  }

  /**
   * Why a configuration must not be served now, as its rules of safety have it. Told to do it all the same there are no
   * problems, and it is recorded.
   */
  problemsOfReload(file: string, { config, observed }: Observation, isUnsafe: boolean): readonly Problem[] {
    const before = this.#serving();
    if (before === undefined) return [];
    const breaks = breachesByReload(
      { config: before.config, present: this.present(before.observed) },
      { config, present: this.present(observed) },
    ).map(({ what }) => what);
    if (!isUnsafe) return breaks.map((what) => unsafeReload(file, what));
    if (breaks.length > 0) this.#log.warn({ breaks }, 'reloading against the rules of safety');
    return [];
  }

  stop(): void {
    this.hand.stop();
    this.hooks.stop();
    this.safety.stop();
  }

  #breachesUnder(overrides: Overrides) {
    const serving = this.#serving();
    return serving === undefined ? [] : breachesIn(serving.config, presentByHand(serving.observed, overrides));
  }
}
