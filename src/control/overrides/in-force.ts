import { differenceOf, Overrides } from '../../health/overrides.ts';
import type { Breach } from '../../health/safety.ts';
import type { Log } from '../log.ts';
import type { OverrideTold } from '../telling/change.ts';
import { Expiry } from './expiry.ts';
import type { Guarded } from './safety.ts';
import { servicesTouched, told } from './told.ts';

export interface InForceOptions {
  readonly log: Log;
  /** Of the wall clock. */
  readonly nowMs: () => number;
  /** What is served; undefined: nothing yet. */
  readonly config: () => Guarded | undefined;
  /** The rules that the next overrides break, or break more than those before: now, or as soon as one of them ends. */
  readonly worsened: (before: Overrides, next: Overrides) => Promise<readonly Breach[]>;
  /** The rules that overrides break whatever probes find. */
  readonly lasting: (overrides: Overrides) => Promise<readonly Breach[]>;
  /** Overrides are other ones than before. */
  readonly onChange: (changes: readonly OverrideTold[], services: readonly string[]) => void;
}

/** The overrides in force: each that comes, goes, or ends because its time is up, is said. One call after the other. */
export class InForce {
  readonly #options: InForceOptions;
  readonly #expiry: Expiry;
  #overrides = new Overrides();

  /** @param onTime called when the time of some may be up: {@link expire} is due. */
  constructor(options: InForceOptions, onTime: () => void) {
    this.#options = options;
    this.#expiry = new Expiry(options.nowMs, onTime);
  }

  get overrides(): Overrides {
    return this.#overrides;
  }

  /** The rules, in words, that these overrides would break, or break more than they are broken now. */
  async worsened(next: Overrides): Promise<readonly string[]> {
    return (await this.#options.worsened(this.#overrides, next)).map(({ what }) => what);
  }

  /**
   * @param breaks the rules that they break, and are meant to.
   * @param who takes away what is no longer among them.
   */
  async replace(next: Overrides, breaks: readonly string[], who = ''): Promise<void> {
    const before = this.#overrides;
    await this.#set(next);
    const { set, removed } = differenceOf(before, next);
    this.#say([
      ...set.map((override) => told('set', override, override.who, breaks)),
      ...removed.map((override) => told('removed', override, who, breaks)),
    ]);
  }

  /**
   * At a start: what was in force before we were is no news to anybody; that some ended meanwhile is.
   * @param breaks the rules that they break, and are meant to.
   */
  async begin(overrides: Overrides, breaks: readonly string[]): Promise<void> {
    const { holding, expired } = overrides.at(this.#options.nowMs());
    await this.#set(holding);
    for (const override of holding.all) {
      const { kind, what, ...facts } = told('set', override, override.who, breaks);
      this.#options.log.warn(facts, 'override in force');
    }
    this.#say(expired.map((override) => told('expired', override, override.who, [])));
  }

  /**
   * Checks the overrides again after the rules may have changed. Resolves with whether some were marked as meant to
   * break a rule.
   */
  async admit(): Promise<boolean> {
    const before = this.#overrides;
    await this.#set(before);
    return this.#overrides !== before;
  }

  /** Ends those whose time is up; gives whether there were any. */
  async expire(): Promise<boolean> {
    const { holding, expired } = this.#overrides.at(this.#options.nowMs());
    const breaks = expired.length === 0 ? [] : await this.worsened(holding);
    await this.#set(holding);
    this.#say(expired.map((override) => told('expired', override, override.who, breaks)));
    return expired.length > 0;
  }

  stop(): void {
    this.#expiry.stop();
  }

  async #set(next: Overrides): Promise<void> {
    this.#overrides = await this.#admitted(next);
    this.#expiry.schedule(next.nextEndMs);
  }

  /**
   * Of overrides that break a rule lastingly at least one says that it is meant: whoever made them was told so, and a
   * restart refuses a file that does not say it.
   */
  async #admitted(overrides: Overrides): Promise<Overrides> {
    const isMeant = overrides.all.some(({ isUnsafe }) => isUnsafe);
    if (isMeant || overrides.size === 0 || (await this.#options.lasting(overrides)).length === 0) return overrides;
    return new Overrides(overrides.all.map((override) => ({ ...override, isUnsafe: true })));
  }

  #say(changes: readonly OverrideTold[]): void {
    if (changes.length === 0) return;
    for (const { kind, what, ...facts } of changes) this.#options.log.warn(facts, `override ${what}`);
    this.#options.onChange(changes, servicesTouched(this.#options.config(), changes));
  }
}
