import { type Overridable, overridableIn, unsafeOverrides } from '../../config/overrides-file.ts';
import { differenceOf, type Override, Overrides } from '../../health/overrides.ts';
import { type Breach, worsenedBy } from '../../health/safety.ts';
import type { Problem } from '../../util/problem.ts';
import { type Log, logProblems } from '../log.ts';
import type { OverrideTold } from '../telling/change.ts';
import { OverrideFile } from './override-file.ts';
import type { ForceRequest, HandOutcome, UnforceRequest } from './request.ts';
import type { Guarded } from './safety.ts';
import { targetOf } from './target.ts';
import { servicesTouched, told } from './told.ts';

export interface HandOptions {
  readonly log: Log;
  /** Of the wall clock. */
  readonly nowMs: () => number;
  /** What is served; undefined: nothing yet. */
  readonly config: () => Guarded | undefined;
  /** The rules that would not hold under these overrides. */
  readonly breaches: (overrides: Overrides) => readonly Breach[];
  /** Overrides are other ones than before. */
  readonly onChange: (changes: readonly OverrideTold[], services: readonly string[]) => void;
}

/** How long until time is looked at again at the latest: the clock may have been set, or the machine asleep. */
const LOOK_MS_MAX = 30_000;

/** Overrides by the operator's hand: kept in a file, ended when their time is up, and refused where they break a rule. */
export class Hand {
  readonly #options: HandOptions;
  #overrides = new Overrides();
  #file: OverrideFile | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** One thing after the other, or two writers would undo each other. */
  #queue: Promise<unknown> = Promise.resolve();

  constructor(options: HandOptions) {
    this.#options = options;
  }

  get overrides(): Overrides {
    return this.#overrides;
  }

  /** Takes over what a file says, and watches it. A name that nothing has is told, and waits for what it names. */
  open(path: string): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#file?.path === path) return;
      this.#file?.stop();
      const file = new OverrideFile(path, this.#options.nowMs, () => void this.#readNews());
      this.#file = file;
      const read = await file.open();
      if (!read.ok) return this.#refuse(read.problems);
      this.#begin(read.value.at(this.#options.nowMs()).holding);
    });
  }

  /** Overrides something until its time is up or it is taken back. */
  force(request: ForceRequest): Promise<HandOutcome> {
    return this.#inTurn(async () => {
      await this.#takeNews();
      const target = targetOf(request.target, this.#known());
      if ('unknown' in target) return { ok: false, because: 'unknown', why: target.unknown };
      const sinceMs = this.#options.nowMs();
      const { force, forMs, who, why } = request;
      const untilMs = forMs === undefined ? undefined : sinceMs + forMs;
      const breaks = this.#worsened(this.#overrides.with({ ...base(request, sinceMs, untilMs), ...target }));
      if (breaks.length > 0 && !request.isUnsafe) return unsafe(breaks);
      const override: Override = { ...target, force, untilMs, sinceMs, who, why, isUnsafe: breaks.length > 0 };
      this.#replace(this.#overrides.with(override), breaks);
      return { ok: true, override, warnings: [...breaks, ...(await this.#save())] };
    });
  }

  /** Takes an override back. */
  unforce(request: UnforceRequest): Promise<HandOutcome> {
    return this.#inTurn(async () => {
      await this.#takeNews();
      const target = this.#targetForced(request.target);
      if ('unknown' in target) return { ok: false, because: 'unknown', why: target.unknown };
      const override = this.#overrides.get(target);
      if (override === undefined) {
        return { ok: false, because: 'not-forced', why: `${target.kind} ${target.name} is not forced` };
      }
      const next = this.#overrides.without(target);
      const breaks = this.#worsened(next);
      if (breaks.length > 0 && !request.isUnsafe) return unsafe(breaks);
      this.#replace(next, breaks, request.who);
      return { ok: true, override, warnings: [...breaks, ...(await this.#save())] };
    });
  }

  /** After a reload: overrides of names that are gone wait for their return, and that is said. */
  warnOfUnknown(): void {
    const known = this.#known();
    for (const { kind, name, who } of this.#overrides.all) {
      if (!known[kind].includes(name)) this.#options.log.warn({ target: kind, name, who }, 'override of nothing');
    }
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#file?.stop();
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#queue.then(work);
    this.#queue = turn.catch(() => undefined);
    return turn;
  }

  #known(): Overridable {
    const config = this.#options.config();
    return config === undefined ? { endpoint: [], region: [], service: [] } : overridableIn(config);
  }

  /** What is forced can be taken back even when nothing has its name any more. */
  #targetForced(word: string): ReturnType<typeof targetOf> {
    const known = this.#known();
    const names = (kind: keyof Overridable): readonly string[] =>
      this.#overrides.all.filter((one) => one.kind === kind).map(({ name }) => name);
    const forced = { endpoint: names('endpoint'), region: names('region'), service: names('service') };
    const target = targetOf(word, forced);
    return 'unknown' in target ? targetOf(word, known) : target;
  }

  #worsened(next: Overrides): readonly string[] {
    const { breaches } = this.#options;
    return worsenedBy(breaches(this.#overrides), breaches(next)).map(({ what }) => what);
  }

  #readNews(): Promise<void> {
    return this.#inTurn(() => this.#takeNews());
  }

  /** What another wrote into the file counts as if it had been told to us: whole, or not at all. */
  async #takeNews(): Promise<void> {
    const file = this.#file;
    const read = await file?.news(this.#known());
    if (file === undefined || read === undefined) return;
    if (!read.ok) return this.#refuse(read.problems);
    const next = read.value.at(this.#options.nowMs()).holding;
    const breaks = this.#worsened(next);
    const isMeant = differenceOf(this.#overrides, next).set.some(({ isUnsafe }) => isUnsafe);
    if (breaks.length > 0 && !isMeant) {
      file.refuse();
      return this.#refuse(breaks.map((what) => unsafeOverrides(file.path, what)));
    }
    this.#replace(next, breaks);
  }

  #refuse(problems: readonly Problem[]): void {
    logProblems(this.#options.log, 'error', problems, 'overrides refused');
  }

  /** What was in force before we were is no news to anybody. */
  #begin(overrides: Overrides): void {
    if (this.#options.config() !== undefined) {
      this.#replace(overrides);
      return;
    }
    this.#overrides = overrides;
    this.#schedule();
    for (const { kind, name, force, who, why } of overrides.all) {
      this.#options.log.warn({ target: kind, name, force, who, why }, 'override in force');
    }
  }

  #replace(next: Overrides, breaks: readonly string[] = [], who?: string): void {
    const before = this.#overrides;
    this.#overrides = next;
    this.#schedule();
    const { set, removed } = differenceOf(before, next);
    this.#say([
      ...set.map((override) => told('set', override, override.who, breaks)),
      ...removed.map((override) => told('removed', override, who ?? '', breaks)),
    ]);
  }

  #expire(): void {
    const { holding, expired } = this.#overrides.at(this.#options.nowMs());
    this.#overrides = holding;
    this.#schedule();
    if (expired.length === 0) return;
    this.#say(expired.map((override) => told('expired', override, override.who, [])));
    void this.#inTurn(() => this.#save());
  }

  #say(changes: readonly OverrideTold[]): void {
    if (changes.length === 0) return;
    for (const { kind, what, ...facts } of changes) this.#options.log.warn(facts, `override ${what}`);
    this.#options.onChange(changes, servicesTouched(this.#options.config(), changes));
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    const endMs = this.#overrides.nextEndMs;
    if (endMs === undefined) return;
    const waitMs = Math.min(LOOK_MS_MAX, Math.max(1, endMs - this.#options.nowMs()));
    this.#timer = setTimeout(() => this.#expire(), waitMs).unref();
  }

  /** What is in force stays so even if it can't be kept: a full disk is no reason to send clients to a dead region. */
  async #save(): Promise<readonly string[]> {
    try {
      await this.#file?.write(this.#overrides);
      return [];
    } catch (error) {
      const why = (error as Error).message;
      this.#options.log.error({ file: this.#file?.path, why }, 'overrides not kept: a restart would forget them');
      return [`it is in force, and a restart would forget it: ${why}`];
    }
  }
}

function base({ force, who, why }: ForceRequest, sinceMs: number, untilMs: number | undefined) {
  return { force, who, why, sinceMs, untilMs, isUnsafe: false };
}

function unsafe(breaks: readonly string[]): HandOutcome {
  return { ok: false, because: 'unsafe', why: breaks.join('; ') };
}
