import { atOnce, type Sliced } from '../../util/slices.ts';
import { EstimateRow } from '../estimating/estimate-row.ts';
import { NO_SOURCE } from '../estimating/estimate-source.ts';
import type { ClientCell, Estimates } from '../estimating/estimates.ts';
import { ASN_SPAN, groupNumber } from '../estimating/grouping.ts';
import { countryCode, NO_COUNTRY } from '../learned/cell-key.ts';
import type { Region } from '../reports/report.ts';
import { type HoldOptions, hold, holdInto, type NewTimes } from './hold.ts';
import { NewTimesRow } from './new-times.ts';
import type { ServedBlock } from './served.ts';
import { turnOf } from './turn.ts';

/**
 * Networks that are served by themselves: each is a cell of its own in the tables of the data plane, and may be a class of
 * clients for which a service is decided again with each verdict that changes. That takes some ten microseconds.
 */
export const NETWORKS_MAX = 4096;

/** Groups and networks: to read one takes some microseconds. */
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

/** A network's. */
interface OwnRow {
  readonly network: string;
  readonly row: Row;
  readonly gainMs: number;
}

/**
 * Turns estimates into what clients are sent by, recompile after recompile: what is held stays while no client would gain
 * enough by something else. A network has a row of its own while its own times would send it elsewhere than those of the
 * autonomous system or country that it is in.
 */
export class Serving {
  readonly #regions: readonly Region[];
  readonly #options: HoldOptions;
  /** Of the client that is looked at: what is new, what it is to be served by, and that without its own turn. */
  readonly #next: NewTimesRow;
  readonly #served: NewTimes;
  readonly #moved: Float32Array;
  readonly #unknown: Float32Array;
  #held: ReadonlyMap<Name, Float32Array> = new Map();
  #addedMs: Float32Array;
  #addedChanged: Uint8Array;
  /** Turns are drawn anew by it. */
  #period = 0;

  /** @param before the one of other regions or options, which it follows. */
  constructor(regions: readonly Region[], options: HoldOptions, before?: Serving) {
    this.#regions = regions;
    this.#options = options;
    this.#next = new NewTimesRow(regions.length);
    const { uncertaintyMs, hasChanged } = this.#next;
    this.#served = { ms: new Float32Array(regions.length), uncertaintyMs, hasChanged };
    this.#moved = new Float32Array(regions.length);
    this.#unknown = new Float32Array(regions.length).fill(Number.NaN);
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

  /** {@link serve} in slices, between which what the estimates are of may go on being reported. Turns are those of a period. */
  *serving(estimates: Estimates, addedMs: ReadonlyMap<string, number>, isPeriodOver = true): Sliced<ServedBlock> {
    const added = this.#added(addedMs);
    // Probes see for certain that a region became slower.
    this.#addedChanged = Uint8Array.from(added, (ms, region) => (ms === this.#addedMs[region] ? 0 : 1));
    this.#addedMs = added;
    if (isPeriodOver) this.#period++;
    const groups = new Map<number, Row>();
    for (const group of estimates.groups()) {
      if (groups.size % ROWS_A_SLICE === 0) yield;
      const client = clientOf(group);
      this.#next.read(estimates, estimates.placeOf(client), added, this.#addedChanged);
      groups.set(group, { client, served: this.#holdGroup(group) });
    }
    const networks = yield* this.#networks(estimates, groups);
    this.#held = new Map([...groups, ...networks].map(([name, { served }]) => [name, served]));
    return this.#blockOf(estimates, new Map([...groups].sort(([a], [b]) => a - b)), networks);
  }

  *#networks(estimates: Estimates, groups: ReadonlyMap<number, Row>): Sliced<ReadonlyMap<string, Row>> {
    let count = 0;
    const own: OwnRow[] = [];
    for (const cell of estimates.networks()) {
      if (++count % ROWS_A_SLICE === 0) yield;
      const found = this.#ownRow(estimates, cell, groups);
      if (found === undefined) continue;
      own.push(found);
      if (own.length === 2 * NETWORKS_MAX) keepBest(own);
    }
    keepBest(own);
    return new Map(own.map(({ network, row }) => [network, row]));
  }

  /** Of a network that is to be served by itself. */
  #ownRow(estimates: Estimates, cell: number, groups: ReadonlyMap<number, Row>): OwnRow | undefined {
    const next = this.#next;
    const place = estimates.placeAt(cell);
    next.read(estimates, place, this.#addedMs, this.#addedChanged);
    if (!next.isOwn) return undefined;
    const around = firstOf(place.group, groups)?.served ?? this.#unknown;
    const client = estimates.clientAt(cell);
    // Where what it is in moves, it stays until its own turn comes: so they do not move as a whole.
    const before = this.#held.get(client.network) ?? firstOf(place.group, this.#held) ?? around;
    const served = this.#served;
    holdInto(served.ms, before, next, this.#options, turnOf(client.network, this.#period));
    holdInto(this.#moved, around, served, this.#options, FIRST);
    if (isSame(this.#moved, around)) return undefined;
    const row = { client, served: served.ms.slice() };
    return { network: client.network, row, gainMs: gainMs(around, row.served) };
  }

  /** What is added goes on being added, too, until it has changed by more than the hysteresis, or is over. */
  #added(addedMs: ReadonlyMap<string, number>): Float32Array {
    return Float32Array.from(this.#regions, ({ name }, region) => {
      const [held, next] = [this.#addedMs[region]!, addedMs.get(name) ?? 0];
      return next === 0 || Math.abs(next - held) > this.#options.hysteresisMs ? next : held;
    });
  }

  #holdGroup(group: number): Float32Array {
    const held = this.#held.get(group);
    if (held === undefined) return this.#next.ms.slice();
    return hold(held, this.#next, this.#options, turnOf(group, this.#period));
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
    const found = new EstimateRow(this.#regions.length);
    let at = 0;
    for (const rows of [groups, networks]) {
      for (const row of rows.values()) {
        this.#write(block, at, row, estimates, found);
        at += this.#regions.length;
      }
    }
    return block;
  }

  #write(block: ServedBlock, at: number, { client, served }: Row, estimates: Estimates, row: EstimateRow): void {
    block.ms.set(served, at);
    estimates.read(estimates.placeOf(client), row);
    for (let region = 0; region < served.length; region++) {
      if (row.sources[region] === NO_SOURCE) continue;
      block.uncertaintyMs[at + region] = row.uncertaintyMs[region]!;
      block.samples[at + region] = row.samples[region]!;
      block.ageSeconds[at + region] = row.ageMs[region]! / 1000;
      block.sources[at + region] = row.sources[region]!;
    }
  }
}

/** Those that gain the most, where there are too many. Of a million no more than some are ever kept. */
function keepBest(own: OwnRow[]): void {
  if (own.length > NETWORKS_MAX) own.sort((a, b) => b.gainMs - a.gainMs).length = NETWORKS_MAX;
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
  for (let at = 0; at < a.length; at++) if (!Object.is(a[at], b[at])) return false;
  return true;
}

/** What clients gain who are sent by their own times rather than by those of what they are in. */
function gainMs(around: Float32Array, own: Float32Array): number {
  const sent = around.indexOf(Math.min(...around.filter((ms) => !Number.isNaN(ms))));
  return (own[sent] ?? 0) - Math.min(...own.filter((ms) => !Number.isNaN(ms)));
}
