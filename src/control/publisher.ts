import type { Present } from '../compile/present.ts';
import type { Blocks, CompiledWorld } from '../compile/world.ts';
import type { Mode } from '../steering/decision.ts';
import type { Log } from './log.ts';

/** The longest that a timer of Node.js waits. */
const TIMER_MS_MAX = 2 ** 31 - 1;

/** What is served: a world, what is known of it at any time, and the way to the workers. */
export interface Served {
  readonly world: CompiledWorld;
  /** The names of its services. */
  readonly services: readonly string[];
  present(): Present;
  publish(blocks: Blocks): void;
}

/**
 * Publishes what changes in a world while it is served: what depends on verdicts and names, at the end of the turn of the
 * event loop in which they changed; what depends on the clock, in time; and with shorter scopes, when there is nothing
 * else to do, what had to be compiled in a hurry. Fallbacks that come into force, or end, are said in the log.
 */
export class Publisher {
  readonly #log: Log;
  readonly #onModes: (service: string, modes: readonly Mode[]) => void;
  #served: Served | undefined;
  /** Services that depend on what changed since the last publication. */
  readonly #changed = new Set<string>();
  readonly #modes = new Map<string, string>();
  /** Services that change while another world is made. */
  #noted = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #isRefining = false;

  /** @param onModes called when a service falls back, or answers as usual again: then with no modes. */
  constructor(log: Log, onModes: (service: string, modes: readonly Mode[]) => void) {
    this.#log = log;
    this.#onModes = onModes;
  }

  /**
   * From now on it publishes for a world, whose whole publication comes in this turn of the event loop. What changed
   * meanwhile is published in the next.
   */
  serve(served: Served): void {
    this.#served = served;
    for (const name of this.#modes.keys()) if (!served.services.includes(name)) this.#modes.delete(name);
    for (const name of served.services) this.#noteModes(name);
    this.#schedule();
    if (this.#changed.size > 0) setImmediate(() => this.publish());
  }

  /** Something changed that a service depends on. */
  change(service: string): void {
    if (this.#changed.size === 0) setImmediate(() => this.publish());
    this.#changed.add(service);
    this.#noted.add(service);
  }

  /** Services of which something changes from now on, until the next call: a set that grows. */
  noteChanges(): ReadonlySet<string> {
    this.#noted = new Set();
    return this.#noted;
  }

  /** Publishes what changed since the last time. */
  publish(): void {
    if (this.#served === undefined || this.#changed.size === 0) return;
    const { world, present, publish } = this.#served;
    const names = [...this.#changed];
    this.#changed.clear();
    const blocks = world.compileServices(names, present());
    publish(blocks);
    for (const name of world.dependentsOf(names)) this.#noteModes(name);
    this.#refine();
  }

  stop(): void {
    this.#served = undefined;
    clearTimeout(this.#timer);
  }

  /** A service at a time, so that nothing urgent ever waits for more than one. */
  #refine(): void {
    if (this.#isRefining || this.#served?.world.isRough !== true) return;
    this.#isRefining = true;
    setImmediate(() => {
      this.#isRefining = false;
      if (this.#served?.world.isRough !== true) return;
      const { world, present, publish } = this.#served;
      publish(world.refineOne(present()));
      this.#refine();
    });
  }

  /** Sets the timer for what changes next by the clock alone. */
  #schedule(): void {
    clearTimeout(this.#timer);
    const nowMs = Date.now();
    const next = this.#served?.world.changes(nowMs);
    if (next === undefined) return;
    this.#timer = setTimeout(
      () => {
        // A clock that was set back is asked again.
        if (Date.now() >= next.atMs) for (const service of next.services) this.change(service);
        this.#schedule();
      },
      Math.min(TIMER_MS_MAX, Math.max(1, next.atMs - nowMs)),
    ).unref();
  }

  #noteModes(service: string): void {
    const modes = this.#served?.world.modesOf(service).filter((mode) => mode !== 'normal') ?? [];
    const text = modes.join(', ');
    const before = this.#modes.get(service) ?? '';
    if (text === before) return;
    this.#modes.set(service, text);
    this.#onModes(service, modes);
    if (text === '') this.#log.info({ service, was: before }, 'service answers as usual again');
    else this.#log.warn({ service, modes }, 'service falls back: some clients have no endpoint that is up');
  }
}
