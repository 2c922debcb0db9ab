import type { Config } from '../config/config.ts';
import type { GeoMap } from '../geo/geomap.ts';
import type { Publication } from '../snapshot/snapshot.ts';
import { Classifier } from './classes.ts';
import { compileNames } from './names.ts';
import type { Present } from './present.ts';
import { CompiledService } from './services.ts';

/** What a publication carries besides its number. */
export type Blocks = Omit<Publication, 'generation'>;

/** A configuration and a map, compiled as far as they go without verdicts and resolved names. */
export class CompiledWorld {
  readonly #names: SharedArrayBuffer;
  readonly #classifier: Classifier;
  readonly #services = new Map<string, CompiledService>();

  constructor(config: Pick<Config, 'regions' | 'services' | 'zones'>, map: GeoMap) {
    this.#classifier = new Classifier(map);
    const slotOf = new Map([...config.services.keys()].map((name, slot) => [name, slot]));
    for (const [slot, service] of [...config.services.values()].entries()) {
      const surroundings = { regions: config.regions, slotOf, classifier: this.#classifier };
      this.#services.set(service.name, new CompiledService(service, slot, surroundings));
    }
    const named = new Map(
      [...config.services.values()].map(({ name, ttlSeconds }, slot) => [name, { slot, ttlSeconds }]),
    );
    this.#names = compileNames(config.zones, named);
  }

  /** Everything, for a worker that knows nothing. */
  compileAll(present: Present): Blocks {
    return {
      names: this.#names,
      tries: this.#classifier.tries,
      services: this.compileServices(this.#services.keys(), present).services,
    };
  }

  /** Only some services, after what they depend on changed. */
  compileServices(names: Iterable<string>, present: Present): Blocks {
    const services = [...names].flatMap((name) => {
      const service = this.#services.get(name);
      return service === undefined ? [] : [{ slot: service.slot, block: service.compile(present) }];
    });
    return { services };
  }
}
