import { atOnce, type Sliced } from '../util/slices.ts';
import { countryCode, NO_COUNTRY } from './cell-key.ts';
import type { ClientCell, Estimates } from './estimates.ts';
import { ASN_SPAN, groupNumber } from './grouping.ts';
import { type HoldOptions, hold, type NewTimes } from './hold.ts';
import type { Region } from './report.ts';
import { type ServedBlock, SOURCES } from './served.ts';
import { turnOf } from './turn.ts';

/**
 * Networks that are served by themselves: each is a cell of its own in the tables of the data plane, and may be a class of
 * clients for which a service is decided again with each verdict that changes. That takes some ten microseconds.
 */
export const NETWORKS_MAX = 4096;

/** Groups and networks: to read one takes some tens of microseconds. */
const ROWS_A_SLICE = 32;

/** The turn of those that move for any gain above the thresholds. */
const FIRST = 0;

/** Groups stay apart in a row of numbers; networks by their names. */
type Name = number | string;

/** A row in the making: a client, and the times by which it is sent. What these rest on is asked again when it is written. */
interface Row {
  readonly client: ClientCell;
  readonly served: Float32Array;
}

/**
 * Turns estimates into what clients are sent by, recompile after recompile: what is held stays while no client would gain
 * enough by something else. A network has a row of its own while its own times would send it elsewhere than those of the
 * autonomous system or country that it is in.
 */
export class Serving {
  readonly #regions: readonly Region[];
  readonly #options: HoldOptions;
  #held: ReadonlyMap<Name, Float32Array> = new Map();
  #addedMs: Float32Array;
  #addedChanged: Uint8Array;
  /** Counts recompiles: turns are drawn anew by it. */
  #period = 0;

  /** @param before the one of other regions or options, which it follows. */
  constructor(regions: readonly Region[], options: HoldOptions, before?: Serving) {
    this.#regions = regions;
    this.#options = options;
    this.#addedMs = new Float32Array(regions.length);
    this.#addedChanged = new Uint8Array(regions.length);
    const names = regions.map(({ name }) => name).join();
    if (before !== undefined && before.#regions.map(({ name }) => name).join() === names) this.#held = before.#held;
  }

  /** Goes on by what was served before a restart, of the same regions. */
  remember({ groups, networks, ms, addedMs }: ServedBlock): void {
    const width = this.#regions.length;
    const rows: readonly Name[] = [...groups, ...networks];
    this.#held = new Map(rows.map((name, row) => [name, ms.slice(row * width, (row + 1) * width)]));
    this.#addedMs = addedMs.slice();
  }

  /** @param addedMs by region: its own slowness, as health probes see it, for all clients alike. */
  serve(estimates: Estimates, addedMs: ReadonlyMap<string, number>): ServedBlock {
    return atOnce(this.serving(estimates, addedMs));
  }

  /** {@link serve} in slices, between which what the estimates are of may go on being reported. */
  *serving(estimates: Estimates, addedMs: ReadonlyMap<string, number>): Sliced<ServedBlock> {
    const added = this.#added(addedMs);
    // Probes see for certain that a region became slower.
    this.#addedChanged = Uint8Array.from(added, (ms, region) => (ms === this.#addedMs[region] ? 0 : 1));
    this.#addedMs = added;
    this.#period++;
    const groups = new Map<number, Row>();
    for (const group of estimates.groups()) {
      if (groups.size % ROWS_A_SLICE === 0) yield;
      const client = clientOf(group);
      const next = this.#timesOf(estimates, client, added);
      groups.set(group, { client, served: this.#hold(group, this.#held.get(group), next) });
    }
    const networks = yield* this.#networks(estimates, groups, added);
    this.#held = new Map([...groups, ...networks].map(([name, { served }]) => [name, served]));
    return this.#blockOf(estimates, groups, networks);
  }

  *#networks(
    estimates: Estimates,
    groups: ReadonlyMap<number, Row>,
    added: Float32Array,
  ): Sliced<ReadonlyMap<string, Row>> {
    let count = 0;
    const own: { readonly network: string; readonly row: Row; readonly gainMs: number }[] = [];
    // Those that gain the most, where there are too many. Of a million no more than some are ever kept.
    const keepBest = (): void => {
      if (own.length > NETWORKS_MAX) own.sort((a, b) => b.gainMs - a.gainMs).length = NETWORKS_MAX;
    };
    for (const { group, ...client } of estimates.networks()) {
      if (++count % ROWS_A_SLICE === 0) yield;
      const next = this.#timesOf(estimates, client, added);
      if (!next.isOwn) continue;
      const around = firstOf(group, groups)?.served ?? new Float32Array(next.ms.length).fill(Number.NaN);
      // Where what it is in moves, it stays until its own turn comes: so they do not move as a whole.
      const before = this.#held.get(client.network) ?? firstOf(group, this.#held) ?? around;
      const served = this.#hold(client.network, before, next);
      if (isSame(hold(around, { ...next, ms: served }, this.#options, FIRST), around)) continue;
      own.push({ network: client.network, row: { client, served }, gainMs: gainMs(around, served) });
      if (own.length === 2 * NETWORKS_MAX) keepBest();
    }
    keepBest();
    return new Map(own.map(({ network, row }) => [network, row]));
  }

  /** What is added goes on being added, too, until it has changed by more than the hysteresis, or is over. */
  #added(addedMs: ReadonlyMap<string, number>): Float32Array {
    return Float32Array.from(this.#regions, ({ name }, region) => {
      const [held, next] = [this.#addedMs[region]!, addedMs.get(name) ?? 0];
      return next === 0 || Math.abs(next - held) > this.#options.hysteresisMs ? next : held;
    });
  }

  #hold(name: Name, held: Float32Array | undefined, next: NewTimes): Float32Array {
    return held === undefined ? next.ms : hold(held, next, this.#options, turnOf(name, this.#period));
  }

  /** By region; and whether any of them is the network's own. */
  #timesOf(estimates: Estimates, client: ClientCell, added: Float32Array): NewTimes & { readonly isOwn: boolean } {
    const ms = new Float32Array(this.#regions.length).fill(Number.NaN);
    const uncertaintyMs = ms.slice();
    const hasChanged = Uint8Array.from(this.#addedChanged);
    let isOwn = false;
    for (const [region, { name }] of this.#regions.entries()) {
      const estimate = estimates.estimate(client, name);
      if (estimate === undefined) continue;
      ms[region] = estimate.ms + added[region]!;
      uncertaintyMs[region] = estimate.uncertaintyMs;
      if (estimates.hasChanged(client, name)) hasChanged[region] = 1;
      isOwn ||= estimate.source === 'network';
    }
    return { ms, uncertaintyMs, hasChanged, isOwn };
  }

  #blockOf(estimates: Estimates, groups: ReadonlyMap<number, Row>, networks: ReadonlyMap<string, Row>): ServedBlock {
    const pairs = (groups.size + networks.size) * this.#regions.length;
    const figures = (): Float32Array => new Float32Array(pairs).fill(Number.NaN);
    const { baseMs, msPerKm, spreadMs } = estimates.fit;
    const block = {
      regions: this.#regions.map(({ name, latitude, longitude }) => ({ name, latitude, longitude })),
      groups: Float64Array.from(groups.keys()),
      networks: [...networks.keys()],
      ...{ ms: figures(), uncertaintyMs: figures(), samples: figures(), ageSeconds: figures() },
      sources: new Uint8Array(pairs),
      addedMs: this.#addedMs,
      fit: { baseMs, msPerKm, spreadMs },
    };
    let at = 0;
    for (const rows of [groups, networks]) {
      for (const row of rows.values()) {
        this.#write(block, at, row, estimates);
        at += this.#regions.length;
      }
    }
    return block;
  }

  #write(block: ServedBlock, at: number, { client, served }: Row, estimates: Estimates): void {
    block.ms.set(served, at);
    for (const [region, { name }] of this.#regions.entries()) {
      const estimate = estimates.estimate(client, name);
      if (estimate === undefined) continue;
      block.uncertaintyMs[at + region] = estimate.uncertaintyMs;
      block.samples[at + region] = estimate.samples;
      block.ageSeconds[at + region] = estimate.ageMs / 1000;
      block.sources[at + region] = SOURCES.indexOf(estimate.source);
    }
  }
}

/** What is known of the group, else of its system in no country, else of its country. */
function firstOf<T>(group: number, rows: { get(name: number): T | undefined }): T | undefined {
  const asn = group % ASN_SPAN;
  return rows.get(group) ?? rows.get(groupNumber(NO_COUNTRY, asn)) ?? rows.get(group - asn);
}

function clientOf(group: number): ClientCell {
  const country = countryCode(Math.trunc(group / ASN_SPAN));
  return { asn: group % ASN_SPAN, ...(country !== undefined && { country }) };
}

function isSame(a: Float32Array, b: Float32Array): boolean {
  return a.every((value, at) => Object.is(value, b[at]));
}

/** What clients gain who are sent by their own times rather than by those of what they are in. */
function gainMs(around: Float32Array, own: Float32Array): number {
  const sent = around.indexOf(Math.min(...around.filter((ms) => !Number.isNaN(ms))));
  return (own[sent] ?? 0) - Math.min(...own.filter((ms) => !Number.isNaN(ms)));
}
