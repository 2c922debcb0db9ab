import type { ClientCell } from '../estimating/estimate.ts';

/**
 * Networks that are served by themselves: each is a cell of its own in the tables of the data plane, and may be a class
 * of clients for which a service is decided again with each verdict that changes. That takes some ten microseconds.
 */
export const NETWORKS_MAX = 4096;

/** A network that would be sent elsewhere by its own times than by those of what it is in. */
export interface OwnNetwork {
  readonly client: ClientCell & { readonly network: string };
  /** By region, the times by which it is sent. */
  readonly ms: Float32Array;
  /** What it gains by them. */
  readonly gainMs: number;
}

/** Those that gain the most, where there are too many. Of a million no more than some are ever kept. */
export class OwnNetworks {
  readonly #found: OwnNetwork[] = [];

  add(network: OwnNetwork): void {
    this.#found.push(network);
    if (this.#found.length === 2 * NETWORKS_MAX) this.#keepBest();
  }

  /** At most {@link NETWORKS_MAX}. */
  best(): readonly OwnNetwork[] {
    this.#keepBest();
    return this.#found;
  }

  #keepBest(): void {
    const found = this.#found;
    if (found.length > NETWORKS_MAX) found.sort((a, b) => b.gainMs - a.gainMs).length = NETWORKS_MAX;
  }
}

/** What clients gain who are sent by their own times rather than by those of what they are in. */
export function gainMs(around: Float32Array, own: Float32Array): number {
  const sent = around.indexOf(Math.min(...around.filter((ms) => !Number.isNaN(ms))));
  return (own[sent] ?? 0) - Math.min(...own.filter((ms) => !Number.isNaN(ms)));
}
