import type { Facts } from '../control/facts.ts';
import type { Verdict } from '../health/verdict.ts';
import { type OverrideStatus, overrideStatus } from './status-overrides.ts';

/** A region as a whole, as `aya status` shows it. */
export interface RegionRow {
  readonly region: string;
  /** Its state: by hand, else by configuration, else by its verdict. A verdict of unknown counts as up. */
  readonly state: 'up' | 'draining' | 'down' | 'unknown';
  readonly forced: OverrideStatus | undefined;
  /** By its own probe or its endpoints; undefined where nothing is probed in it. */
  readonly verdict: Verdict | undefined;
  readonly why: string | undefined;
  /** For how long the verdict has been what it is. */
  readonly forMs: number | undefined;
  /** Of the probed endpoints in it. */
  readonly endpoints: { readonly probed: number; readonly down: number };
}

export function regionRows(facts: Facts): readonly RegionRow[] {
  return [...facts.config.regions.keys()].map((region) => {
    const override = facts.operations.hand.overrides.get({ kind: 'region', name: region });
    const seen = facts.region(region);
    return {
      ...{ region, state: stateOf(facts, region, override?.force) },
      forced: override && overrideStatus(override),
      ...{ verdict: seen?.verdict, why: seen?.why, forMs: seen?.forMs },
      endpoints: { probed: seen?.all ?? 0, down: seen?.down ?? 0 },
    };
  });
}

function stateOf(facts: Facts, region: string, force: OverrideStatus['force'] | undefined): RegionRow['state'] {
  const verdict = facts.region(region)?.verdict;
  if (force === 'down' || (force !== 'up' && verdict === 'down')) return 'down';
  if (force === 'drain' || facts.config.regions.get(region)?.isDraining === true) return 'draining';
  return force === 'up' ? 'up' : (verdict ?? 'unknown');
}
