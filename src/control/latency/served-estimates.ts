import type { LatencyConfig } from '../../config/latency-config.ts';
import type { GeoMap } from '../../geo/geomap.ts';
import { layingNetworks } from '../../geo/measured-networks.ts';
import { Served } from '../../latency/serving/served.ts';
import { isServedAlike } from '../../latency/serving/served-block.ts';
import type { Knowledge } from '../../steering/step.ts';
import type { Sliced } from '../../util/slices.ts';
import { knowledgeOf } from './knowledge.ts';
import type { HandedEstimates } from './messages.ts';

/** Estimates that clients are sent by, with the way to look them up: an index of networks, which is made once. */
interface Indexed extends HandedEstimates {
  readonly served: Served;
}

/** What clients are sent by, and how a map is made of it. */
export class ServedEstimates {
  #current: Indexed | undefined;
  #latest: Served | undefined;
  #overlaid: { readonly map: GeoMap; readonly current: Indexed; readonly result: GeoMap } | undefined;

  get isKnown(): boolean {
    return this.#current !== undefined;
  }

  /** Networks that are served by themselves. */
  get networks(): number {
    return this.#current?.block.networks.length ?? 0;
  }

  /** Returns whether clients may be sent otherwise by these than by those before. */
  take(handed: HandedEstimates): boolean {
    const served = new Served(handed.block);
    this.#latest = served;
    if (this.#current !== undefined && isServedAlike(this.#current.block, handed.block)) return false;
    this.#current = { ...handed, served };
    return true;
  }

  forget(): void {
    this.#current = undefined;
    this.#overlaid = undefined;
  }

  /**
   * What to compile a configuration by: the map, with cells for networks that are served by themselves, and estimates.
   * In slices.
   */
  *overlaying(
    map: GeoMap,
    config: LatencyConfig | undefined,
  ): Sliced<{ readonly map: GeoMap; readonly knowledge?: Knowledge }> {
    const current = this.#current;
    if (config === undefined || current === undefined) return { map };
    if (this.#overlaid?.map !== map || this.#overlaid.current !== current) {
      this.#overlaid = { map, current, result: yield* layingNetworks(map, current.networks) };
    }
    const latest = (): Served => this.#latest ?? current.served;
    return { map: this.#overlaid.result, knowledge: knowledgeOf(current.served, latest, config.explorationPerMille) };
  }
}
