import { type Overridable, overridableIn, unsafeOverrides } from '../../config/overrides-file.ts';
import { differenceOf, type Overrides } from '../../health/overrides.ts';
import type { Loaded, Problem } from '../../util/problem.ts';
import { logProblems } from '../log.ts';
import { InForce, type InForceOptions } from './in-force.ts';
import { explainNested, untouchedBy } from './nested.ts';
import { OverrideFile } from './override-file.ts';
import {
  type ForceRequest,
  type HandOutcome,
  NOT_SERVING,
  overrideOf,
  refused,
  type UnforceRequest,
} from './request.ts';
import { targetOf } from './target.ts';
import { Unkept } from './unkept.ts';

/** Overrides by the operator's hand: kept in a file, ended when their time is up, and refused where they break a rule. */
export class Hand {
  readonly #options: InForceOptions;
  readonly #inForce: InForce;
  readonly #unkept: Unkept;
  #file: OverrideFile | undefined;
  #refusal: readonly Problem[] = [];
  /** One thing after the other, or two writers would undo each other. */
  #queue: Promise<unknown> = Promise.resolve();

  constructor(options: InForceOptions) {
    this.#options = options;
    this.#inForce = new InForce(options, () => void this.#inTurn(() => this.#expire()));
    this.#unkept = new Unkept(options.log, () => void this.#inTurn(() => this.#saveAgain()));
  }

  get overrides(): Overrides {
    return this.#inForce.overrides;
  }

  /** Why the file is not used as it is just now; none: it is used. */
  get refusal(): readonly Problem[] {
    return this.#refusal;
  }

  /**
   * Takes over what a file says, and watches it. A name that nothing has is told, and waits for what it names. Of a file
   * that can't be used, nothing: then what was in force when that began is so still, over a restart, too.
   */
  open(path: string): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#file?.path === path) return;
      const isMoved = this.#file !== undefined;
      this.#file?.stop();
      const file = new OverrideFile(path, this.#options.nowMs, () => void this.#readNews());
      this.#file = file;
      const read = await file.open();
      // A file in another place, which is not there yet: what is in force moves there.
      if (read === undefined && isMoved) await this.#save();
      if (read === undefined) return;
      if (!(await this.#take(read, file)) && !isMoved) await this.#beginWithKept(file);
    });
  }

  /** Overrides something until its time is up or it is taken back. */
  force(request: ForceRequest): Promise<HandOutcome> {
    return this.#inTurn(async () => {
      const config = this.#options.config();
      if (config === undefined) return NOT_SERVING;
      await this.#takeNews();
      const target = targetOf(request.target, overridableIn(config));
      if ('unknown' in target) return refused('unknown', [target.unknown]);
      const untouched = untouchedBy(config, target);
      const notes = untouched.endpoints.map(explainNested);
      if (untouched.isWhole) return refused('unknown', notes);
      const override = overrideOf(request, target, this.#options.nowMs());
      const breaks = await this.#inForce.worsened(this.overrides.with(override));
      if (breaks.length > 0 && !request.isUnsafe) return refused('unsafe', breaks);
      const made = { ...override, isUnsafe: breaks.length > 0 };
      await this.#inForce.replace(this.overrides.with(made), breaks);
      return { ok: true, override: made, warnings: [...breaks, ...notes, ...(await this.#save())] };
    });
  }

  /** Takes an override back. */
  unforce(request: UnforceRequest): Promise<HandOutcome> {
    return this.#inTurn(async () => {
      if (this.#options.config() === undefined) return NOT_SERVING;
      await this.#takeNews();
      const target = this.#targetForced(request.target);
      if ('unknown' in target) return refused('unknown', [target.unknown]);
      const override = this.overrides.get(target);
      if (override === undefined) return refused('not-forced', [`${target.kind} ${target.name} is not forced`]);
      const next = this.overrides.without(target);
      const breaks = await this.#inForce.worsened(next);
      if (breaks.length > 0 && !request.isUnsafe) return refused('unsafe', breaks);
      await this.#inForce.replace(next, breaks, request.who);
      return { ok: true, override, warnings: [...breaks, ...(await this.#save())] };
    });
  }

  /** After a reload: overrides of names that are gone wait for their return, and that is said. */
  warnOfUnknown(): void {
    const known = this.#known();
    for (const { kind, name, who } of this.overrides.all) {
      if (!known[kind].includes(name)) this.#options.log.warn({ target: kind, name, who }, 'override of nothing');
    }
  }

  /** After a reload: its rules may be ones that overrides break already, and a restart must not refuse them for that. */
  admit(): Promise<void> {
    return this.#inTurn(async () => {
      if (await this.#inForce.admit()) await this.#save();
    });
  }

  /** Resolves when what is under way is done. */
  async stop(): Promise<void> {
    this.#inForce.stop();
    this.#file?.stop();
    this.#unkept.stop();
    await this.#queue;
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
    const names = (kind: keyof Overridable): readonly string[] =>
      this.overrides.all.filter((one) => one.kind === kind).map(({ name }) => name);
    const forced = { endpoint: names('endpoint'), region: names('region'), service: names('service') };
    const target = targetOf(word, forced);
    return 'unknown' in target ? targetOf(word, this.#known()) : target;
  }

  async #expire(): Promise<void> {
    if (await this.#inForce.expire()) await this.#save();
  }

  #readNews(): Promise<void> {
    return this.#inTurn(() => this.#takeNews());
  }

  async #takeNews(): Promise<void> {
    const file = this.#file;
    const read = await file?.news(this.#known());
    if (file !== undefined && read !== undefined) await this.#take(read, file);
  }

  /** What another wrote into the file counts as if it had been told to us: whole, or not at all. Gives whether it does. */
  async #take(read: Loaded<Overrides>, file: OverrideFile): Promise<boolean> {
    if (!read.ok) return this.#refuse(read.problems, file);
    const { holding, expired } = read.value.at(this.#options.nowMs());
    const breaks = await this.#inForce.worsened(holding);
    const isMeant = [...differenceOf(this.overrides, holding).set, ...expired].some(({ isUnsafe }) => isUnsafe);
    if (breaks.length > 0 && !isMeant) {
      const problems = breaks.map((what) => unsafeOverrides(file.path, what));
      return this.#refuse(problems, file);
    }
    await file.accept();
    this.#refusal = [];
    this.#unkept.stop(); // what is in force from here on stands in the file
    if (this.#isStarting) await this.#inForce.begin(read.value, breaks);
    else await this.#inForce.replace(holding, breaks, file.author);
    return true;
  }

  async #refuse(problems: readonly Problem[], file: OverrideFile): Promise<false> {
    file.refuse();
    // At a start nothing is in force yet, and what was is kept already. Before it is said: who reads that may restart us.
    if (!this.#isStarting) await this.#keep(file);
    this.#refusal = problems;
    logProblems(this.#options.log, 'error', problems, 'overrides refused');
    return false;
  }

  async #keep(file: OverrideFile): Promise<void> {
    try {
      await file.keep(this.overrides);
      this.#unkept.end(file.path);
    } catch (error) {
      this.#unkept.begin(error, file.path);
    }
  }

  /** At a start with a file that is refused. */
  async #beginWithKept(file: OverrideFile): Promise<void> {
    const kept = await file.kept();
    if (kept === undefined) return;
    const message = 'what was in force when the file was refused is in force again';
    this.#options.log.warn({ file: file.path, overrides: kept.size }, message);
    await this.#inForce.begin(kept, []);
  }

  get #isStarting(): boolean {
    return this.#options.config() === undefined;
  }

  /** What is in force stays so even if it can't be kept: a full disk is no reason to send clients to a dead region. */
  async #save(): Promise<readonly string[]> {
    try {
      const moved = await this.#file?.write(this.overrides);
      this.#refusal = [];
      this.#unkept.end(this.#file?.path);
      if (moved === undefined) return [];
      this.#options.log.warn(
        { file: this.#file?.path, moved },
        'the refused file of overrides is replaced, and kept beside',
      );
      return [`the file of overrides was refused before, and is replaced: what stood in it is in ${moved}`];
    } catch (error) {
      return this.#unkept.begin(error, this.#file?.path);
    }
  }

  /** A file that was refused meanwhile is somebody's work, and stays: what is in force is kept beside it. */
  async #saveAgain(): Promise<void> {
    await this.#takeNews();
    const file = this.#file;
    if (!this.#unkept.isSo || file === undefined) return;
    try {
      if (this.#refusal.length > 0) await file.keep(this.overrides);
      else await file.write(this.overrides);
      this.#unkept.end(file.path);
    } catch {
      this.#unkept.goOn();
    }
  }
}
