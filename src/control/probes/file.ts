import type { ConfigOf } from '../../health/schema.ts';
import { blind, failure, type ProbeKind } from './probe.ts';
import type { StateFiles } from './state-files.ts';

/**
 * Succeeds while the file says that the address, or else the endpoint, is up. Of what it does not name nothing is
 * known.
 */
export function file(files: StateFiles): ProbeKind<ConfigOf<'file'>> {
  return {
    run({ path }, { endpoint = '', address }) {
      files.refresh(path);
      const state = files.state(path, [`${endpoint}/${address}`, endpoint, address]);
      if (typeof state === 'string') return Promise.resolve(blind(`${path}: ${state}`));
      const why = state.why.replace(/[\s\p{Cc}]+/gu, ' ').slice(0, 100);
      return Promise.resolve(state.isUp ? { ok: true } : failure(`${path} says down${why && `: ${why}`}`));
    },
    watch: ({ path }, _target, onNews) => files.watch(path, onNews),
  };
}
