import type { ConfigOf } from '../../health/schema.ts';
import type { ProbeKind } from './probe.ts';
import type { Reports } from './reports.ts';

/** Succeeds while the endpoint's last report says so. */
export function push(reports: Reports): ProbeKind<ConfigOf<'push'>> {
  return {
    run({ token }, { endpoint = '', address }) {
      return Promise.resolve(reports.outcome({ endpoint, address, token }));
    },
    watch({ token, ttlMs }, { endpoint = '', address }, onNews) {
      return reports.await({ endpoint, address, token, ttlMs }, onNews);
    },
  };
}
