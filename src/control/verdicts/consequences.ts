import type { HealthConfig } from '../../health/schema-health.ts';
import type { Clock } from '../../util/clock.ts';
import type { Prober } from './prober.ts';
import { type RegionChange, RegionVerdicts } from './region-verdicts.ts';
import { ShareFactors } from './share-factors.ts';
import type { EndpointTarget } from './targets.ts';
import { TtlCaps } from './ttl-caps.ts';

export interface ConsequencesOptions {
  readonly clock: Clock;
  readonly prober: Pick<Prober<EndpointTarget>, 'status' | 'verdict' | 'latencyScore'>;
  /** Called when the answers of a service may have changed. */
  onService(service: string): void;
  onRegion(change: RegionChange): void;
}

/**
 * What follows from probes besides verdicts: regions that are down as a whole, shorter TTLs before a verdict changes,
 * smaller shares for slow endpoints.
 */
export class Consequences {
  readonly regions: RegionVerdicts;
  readonly ttlCaps: TtlCaps;
  readonly shares: ShareFactors;

  constructor({ clock, prober, onService, onRegion }: ConsequencesOptions) {
    const verdictOf = (key: string) => prober.verdict(key);
    const reasonOf = (key: string): string | undefined => {
      const last = prober.status(key)?.lastResult;
      return last?.ok === false ? last.reason : undefined;
    };
    this.regions = new RegionVerdicts({ nowMs: () => clock.nowMs(), verdictOf, reasonOf, onChange: onRegion });
    this.ttlCaps = new TtlCaps({ clock, statusOf: (key) => prober.status(key), verdictOf, onChange: onService });
    const scoreOf = (key: string): number => prober.latencyScore(key);
    this.shares = new ShareFactors({ clock, scoreOf, verdictOf, onChange: onService });
  }

  configure(targets: readonly EndpointTarget[], { regions, outliers, ttlMinSeconds }: HealthConfig): void {
    this.regions.configure(targets, regions);
    this.ttlCaps.configure(targets, ttlMinSeconds);
    this.shares.configure(targets, outliers);
  }

  stop(): void {
    this.ttlCaps.stop();
    this.shares.stop();
  }
}
