import type { Resolved } from '../../compile/present.ts';
import { lowerCaseName, type WireName } from '../../dns/name.ts';
import { type Address, formatAddress } from '../../net/address.ts';
import { assert } from '../../util/assert.ts';
import type { Clock, Timer } from '../../util/clock.ts';
import { Lane } from '../probes/lane.ts';
import type { Answered, Upstream } from './upstream.ts';

/** An upstream that says 'do not keep it' (TTL 0) is not asked all the time for that. */
const REFRESH_MS_MIN = 5_000;
const REFRESH_MS_MAX = 3_600_000;
/**
 * A name without addresses of a family, as most have none of IPv6, may get some; node:dns does not tell the SOA's say.
 */
const NONE_REFRESH_MS = 60_000;
const RETRY_MS_MIN = 1_000;
const RETRY_MS_MAX = 60_000;
/**
 * Put on a delay by chance, so that names that were asked for together drift apart. Never taken off: a resolver asked
 * before its copy expires would give the same again, with little TTL left.
 */
const JITTER_MS_MAX = 1_000;
/** How long 'there are none' must be all that is said before addresses that were there are given up. */
const NONE_CONFIRM_MS = 60_000;
/** What answers of stale addresses say (RFC 8767 section 4): clients are to come for fresh ones soon. */
const STALE_TTL_SECONDS = 30;
/** Questions out at a time: a local resolver takes as many at once, and the first of them wait for no others. */
const OUT_MAX = 64;

/** A list of addresses that is not what it was. */
export interface AddressChange {
  readonly name: WireName;
  readonly family: 4 | 6;
  /** As text; the same on both sides where only the TTL changed. */
  readonly from: readonly string[];
  readonly to: readonly string[];
}

/** Resolving that failed after it worked, or at the first time; told once until it works again. */
export interface Trouble {
  readonly name: WireName;
  readonly family: 4 | 6;
  readonly reason: string;
  /** What goes on being served. */
  readonly kept: readonly string[];
}

export interface ResolverOptions {
  readonly clock: Clock;
  /** In [0, 1), as Math.random. */
  readonly random: () => number;
  readonly onChange: (change: AddressChange) => void;
  readonly onTrouble: (trouble: Trouble) => void;
}

interface Known {
  readonly addresses: readonly Address[];
  readonly ttlSeconds: number;
}

/** The addresses of one family of one name. */
interface Entry {
  readonly name: WireName;
  readonly family: 4 | 6;
  known: Known | undefined;
  /** Whether a first question came to something, be it a failure. */
  isAsked: boolean;
  /** Failures and unconfirmed denials in a row. */
  failures: number;
  /** Since when nothing was said but that there are none. */
  noneSinceMs: number | undefined;
  timer: Timer | undefined;
  isDismissed: boolean;
}

/**
 * Knows the addresses behind names, for where a CNAME can't stand: asks for them again when their TTL ends, and keeps
 * the last known ones while nobody gives better (RFC 8767). Names without any are told from those not known yet.
 */
export class TargetResolver {
  readonly #options: ResolverOptions;
  #upstream: Upstream | undefined;
  #entries = new Map<string, Entry>();
  /** Those whose time has come. */
  readonly #lane = new Lane<Entry>(OUT_MAX, (entry) => this.#askFor(entry));
  #waiters: (() => void)[] = [];

  constructor(options: ResolverOptions) {
    this.#options = options;
  }

  /**
   * Replaces the names, and who is asked. Of a name that stays, what is known stays, and when it is asked for again,
   * unless somebody else is asked from now on.
   */
  setTargets(names: readonly WireName[], upstream: Upstream): void {
    const isAskedElsewhere = upstream !== this.#upstream;
    this.#upstream = upstream;
    const entries = new Map<string, Entry>();
    const admitted: Entry[] = [];
    for (const name of new Set(names.map(lowerCaseName))) {
      for (const family of [4, 6] as const) {
        const key = keyOf(name, family);
        const known = this.#entries.get(key);
        const entry = known ?? newEntry(name, family);
        if (known === undefined) admitted.push(entry);
        entries.set(key, entry);
      }
    }
    for (const [key, entry] of this.#entries) if (!entries.has(key)) dismiss(entry);
    this.#entries = entries;
    if (isAskedElsewhere) for (const entry of entries.values()) this.#hurry(entry);
    for (const entry of admitted) this.#lane.push(entry);
    this.#settleFirstAnswers();
  }

  /** Undefined while there may be addresses and none is known. */
  resolved(name: WireName): Resolved | undefined {
    const [a, aaaa] = ([4, 6] as const).map((family) => this.#entries.get(keyOf(name, family))?.known);
    const known = [a, aaaa].filter((side) => side !== undefined);
    const isAnyThere = known.some(({ addresses }) => addresses.length > 0);
    if (!isAnyThere && known.length < 2) return undefined;
    const ttlSeconds = Math.min(...known.map((side) => side.ttlSeconds));
    return { a: a?.addresses ?? [], aaaa: aaaa?.addresses ?? [], ttlSeconds };
  }

  /** Resolves when each name was asked for, with whatever success. */
  firstAnswers(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiters.push(resolve);
      this.#settleFirstAnswers();
    });
  }

  stop(): void {
    for (const entry of this.#entries.values()) dismiss(entry);
    this.#entries.clear();
    this.#upstream?.cancel();
    this.#settleFirstAnswers();
  }

  async #askFor(entry: Entry): Promise<void> {
    if (entry.isDismissed || this.#upstream === undefined) return;
    const answered = await this.#upstream.ask(entry.name, entry.family);
    if (entry.isDismissed) return;
    this.#take(entry, answered);
    entry.isAsked = true;
    this.#settleFirstAnswers();
  }

  #take(entry: Entry, answered: Answered): void {
    if (answered.kind === 'found') {
      const { addresses, ttlSeconds } = answered;
      this.#keep(entry, { addresses: sorted(addresses), ttlSeconds }, ttlSeconds * 1000);
    } else if (answered.kind === 'none' && this.#isNone(entry)) {
      this.#keep(entry, { addresses: [], ttlSeconds: Number.POSITIVE_INFINITY }, NONE_REFRESH_MS);
    } else {
      if (answered.kind === 'failed') entry.noneSinceMs = undefined;
      this.#hold(entry, answered.reason);
    }
  }

  /**
   * Whether it is believed that there are none: at once where none were known, else when nothing else was said for a
   * while.
   */
  #isNone(entry: Entry): boolean {
    if ((entry.known?.addresses ?? []).length === 0) return true;
    const nowMs = this.#options.clock.nowMs();
    entry.noneSinceMs ??= nowMs;
    return nowMs - entry.noneSinceMs >= NONE_CONFIRM_MS;
  }

  #keep(entry: Entry, known: Known, refreshMs: number): void {
    entry.failures = 0;
    entry.noneSinceMs = undefined;
    this.#replace(entry, known);
    this.#wait(entry, Math.min(Math.max(refreshMs, REFRESH_MS_MIN), REFRESH_MS_MAX));
  }

  /** What is known goes on being served, for a shorter time each. */
  #hold(entry: Entry, reason: string): void {
    const { name, family, known } = entry;
    if (entry.failures === 0) this.#options.onTrouble({ name, family, reason, kept: texts(known) });
    if (known !== undefined) {
      this.#replace(entry, { ...known, ttlSeconds: Math.min(known.ttlSeconds, STALE_TTL_SECONDS) });
    }
    this.#wait(entry, Math.min(RETRY_MS_MIN * 2 ** entry.failures, RETRY_MS_MAX));
    entry.failures++;
  }

  #replace(entry: Entry, known: Known): void {
    const { name, family, known: before } = entry;
    entry.known = known;
    const [from, to] = [texts(before), texts(known)];
    // That there are none is news, too, where nothing was known.
    const isSame = before !== undefined && from.join() === to.join() && before.ttlSeconds === known.ttlSeconds;
    if (!isSame) this.#options.onChange({ name, family, from, to });
  }

  #wait(entry: Entry, delayMs: number): void {
    assert(entry.timer === undefined, 'a name waits once at a time');
    const { clock, random } = this.#options;
    entry.timer = clock.setTimer(delayMs + JITTER_MS_MAX * random(), () => this.#hurry(entry));
  }

  /** Asks now for what waits for its time. */
  #hurry(entry: Entry): void {
    if (entry.timer === undefined) return;
    entry.timer.cancel();
    entry.timer = undefined;
    this.#lane.push(entry);
  }

  #settleFirstAnswers(): void {
    for (const { isAsked } of this.#entries.values()) if (!isAsked) return;
    for (const resolve of this.#waiters.splice(0)) resolve();
  }
}

function newEntry(name: WireName, family: 4 | 6): Entry {
  const state = { known: undefined, isAsked: false, failures: 0, noneSinceMs: undefined };
  return { name, family, ...state, timer: undefined, isDismissed: false };
}

function dismiss(entry: Entry): void {
  entry.isDismissed = true;
  entry.timer?.cancel();
}

/** Names that differ in case only are one. */
function keyOf(name: WireName, family: 4 | 6): string {
  return `${family} ${lowerCaseName(name)}`;
}

/** In one order, whatever order resolvers rotate them into. */
function sorted(addresses: readonly Address[]): readonly Address[] {
  return [...addresses].sort((a, b) => Buffer.compare(a.bytes, b.bytes));
}

function texts(known: Known | undefined): readonly string[] {
  return (known?.addresses ?? []).map(formatAddress);
}
