import { countryCode } from './cell-key.ts';
import type { ClientCell, Estimates } from './estimates.ts';
import { ASN_SPAN } from './grouping.ts';
import { type HoldOptions, hold, type NewTimes } from './hold.ts';
import type { Region } from './report.ts';
import { type ServedBlock, SOURCES } from './served.ts';

/**
 * Networks that are served by themselves: each is a cell of its own in the tables of the data plane, and may be a class of
 * clients for which a service is decided again with each verdict that changes. That takes some ten microseconds.
 */
export const NETWORKS_MAX = 4096;

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

  /** @param before the one of other regions or options, which it follows. */
  constructor(regions: readonly Region[], options: HoldOptions, before?: Serving) {
    this.#regions = regions;
    this.#options = options;
    this.#addedMs = new Float32Array(regions.length);
    const names = regions.map(({ name }) => name).join();
    if (before !== undefined && before.#regions.map(({ name }) => name).join() === names) this.#held = before.#held;
  }

  /** @param addedMs by region: its own slowness, as health probes see it, for all clients alike. */
  serve(estimates: Estimates, addedMs: ReadonlyMap<string, number>): ServedBlock {
    const added = this.#added(addedMs);
    this.#addedMs = added;
    const groups = new Map<number, Row>();
    for (const group of estimates.groups()) {
      const client = clientOf(group);
      const next = this.#timesOf(estimates, client, added);
      groups.set(group, { client, served: this.#hold(this.#held.get(group), next) });
    }
    const networks = this.#networks(estimates, groups, added);
    this.#held = new Map([...groups, ...networks].map(([name, { served }]) => [name, served]));
    return this.#blockOf(estimates, groups, networks);
  }

  #networks(estimates: Estimates, groups: ReadonlyMap<number, Row>, added: Float32Array): ReadonlyMap<string, Row> {
    const own: { readonly network: string; readonly row: Row; readonly gainMs: number }[] = [];
    // Those that gain the most, where there are too many. Of a million no more than some are ever kept.
    const keepBest = (): void => {
      if (own.length > NETWORKS_MAX) own.sort((a, b) => b.gainMs - a.gainMs).length = NETWORKS_MAX;
    };
    for (const { group, ...client } of estimates.networks()) {
      const next = this.#timesOf(estimates, client, added);
      if (!next.isOwn) continue;
      const parent = groups.get(group) ?? groups.get(Math.trunc(group / ASN_SPAN) * ASN_SPAN);
      const around = parent?.served ?? new Float32Array(next.ms.length).fill(Number.NaN);
      const served = this.#hold(this.#held.get(client.network) ?? around, next);
      if (isSame(this.#hold(around, { ...next, ms: served }), around)) continue;
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

  #hold(held: Float32Array | undefined, next: NewTimes): Float32Array {
    return held === undefined ? next.ms : hold(held, next, this.#options);
  }

  /** By region; and whether any of them is the network's own. */
  #timesOf(estimates: Estimates, client: ClientCell, added: Float32Array): NewTimes & { readonly isOwn: boolean } {
    const ms = new Float32Array(this.#regions.length).fill(Number.NaN);
    const uncertaintyMs = ms.slice();
    let isOwn = false;
    for (const [region, { name }] of this.#regions.entries()) {
      const estimate = estimates.estimate(client, name);
      if (estimate === undefined) continue;
      ms[region] = estimate.ms + added[region]!;
      uncertaintyMs[region] = estimate.uncertaintyMs;
      isOwn ||= estimate.source === 'network';
    }
    return { ms, uncertaintyMs, isOwn };
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
