/** What an operator says an endpoint is. drain: as its probe finds it, and no new clients while another is up. */
export type Force = 'up' | 'down' | 'drain';

export const FORCES: readonly Force[] = ['up', 'down', 'drain'];

/** What can be overridden. An endpoint is named with its service: SERVICE/ENDPOINT. */
export type OverrideKind = 'endpoint' | 'region' | 'service';

export const OVERRIDE_KINDS: readonly OverrideKind[] = ['endpoint', 'region', 'service'];

export interface OverrideTarget {
  readonly kind: OverrideKind;
  readonly name: string;
}

/** A verdict by hand. Times are of the wall clock, in milliseconds since 1970: they must outlast a restart. */
export interface Override extends OverrideTarget {
  readonly force: Force;
  /** Undefined: until it is taken back. */
  readonly untilMs: number | undefined;
  readonly sinceMs: number;
  readonly who: string;
  readonly why: string;
  /** Whether it was made although it breaks a rule. */
  readonly isUnsafe: boolean;
}

/** Where an endpoint is, as far as overrides go. */
export interface OverridePlace {
  readonly service: string;
  readonly endpoint: string;
  /** Undefined where it is in none. */
  readonly region: string | undefined;
}

/** The overrides in force, at most one for each target. Immutable. */
export class Overrides {
  /** In the order in which they were made. */
  readonly #byKey: ReadonlyMap<string, Override>;
  /** Asked for each endpoint at each publication: no keys are made up for it. */
  readonly #byName: Readonly<Record<OverrideKind, ReadonlyMap<string, Override>>>;

  /** Of several for one target the last counts. */
  constructor(overrides: Iterable<Override> = []) {
    this.#byKey = new Map([...overrides].map((override) => [keyOf(override), override]));
    const byName = (kind: OverrideKind): ReadonlyMap<string, Override> =>
      new Map(this.all.filter((one) => one.kind === kind).map((one) => [one.name, one]));
    this.#byName = { endpoint: byName('endpoint'), service: byName('service'), region: byName('region') };
  }

  get size(): number {
    return this.#byKey.size;
  }

  /** In the order in which they were made. */
  get all(): readonly Override[] {
    return [...this.#byKey.values()];
  }

  get(target: OverrideTarget): Override | undefined {
    return this.#byKey.get(keyOf(target));
  }

  /** The one that holds for an endpoint: its own before its service's, and that before its region's. */
  of({ service, endpoint, region }: OverridePlace): Override | undefined {
    const { endpoint: endpoints, service: services, region: regions } = this.#byName;
    const own = endpoints.size === 0 ? undefined : endpoints.get(`${service}/${endpoint}`);
    return own ?? services.get(service) ?? (region === undefined ? undefined : regions.get(region));
  }

  with(override: Override): Overrides {
    return new Overrides([...this.without(override).all, override]);
  }

  without(target: OverrideTarget): Overrides {
    const key = keyOf(target);
    return new Overrides(this.all.filter((override) => keyOf(override) !== key));
  }

  /** Those that still hold, and those whose time is up. */
  at(nowMs: number): { readonly holding: Overrides; readonly expired: readonly Override[] } {
    const isOver = ({ untilMs }: Override): boolean => untilMs !== undefined && untilMs <= nowMs;
    const expired = this.all.filter(isOver);
    if (expired.length === 0) return { holding: this, expired };
    return { holding: new Overrides(this.all.filter((override) => !isOver(override))), expired };
  }

  /** When the next one is over; undefined: none ever is. */
  get nextEndMs(): number | undefined {
    const ends = this.all.flatMap(({ untilMs }) => untilMs ?? []);
    return ends.length === 0 ? undefined : Math.min(...ends);
  }
}

/** What became of the overrides between two moments. */
export interface OverrideDifference {
  readonly set: readonly Override[];
  readonly removed: readonly Override[];
}

export function differenceOf(before: Overrides, after: Overrides): OverrideDifference {
  return {
    set: after.all.filter((override) => !isSame(before.get(override), override)),
    removed: before.all.filter((override) => after.get(override) === undefined),
  };
}

/** Whether an endpoint counts as up, by what its probe found and what was said by hand. */
export function isUpByHand(override: Override | undefined, isUpByProbe: boolean): boolean {
  if (override === undefined || override.force === 'drain') return isUpByProbe;
  return override.force === 'up';
}

function isSame(a: Override | undefined, b: Override): boolean {
  return a !== undefined && a.force === b.force && a.untilMs === b.untilMs && a.who === b.who && a.why === b.why;
}

function keyOf({ kind, name }: OverrideTarget): string {
  return `${kind} ${name}`;
}
