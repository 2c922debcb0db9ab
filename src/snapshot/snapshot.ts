import { NamesView } from './names.ts';
import { ServiceView } from './service.ts';
import type { PlaneSettings } from './settings.ts';
import type { StreamSettings } from './streams.ts';
import { type TrieView, viewTrie } from './trie.ts';

/**
 * What is published in one go. A whole world (`names` is there) replaces all that was; else only the services named
 * change. A block that was published is never written again.
 */
export interface Publication {
  /** Counts up by one a publication. */
  readonly generation: number;
  readonly settings?: PlaneSettings;
  readonly streams?: StreamSettings;
  readonly names?: SharedArrayBuffer;
  readonly tries?: readonly SharedArrayBuffer[];
  readonly services: readonly { readonly slot: number; readonly block: SharedArrayBuffer }[];
}

/** The views of the blocks in force, in one worker. */
export class Snapshot {
  names: NamesView;
  tries: readonly TrieView[] = [];
  services: ServiceView[] = [];
  generation = 0;

  constructor(publication: Publication) {
    if (publication.names === undefined) throw new Error('the first publication must be a whole world');
    this.names = new NamesView(publication.names);
    this.apply(publication);
  }

  /** Takes a publication over. All views are made before the first is put in force. */
  apply(publication: Publication): void {
    const names = publication.names === undefined ? this.names : new NamesView(publication.names);
    const tries = publication.tries === undefined ? this.tries : publication.tries.map(viewTrie);
    const services = publication.names === undefined ? this.services : [];
    const views = publication.services.map(({ slot, block }) => ({ slot, view: new ServiceView(block) }));
    for (const { slot, view } of views) services[slot] = view;
    this.names = names;
    this.tries = tries;
    this.services = services;
    this.generation = publication.generation;
  }
}
