import { isRegionDown, type RegionSettings } from '../../health/region.ts';
import type { Verdict } from '../../health/verdict.ts';
import type { EndpointTarget } from './targets.ts';

/** A region went down as a whole, or came up again. */
export interface RegionChange {
  readonly region: string;
  readonly isDown: boolean;
  readonly why: string;
  /** Its own probes that find it down. */
  readonly keys: readonly string[];
}

/** What is known of a region as a whole. */
export interface RegionStatus {
  /** unknown: no probe in it has found anything yet. */
  readonly verdict: Verdict;
  /** Empty unless it is down. */
  readonly why: string;
  /** For how long it has been up or down. */
  readonly forMs: number;
  /** Of its probed endpoints. */
  readonly all: number;
  readonly down: number;
}

export interface RegionVerdictsOptions {
  /** Monotonic. */
  nowMs(): number;
  verdictOf(key: string): Verdict;
  /** What the last probe of a target failed for. */
  reasonOf(key: string): string | undefined;
  onChange(change: RegionChange): void;
}

interface Place {
  readonly region: Region;
  /** The keys of its targets; it is down when all of them are. */
  readonly keys: string[];
  isDown: boolean;
}

interface Region {
  readonly name: string;
  /** Of probes of the region itself. */
  readonly keys: string[];
  all: number;
  down: number;
  isDown: boolean;
  sinceMs: number;
}

/** Which regions are down as a whole: by a probe of their own, or because too many of their endpoints are. */
export class RegionVerdicts {
  readonly #options: RegionVerdictsOptions;
  #settings: RegionSettings | undefined;
  #regions = new Map<string, Region>();
  /** By service and endpoint. */
  #places = new Map<string, Place>();

  constructor(options: RegionVerdictsOptions) {
    this.#options = options;
  }

  /** @param settings undefined: endpoints say nothing of their region. */
  configure(targets: readonly EndpointTarget[], settings: RegionSettings | undefined): void {
    const before = this.#regions;
    this.#settings = settings;
    this.#regions = new Map();
    this.#places = new Map();
    for (const target of targets) this.#add(target);
    for (const region of this.#regions.values()) {
      const { isDown, sinceMs } = before.get(region.name) ?? region;
      Object.assign(region, { isDown, sinceMs });
    }
    for (const place of this.#places.values()) this.#count(place);
    for (const region of this.#regions.values()) this.#judge(region);
    for (const region of before.values()) {
      if (region.isDown && !this.#regions.has(region.name))
        this.#tell({ ...region, isDown: false }, 'no longer probed');
    }
  }

  isDown(region: string | undefined): boolean {
    return region !== undefined && this.#regions.get(region)?.isDown === true;
  }

  /** Undefined where nothing is probed in it. */
  status(name: string): RegionStatus | undefined {
    const region = this.#regions.get(name);
    if (region === undefined) return undefined;
    const { isDown, all, down, sinceMs } = region;
    const verdict = isDown ? 'down' : this.#isKnown(region) ? 'up' : 'unknown';
    return { verdict, why: this.#whyDown(region) ?? '', forMs: this.#options.nowMs() - sinceMs, all, down };
  }

  /** Takes note of a verdict that has changed. */
  look({ uses, ofRegion }: EndpointTarget): void {
    const places = uses.flatMap((use) => this.#places.get(idOf(use)) ?? []);
    for (const place of places) this.#count(place);
    const regions = [...places.map(({ region }) => region), this.#regions.get(ofRegion ?? '')];
    for (const region of new Set(regions)) if (region !== undefined) this.#judge(region);
  }

  #add({ key, uses, ofRegion }: EndpointTarget): void {
    if (ofRegion !== undefined) this.#regionOf(ofRegion).keys.push(key);
    for (const use of uses) {
      if (use.region === undefined) continue;
      const region = this.#regionOf(use.region);
      const known = this.#places.get(idOf(use));
      if (known === undefined) region.all++;
      if (known === undefined) this.#places.set(idOf(use), { region, keys: [key], isDown: false });
      else known.keys.push(key);
    }
  }

  #regionOf(name: string): Region {
    const known = this.#regions.get(name);
    if (known !== undefined) return known;
    const region: Region = { name, keys: [], all: 0, down: 0, isDown: false, sinceMs: this.#options.nowMs() };
    this.#regions.set(name, region);
    return region;
  }

  #count(place: Place): void {
    const isDown = place.keys.every((key) => this.#options.verdictOf(key) === 'down');
    if (isDown !== place.isDown) place.region.down += isDown ? 1 : -1;
    place.isDown = isDown;
  }

  #judge(region: Region): void {
    const why = this.#whyDown(region);
    if (region.isDown === (why !== undefined)) return;
    region.isDown = why !== undefined;
    region.sinceMs = this.#options.nowMs();
    this.#tell(region, why ?? (region.keys.length > 0 ? 'its own probe passed' : counted(region)));
  }

  #whyDown(region: Region): string | undefined {
    const [failing] = this.#failing(region);
    if (failing !== undefined) {
      const reason = this.#options.reasonOf(failing);
      return reason === undefined ? 'its own probe' : `its own probe: ${reason}`;
    }
    return this.#settings !== undefined && isRegionDown(region, this.#settings) ? counted(region) : undefined;
  }

  #failing({ keys }: Region): readonly string[] {
    return keys.filter((key) => this.#options.verdictOf(key) === 'down');
  }

  #isKnown({ name, keys }: Region): boolean {
    const places = [...this.#places.values()].filter(({ region }) => region.name === name);
    return [keys, ...places.map((place) => place.keys)]
      .flat()
      .some((key) => this.#options.verdictOf(key) !== 'unknown');
  }

  #tell(region: Region, why: string): void {
    this.#options.onChange({ region: region.name, isDown: region.isDown, why, keys: this.#failing(region) });
  }
}

function counted({ down, all }: Region): string {
  return `${down} of ${all} endpoints are down`;
}

function idOf({ service, endpoint }: { readonly service: string; readonly endpoint: string }): string {
  return `${service}/${endpoint}`;
}
