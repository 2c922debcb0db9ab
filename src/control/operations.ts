import type { Present } from '../compile/present.ts';
import { unsafeReload } from '../config/checks/safety.ts';
import type { Config } from '../config/config.ts';
import { Overrides } from '../health/overrides.ts';
import type { Breach } from '../health/safety.ts';
import type { Problem } from '../util/problem.ts';
import { inTurns, type Sliced } from '../util/slices.ts';
import { Hooks } from './hooks/hooks.ts';
import type { Log } from './log.ts';
import { presentByHand } from './overrides/by-hand.ts';
import { Hand } from './overrides/hand.ts';
import {
  ALL_WELL,
  breachingByHand,
  breachingByReload,
  breachingLastingly,
  findingBreachesIn,
  type Guarded,
  type Observation,
} from './overrides/safety.ts';
import { SafetyWatch } from './overrides/safety-watch.ts';
import type { Change } from './telling/change.ts';
import { TURNS } from './turns.ts';

/** What operators do to a running server, and what they are told. */
export class Operations {
  readonly hand: Hand;
  readonly hooks: Hooks;
  readonly safety: SafetyWatch;
  readonly #log: Log;
  readonly #serving: () => Observation | undefined;
  /** The configuration that is about to be served first, of which nothing is observed yet. */
  #starting: Observation | undefined;

  /** @param onServices called with the services whose answers depend on what was done by hand. */
  constructor(log: Log, serving: () => Observation | undefined, onServices: (services: readonly string[]) => void) {
    this.#log = log;
    this.#serving = serving;
    this.hooks = new Hooks(log);
    this.safety = new SafetyWatch(
      log,
      () => this.#breaches(),
      (change) => this.tell(change),
    );
    this.hand = new Hand({
      log,
      nowMs: Date.now,
      config: () => serving()?.config,
      worsened: (before, next) => this.#worsened(before, next),
      lasting: (next) => this.#lasting(next),
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

  /** Operates by this configuration from now on. */
  async serve({ admin, hooks, ...config }: Guarded & Pick<Config, 'admin' | 'hooks'>): Promise<void> {
    this.#starting = this.#serving() === undefined ? { config, observed: ALL_WELL } : undefined;
    this.hooks.configure(hooks);
    await this.hand.open(admin.overrides);
    if (this.#serving() !== undefined) {
      this.hand.warnOfUnknown();
      await this.hand.admit();
    }
    this.safety.touch();
  }

  /**
   * Why the rules of safety forbid to serve a configuration now. If it is to be served anyway, there are no problems,
   * and the broken rules are logged.
   */
  async problemsOfReload(
    file: string,
    next: Observation,
    isUnsafe: boolean,
    who?: string,
  ): Promise<readonly Problem[]> {
    const breaks = (await this.#brokenByReload(next)).map(({ what }) => what);
    if (!isUnsafe) return breaks.map((what) => unsafeReload(file, what));
    if (breaks.length > 0) this.#log.warn({ breaks, who }, 'reloading against the rules of safety');
    return [];
  }

  /** Resolves when all that hooks were to be told is delivered or given up. */
  async stop(): Promise<void> {
    this.safety.stop();
    await this.hand.stop();
    await this.hooks.stop();
  }

  *#breaches(): Sliced<readonly Breach[]> {
    const serving = this.#serving();
    return serving === undefined ? [] : yield* findingBreachesIn(serving.config, this.present(serving.observed));
  }

  #worsened(before: Overrides, next: Overrides): Promise<readonly Breach[]> {
    return this.#looking((at) => breachingByHand(at, before, next, Date.now()));
  }

  #lasting(next: Overrides): Promise<readonly Breach[]> {
    return this.#looking(({ config }) => breachingLastingly(config, new Overrides(), next, Date.now()));
  }

  /** Looks again if overrides changed during the look. */
  async #brokenByReload(next: Observation): Promise<readonly Breach[]> {
    const before = this.#serving();
    if (before === undefined) return [];
    for (;;) {
      const { overrides } = this.hand;
      const found = await inTurns(breachingByReload(before, next, overrides), TURNS);
      if (this.hand.overrides === overrides) return found;
    }
  }

  /** Looks again if the served configuration changed during the look. */
  async #looking(look: (at: Observation) => Sliced<readonly Breach[]>): Promise<readonly Breach[]> {
    for (;;) {
      const at = this.#serving() ?? this.#starting;
      if (at === undefined) return [];
      const found = await inTurns(look(at), TURNS);
      if ((this.#serving() ?? this.#starting)?.config === at.config) return found;
    }
  }
}
