import type { HeadedTrie } from '../net/trie-heads.ts';
import type { DemandTable } from './demand.ts';
import { NamesView } from './names-view.ts';
import { ServiceView } from './service.ts';
import type { PlaneSettings } from './settings.ts';
import type { StreamSettings } from './streams.ts';
import { viewTrie } from './trie.ts';

/**
 * What is published at once. If `names` is there, it is a whole world, which replaces everything. Otherwise only the
 * named tries and services change. A published block is never written again.
 */
export interface Publication {
  /** Goes up by one with each publication. */
  readonly generation: number;
  readonly settings?: PlaneSettings;
  readonly streams?: StreamSettings;
  /** Where a whole world's services and regions are counted. */
  readonly demand?: DemandTable;
  readonly names?: SharedArrayBuffer;
  readonly tries: readonly { readonly slot: number; readonly block: SharedArrayBuffer }[];
  readonly services: readonly { readonly slot: number; readonly block: SharedArrayBuffer }[];
}

/** The views of the blocks in force, in one worker. */
export class Snapshot {
  names: NamesView;
  tries: HeadedTrie[] = [];
  services: ServiceView[] = [];
  generation = 0;

  constructor(publication: Publication) {
    if (publication.names === undefined) throw new Error('the first publication must be a whole world');
    this.names = new NamesView(publication.names);
    this.apply(publication);
  }

  /** Puts a publication in force. All views are made before the first is put in force. */
  apply(publication: Publication): void {
    const names = publication.names === undefined ? this.names : new NamesView(publication.names);
    const isPart = publication.names === undefined;
    const tries = isPart ? this.tries : [];
    const services = isPart ? this.services : [];
    const trieViews = publication.tries.map(({ slot, block }) => ({ slot, view: viewTrie(block) }));
    const serviceViews = publication.services.map(({ slot, block }) => ({ slot, view: new ServiceView(block) }));
    for (const { slot, view } of trieViews) tries[slot] = view;
    for (const { slot, view } of serviceViews) services[slot] = view;
    this.names = names;
    this.tries = tries;
    this.services = services;
    this.generation = publication.generation;
  }
}
