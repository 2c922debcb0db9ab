import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { HookConfig } from '../../config/operations-config.ts';
import { systemClock } from '../../util/clock.ts';
import type { Log } from '../log.ts';
import type { Change } from '../telling/change.ts';
import { command } from './command.ts';
import { Outbox, type OutboxCounts } from './outbox.ts';
import { tellingOf } from './telling.ts';
import { Turns } from './turns.ts';
import { webhook } from './webhook.ts';

// Each command is a process, on the core on which verdicts are made.
const COMMANDS_AT_ONCE_MAX = 4;

// A stop waits this long, and whoever stops us waits with it.
const LAST_CHANCE_MS = 3_000;

interface Hook {
  readonly name: string;
  readonly config: HookConfig;
  readonly outbox: Outbox;
  close(): void;
}

export interface HookStatus extends OutboxCounts {
  readonly hook: string;
  readonly waiting: number;
}

/** The hooks, which are told of changes. A hook that is slow or fails holds up only its own changes. */
export class Hooks {
  readonly #log: Log;
  readonly #commands = new Turns(COMMANDS_AT_ONCE_MAX);
  #hooks = new Map<string, Hook>();
  /** Hooks that get nothing new: what they still have is sent for a while. */
  readonly #retiring = new Set<Promise<void>>();

  constructor(log: Log) {
    this.#log = log;
  }

  /**
   * Tells these hooks from now on. A hook that did not change keeps its queue; what waits for the others has some
   * seconds to go.
   */
  configure(configs: ReadonlyMap<string, HookConfig>): void {
    const before = this.#hooks;
    this.#hooks = new Map(
      [...configs].map(([name, config]) => {
        const known = before.get(name);
        return [name, known && isDeepStrictEqual(known.config, config) ? known : this.#open(name, config)];
      }),
    );
    const kept = new Set(this.#hooks.values());
    for (const hook of before.values()) if (!kept.has(hook)) this.#retire(hook);
  }

  tell(change: Change): void {
    const told = [...this.#hooks.values()].filter(({ config }) => config.on.has(change.kind));
    if (told.length === 0) return;
    const telling = tellingOf(change, randomUUID(), Date.now());
    for (const { outbox } of told) outbox.push(telling);
  }

  get status(): readonly HookStatus[] {
    return [...this.#hooks].map(([hook, { outbox }]) => ({ hook, waiting: outbox.length, ...outbox.counts }));
  }

  /** Gives what waits some seconds to go. Resolves when it is delivered or given up. */
  async stop(): Promise<void> {
    for (const hook of this.#hooks.values()) this.#retire(hook);
    this.#hooks.clear();
    await Promise.all(this.#retiring);
  }

  #retire(hook: Hook): void {
    const retiring = this.#drain(hook).finally(() => this.#retiring.delete(retiring));
    this.#retiring.add(retiring);
  }

  async #drain({ name, outbox, close }: Hook): Promise<void> {
    const lost = await outbox.drain(LAST_CHANCE_MS);
    if (lost > 0)
      this.#log.error({ hook: name, changes: lost }, 'hook ends before all changes were taken; they are given up');
    close();
  }

  #open(name: string, config: HookConfig): Hook {
    const { timeoutMs, queueMax } = config;
    const way = config.kind === 'webhook' ? webhook(config, Date.now) : { deliver: command(config), close: () => {} };
    const outbox = new Outbox({
      ...{ clock: systemClock, random: Math.random, deliver: way.deliver, timeoutMs, queueMax },
      giveUpMs: config.kind === 'webhook' ? config.giveUpMs : 0,
      ...(config.kind === 'exec' && { turn: () => this.#commands.take() }),
      onFailed: ({ id, kind }, why, isGivenUp) => {
        const message = isGivenUp ? 'hook failed; the change is given up' : 'hook failed; trying again';
        this.#log.warn({ hook: name, id, change: kind, why }, message);
      },
      onDropped: ({ id, kind }) => this.#log.error({ hook: name, id, change: kind }, 'hook too slow; a change is lost'),
    });
    return { name, config, outbox, close: way.close };
  }
}
