import type { Present } from '../compile/present.ts';
import type { Blocks, CompiledWorld } from '../compile/world.ts';
import type { Mode } from '../steering/decision.ts';
import type { Log } from './log.ts';

/** The longest that a timer of Node.js waits. */
const TIMER_MS_MAX = 2 ** 31 - 1;

/**
 * When a region is forced or goes down, 100,000 endpoints may change at once, and take a second to compile. They are
 * compiled in parts, so that probes wait this long at most, and for one service more.
 */
const TURN_MS = 5;

/** A world that is served: how it is seen at any time, and the way to the workers. */
export interface Served {
  readonly world: CompiledWorld;
  /** The names of its services. */
  readonly services: readonly string[];
  present(): Present;
  publish(blocks: Blocks): void;
}

/**
 * Publishes what changes in a world while it is served. What depends on verdicts and names comes at the end of the turn
 * of the event loop in which it changed; what depends on the clock, in time. What was compiled in a hurry is compiled
 * again, for wider scopes, when there is nothing else to do. Fallbacks that begin or end are logged.
 */
export class Publisher {
  readonly #log: Log;
  readonly #onModes: (service: string, modes: readonly Mode[]) => void;
  #served: Served | undefined;
  /** Services of which something changed since the last publication. */
  readonly #changed = new Set<string>();
  /** Services that depend on earlier changes and are still to be published, in this order. */
  readonly #due = new Set<string>();
  readonly #modes = new Map<string, string>();
  /** Services that change while another world is made. */
  #noted = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #isPublishing = false;
  #isRefining = false;

  /** @param onModes called when a service falls back, or answers as usual again: then with no modes. */
  constructor(log: Log, onModes: (service: string, modes: readonly Mode[]) => void) {
    this.#log = log;
    this.#onModes = onModes;
  }

  /**
   * Publishes for this world from now on. The caller publishes the whole world in this same turn of the event loop;
   * what changed meanwhile follows in the next.
   */
  serve(served: Served): void {
    this.#served = served;
    const names = new Set(served.services);
    for (const name of this.#modes.keys()) if (!names.has(name)) this.#modes.delete(name);
    for (const name of served.services) this.#noteModes(name);
    this.#schedule();
    if (this.#changed.size > 0) this.#publishSoon();
  }

  /** Something changed that a service depends on. */
  change(service: string): void {
    this.#publishSoon();
    this.#changed.add(service);
    this.#noted.add(service);
  }

  /** Begins a new set of changed services, which grows until the next call. */
  noteChanges(): ReadonlySet<string> {
    this.#noted = new Set();
    return this.#noted;
  }

  /** Publishes what changed since the last time. If that is much, each turn of the event loop takes a part of it. */
  publish(): void {
    if (this.#served === undefined) return;
    const { world, present, publish } = this.#served;
    for (const name of world.dependentsOf(this.#changed)) this.#due.add(name);
    this.#changed.clear();
    if (this.#due.size === 0) return;
    const endMs = performance.now() + TURN_MS;
    const { blocks, compiled } = world.compileWhile(this.#due, present(), () => performance.now() < endMs);
    publish(blocks);
    for (const name of compiled) {
      this.#due.delete(name);
      this.#noteModes(name);
    }
    if (this.#due.size > 0) this.#publishSoon();
    else this.#refine();
  }

  stop(): void {
    this.#served = undefined;
    clearTimeout(this.#timer);
  }

  #publishSoon(): void {
    if (this.#isPublishing) return;
    this.#isPublishing = true;
    setImmediate(() => {
      this.#isPublishing = false;
      this.publish();
    });
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
