import type { Situation } from '../compile/part.ts';
import type { Distribution } from './shares.ts';
import { placeOf } from './targets.ts';

/** Clients that are sent elsewhere, as a share of all. */
export interface Flow {
  readonly from: string;
  readonly to: string;
  readonly share: number;
}

/** Where clients are sent, by the names of places, as shares that add up to 1. */
export type Placement = ReadonlyMap<string, number>;

/** A distribution by the regions of its endpoints. */
export function placementOf({ first, nothing }: Distribution, { plan }: Situation): Placement {
  const placement = new Map<string, number>();
  const add = (place: string, share: number): void => {
    placement.set(place, (placement.get(place) ?? 0) + share);
  };
  for (const [leaf, share] of first) add(placeOf(plan.leaves[leaf]), share);
  for (const [kind, share] of nothing) add(`(${kind})`, share);
  return placement;
}

/**
 * The least that has to move for one placement to become another: what a place loses goes to those that gain, in
 * proportion. It is what does move where clients stick, and where the same ones are a canary's each time.
 */
export function flowsBetween(before: Placement, after: Placement): readonly Flow[] {
  const places = [...new Set([...before.keys(), ...after.keys()])];
  const changes = places.map((place) => ({ place, change: (after.get(place) ?? 0) - (before.get(place) ?? 0) }));
  const gains = changes.filter(({ change }) => change > 1e-9);
  const gained = gains.reduce((sum, { change }) => sum + change, 0);
  return changes
    .filter(({ change }) => change < -1e-9)
    .flatMap(({ place: from, change }) =>
      gains.map((gain) => ({ from, to: gain.place, share: (-change * gain.change) / gained })),
    );
}

/** Flows added up by where they go from and to, the largest first. */
export class FlowSum {
  readonly #shares = new Map<string, Flow>();
  #weight = 0;

  /** @param weight how many clients there are. */
  add(flows: readonly Flow[], weight: number): void {
    this.#weight += weight;
    for (const { from, to, share } of flows) {
      const key = JSON.stringify([from, to]);
      const sum = (this.#shares.get(key)?.share ?? 0) + share * weight;
      this.#shares.set(key, { from, to, share: sum });
    }
  }

  get flows(): readonly Flow[] {
    const weight = this.#weight;
    if (weight === 0) return [];
    const flows = [...this.#shares.values()].map((flow) => ({ ...flow, share: flow.share / weight }));
    return flows.sort((a, b) => b.share - a.share);
  }

  /** The share of all clients that move. */
  get moved(): number {
    return this.flows.reduce((sum, { share }) => sum + share, 0);
  }
}
