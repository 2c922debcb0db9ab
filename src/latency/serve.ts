import { countryCode } from './cell-key.ts';
import type { ClientCell, Estimate, Estimates } from './estimates.ts';
import { ASN_SPAN } from './grouping.ts';
import { type HoldOptions, hold } from './hold.ts';
import type { Region } from './report.ts';
import { type ServedBlock, SOURCES } from './served.ts';

/** Networks that are served by themselves: each is a cell of its own in the tables of the data plane. */
export const NETWORKS_MAX = 16_384;

/** Groups stay apart in a row of numbers; networks by their names. */
type Name = number | string;

/** A row in the making. */
interface Row {
  readonly estimates: readonly (Estimate | undefined)[];
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

  /** @param before the one of other regions or options, which it follows. */
  constructor(regions: readonly Region[], options: HoldOptions, before?: Serving) {
    this.#regions = regions;
    this.#options = options;
    const names = regions.map(({ name }) => name).join();
    if (before !== undefined && before.#regions.map(({ name }) => name).join() === names) this.#held = before.#held;
  }

  /** @param addedMs by region: its own slowness, as health probes see it, for all clients alike. */
  serve(estimates: Estimates, addedMs: ReadonlyMap<string, number>): ServedBlock {
    const added = this.#regions.map(({ name }) => addedMs.get(name) ?? 0);
    const groups = new Map<number, Row>();
    for (const group of estimates.groups()) {
      const found = this.#estimatesOf(estimates, clientOf(group));
      const next = timesOf(found, added);
      groups.set(group, { estimates: found, served: this.#hold(this.#held.get(group), next) });
    }
    const networks = this.#networks(estimates, groups, added);
    this.#held = new Map([...groups, ...networks].map(([name, { served }]) => [name, served]));
    return this.#blockOf(estimates, groups, networks);
  }

  #networks(
    estimates: Estimates,
    groups: ReadonlyMap<number, Row>,
    added: readonly number[],
  ): ReadonlyMap<string, Row> {
    const own: { readonly network: string; readonly row: Row; readonly gainMs: number }[] = [];
    for (const { group, ...client } of estimates.networks()) {
      const found = this.#estimatesOf(estimates, client);
      if (!found.some((estimate) => estimate?.source === 'network')) continue;
      const next = timesOf(found, added);
      const parent = groups.get(group) ?? groups.get(Math.trunc(group / ASN_SPAN) * ASN_SPAN);
      const around = parent?.served ?? new Float32Array(next.length).fill(Number.NaN);
      const served = this.#hold(this.#held.get(client.network) ?? around, next);
      if (!isSame(this.#hold(around, served), around)) {
        own.push({ network: client.network, row: { estimates: found, served }, gainMs: gainMs(around, served) });
      }
    }
    // Those that gain the most, where there are too many.
    if (own.length > NETWORKS_MAX) own.sort((a, b) => b.gainMs - a.gainMs).length = NETWORKS_MAX;
    return new Map(own.map(({ network, row }) => [network, row]));
  }

  #hold(held: Float32Array | undefined, next: Float32Array): Float32Array {
    return held === undefined ? next : hold(held, next, this.#options);
  }

  #estimatesOf(estimates: Estimates, client: ClientCell): readonly (Estimate | undefined)[] {
    return this.#regions.map(({ name }) => estimates.estimate(client, name));
  }

  #blockOf(estimates: Estimates, groups: ReadonlyMap<number, Row>, networks: ReadonlyMap<string, Row>): ServedBlock {
    const rows = [...groups.values(), ...networks.values()];
    const figures = (figure: (estimate: Estimate) => number): Float32Array =>
      Float32Array.from(
        rows.flatMap((row) => row.estimates.map((one) => (one === undefined ? Number.NaN : figure(one)))),
      );
    const { baseMs, msPerKm, spreadMs } = estimates.fit;
    return {
      regions: this.#regions.map(({ name, latitude, longitude }) => ({ name, latitude, longitude })),
      groups: Float64Array.from(groups.keys()),
      networks: [...networks.keys()],
      ms: Float32Array.from(rows.flatMap(({ served }) => [...served])),
      uncertaintyMs: figures(({ uncertaintyMs }) => uncertaintyMs),
      samples: figures(({ samples }) => samples),
      ageSeconds: figures(({ ageMs }) => ageMs / 1000),
      sources: Uint8Array.from(figures(({ source }) => SOURCES.indexOf(source))),
      fit: { baseMs, msPerKm, spreadMs },
    };
  }
}

function clientOf(group: number): ClientCell {
  const country = countryCode(Math.trunc(group / ASN_SPAN));
  return { asn: group % ASN_SPAN, ...(country !== undefined && { country }) };
}

function timesOf(estimates: readonly (Estimate | undefined)[], added: readonly number[]): Float32Array {
  return Float32Array.from(estimates, (estimate, at) =>
    estimate === undefined ? Number.NaN : estimate.ms + added[at]!,
  );
}

function isSame(a: Float32Array, b: Float32Array): boolean {
  return a.every((value, at) => Object.is(value, b[at]));
}

/** What clients gain who are sent by their own times rather than by those of what they are in. */
function gainMs(around: Float32Array, own: Float32Array): number {
  const sent = around.indexOf(Math.min(...around.filter((ms) => !Number.isNaN(ms))));
  return (own[sent] ?? 0) - Math.min(...own.filter((ms) => !Number.isNaN(ms)));
}
