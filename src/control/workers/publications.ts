import type { Blocks } from '../../compile/world.ts';
import type { Publication } from '../../snapshot/snapshot.ts';
import { assert } from '../../util/assert.ts';

/** Numbers what is published, and keeps all of it that a worker must be given that starts now. */
export class Publications {
  #generation = 0;
  #current: Publication | undefined;

  /** The number of the last publication; 0 before the first. */
  get generation(): number {
    return this.#generation;
  }

  /** A whole world, with everything published since. */
  get current(): Publication {
    assert(this.#current !== undefined, 'a world comes before the workers');
    return this.#current;
  }

  /** Makes the next publication of blocks: a whole world, or the services that changed. */
  add(blocks: Blocks): Publication {
    const publication = { ...blocks, generation: ++this.#generation };
    this.#current = merged(this.#current, publication);
    return publication;
  }
}

function merged(current: Publication | undefined, publication: Publication): Publication {
  if (current === undefined || publication.names !== undefined) return publication;
  return {
    ...current,
    tries: latest([...current.tries, ...publication.tries]),
    services: latest([...current.services, ...publication.services]),
    generation: publication.generation,
  };
}

/** The last block of each slot. */
function latest<T extends { readonly slot: number }>(blocks: readonly T[]): readonly T[] {
  return [...new Map(blocks.map((block) => [block.slot, block])).values()];
}
