import { atOnce, type Sliced } from '../../util/slices.ts';
import type { ClientCell } from '../estimating/estimate.ts';
import type { Estimates } from '../estimating/estimates.ts';
import { ASN_SPAN } from '../estimating/grouping.ts';
import { countryCode } from '../learned/cell-key.ts';
import type { Region } from '../reports/report.ts';
import { BlockDraft } from './block-draft.ts';
import { type HoldOptions, holdInto, type NewTimes } from './hold.ts';
import { NewTimesRow } from './new-times.ts';
import { gainMs, NETWORKS_MAX, type OwnNetwork, OwnNetworks } from './own-networks.ts';
import type { ServedBlock } from './served-block.ts';
import { ServedTimes, type TimeTable } from './served-times.ts';
import { turnOf } from './turn.ts';

/** Groups and networks: to read one takes some microseconds. */
const ROWS_A_SLICE = 32;

/** The turn of those that move for any gain above the thresholds. */
const FIRST = 0;

/**
 * Turns estimates into what clients are sent by, recompile after recompile: what is held stays while no client would
 * gain enough by something else. A network has a row of its own while its own times would send it elsewhere than those
 * of the autonomous system or country that it is in.
 */
export class Serving {
  readonly #regions: readonly Region[];
  readonly #options: HoldOptions;
  // Of the client that is looked at: what is new; what it was served by and is to be; what it is in, and that without
  // its turn.
  readonly #next: NewTimesRow;
  readonly #before: Float32Array;
  readonly #served: NewTimes;
  readonly #around: Float32Array;
  readonly #moved: Float32Array;
  #held: ServedTimes;
  #addedMs: Float32Array;
  #addedChanged: Uint8Array;
  /** Turns are drawn anew by it. */
  #period = 0;

  /** @param before the one of other regions or options, which it follows. */
  constructor(regions: readonly Region[], options: HoldOptions, before?: Serving) {
    const width = regions.length;
    this.#regions = regions;
    this.#options = options;
    this.#next = new NewTimesRow(width);
    this.#before = new Float32Array(width);
    this.#served = { ms: new Float32Array(width), hasChanged: this.#next.hasChanged };
    this.#around = new Float32Array(width);
    this.#moved = new Float32Array(width);
    this.#addedMs = new Float32Array(width);
    this.#addedChanged = new Uint8Array(width);
    const names = regions.map(({ name }) => name).join();
    const isAlike = before !== undefined && before.#regions.map(({ name }) => name).join() === names;
    this.#held = isAlike ? before.#held : new ServedTimes(width);
  }

  /** Goes on by what was served before a restart, of the same regions. */
  remember(block: ServedBlock): void {
    this.#hold(block);
    this.#addedMs = block.addedMs.slice();
  }

  /** @param addedMs by region: its own slowness, as health probes see it, for all clients alike. */
  serve(estimates: Estimates, addedMs: ReadonlyMap<string, number>): ServedBlock {
    return atOnce(this.serving(estimates, addedMs));
  }

  /**
   * {@link serve} in slices, between which what the estimates are of may go on being reported. Turns are those of a
   * period. The block is the caller's, who may hand it over.
   */
  *serving(estimates: Estimates, addedMs: ReadonlyMap<string, number>, isPeriodOver = true): Sliced<ServedBlock> {
    const added = this.#added(addedMs);
    // Probes see for certain that a region became slower.
    this.#addedChanged = Uint8Array.from(added, (ms, region) => (ms === this.#addedMs[region] ? 0 : 1));
    this.#addedMs = added;
    if (isPeriodOver) this.#period++;
    const draft = new BlockDraft(this.#regions.length, Float64Array.from(estimates.groups()).sort(), NETWORKS_MAX);
    yield* this.#servingGroups(estimates, draft);
    const networks = yield* this.#ownNetworks(estimates, draft);
    for (const { client, ms } of networks) {
      this.#read(estimates, client);
      draft.add(ms, this.#next.row);
    }
    const { baseMs, msPerKm, spreadMs } = estimates.fit;
    const block = draft.finish({
      regions: this.#regions.map(({ name, latitude, longitude }) => ({ name, latitude, longitude })),
      networks: networks.map(({ client }) => client.network),
      addedMs: added,
      fit: { baseMs, msPerKm, spreadMs },
    });
    this.#hold(block);
    return block;
  }

  *#servingGroups(estimates: Estimates, draft: BlockDraft): Sliced<void> {
    for (const [row, group] of draft.groups.entries()) {
      if (row % ROWS_A_SLICE === 0) yield;
      this.#read(estimates, clientOf(group));
      const { ms } = this.#served;
      if (!this.#held.readGroup(group, this.#before)) ms.set(this.#next.ms);
      else holdInto(ms, this.#before, this.#next, this.#options, turnOf(group, this.#period));
      draft.add(ms, this.#next.row);
    }
  }

  *#ownNetworks(estimates: Estimates, { groups, ms }: BlockDraft): Sliced<readonly OwnNetwork[]> {
    const own = new OwnNetworks();
    const ofGroups = new ServedTimes(this.#regions.length, { groups, networks: [], ms });
    let count = 0;
    for (const cell of estimates.networks()) {
      if (++count % ROWS_A_SLICE === 0) yield;
      const found = this.#ownNetwork(estimates, cell, ofGroups);
      if (found !== undefined) own.add(found);
    }
    return own.best();
  }

  /** Undefined for a network that is served as what it is in. */
  #ownNetwork(estimates: Estimates, cell: number, ofGroups: ServedTimes): OwnNetwork | undefined {
    const next = this.#next;
    const place = estimates.placeAt(cell);
    next.read(estimates, place, this.#addedMs, this.#addedChanged);
    if (!next.isOwn) return undefined;
    const around = this.#around;
    if (!ofGroups.readAround(place.group, around)) around.fill(Number.NaN);
    const client = estimates.clientAt(cell);
    // Where what it is in moves, it stays until its own turn comes: so they do not move as a whole.
    const before = this.#before;
    const isHeld = this.#held.readNetwork(client.network, before) || this.#held.readAround(place.group, before);
    if (!isHeld) before.set(around);
    const served = this.#served;
    holdInto(served.ms, before, next, this.#options, turnOf(client.network, this.#period));
    holdInto(this.#moved, around, served, this.#options, FIRST);
    if (isSame(this.#moved, around)) return undefined;
    return { client, ms: served.ms.slice(), gainMs: gainMs(around, served.ms) };
  }

  /** What is added goes on being added, too, until it has changed by more than the hysteresis, or is over. */
  #added(addedMs: ReadonlyMap<string, number>): Float32Array {
    return Float32Array.from(this.#regions, ({ name }, region) => {
      const [held, next] = [this.#addedMs[region]!, addedMs.get(name) ?? 0];
      return next === 0 || Math.abs(next - held) > this.#options.hysteresisMs ? next : held;
    });
  }

  /** Leaves what is estimated of a client in #next. */
  #read(estimates: Estimates, client: ClientCell): void {
    this.#next.read(estimates, estimates.placeOf(client), this.#addedMs, this.#addedChanged);
  }

  /** A copy of the times alone: the block itself goes to another thread. */
  #hold({ groups, networks, ms }: TimeTable): void {
    this.#held = new ServedTimes(this.#regions.length, { groups: groups.slice(), networks, ms: ms.slice() });
  }
}

function clientOf(group: number): ClientCell {
  const country = countryCode(Math.trunc(group / ASN_SPAN));
  return { asn: group % ASN_SPAN, ...(country !== undefined && { country }) };
}

function isSame(a: Float32Array, b: Float32Array): boolean {
  for (let at = 0; at < a.length; at++) if (!Object.is(a[at], b[at])) return false;
  return true;
}
