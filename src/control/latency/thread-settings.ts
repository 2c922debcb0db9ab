import { randomInt } from 'node:crypto';
import type { Config } from '../../config/config.ts';
import type { LatencyConfig } from '../../config/latency-config.ts';
import type { CountryTable } from '../../geo/countries.ts';
import type { Region } from '../../latency/reports/report.ts';
import { formatAddress } from '../../net/address.ts';
import { formatPrefix } from '../../net/prefix.ts';
import type { Band } from '../../steering/bands.ts';
import { flatten } from '../../steering/policy.ts';
import { TIE } from '../../steering/steps/fastest.ts';
import type { LearnerSettings, ListenerSettings } from './messages.ts';

/** The parts of a configuration that learning goes by. */
export type LearningConfig = Pick<Config, 'latency' | 'regions' | 'services'>;

/**
 * Unknown outside, so that nobody can prepare sources that collide. The same after each reload, so that what was
 * counted still counts.
 */
const SEED = randomInt(2 ** 31);

/** Regions that estimates can be made for: those of which it is known where they are. */
export function regionsOf({ regions }: Pick<Config, 'regions'>): readonly Region[] {
  return [...regions.values()].flatMap(({ name, location, country }) =>
    location === undefined ? [] : [{ name, ...location, ...(country !== undefined && { country }) }],
  );
}

export function learnerSettingsOf(
  config: LearningConfig,
  latency: LatencyConfig,
  countries: CountryTable,
): LearnerSettings {
  const { hysteresisMs, hysteresisPercent, halfLifeMs, sourceShareMax, file } = latency;
  const tie = widestBand(config);
  return {
    regions: regionsOf(config),
    countries,
    hold: { tieMs: tie.absolute, tiePercent: tie.percent, hysteresisMs, hysteresisPercent },
    ...{ halfLifeMs, sourceShareMax, file, seed: SEED },
  };
}

/** The widest band of any policy: clients may be sent to any region within it. */
function widestBand({ services }: Pick<Config, 'services'>): Band {
  const bands = [...services.values()].flatMap(({ policy }) =>
    flatten(policy).flatMap(({ step }) => (step.kind === 'fastest' ? [step.settings.within ?? TIE] : [])),
  );
  return {
    absolute: Math.max(0, ...bands.map(({ absolute }) => absolute)),
    percent: Math.max(0, ...bands.map(({ percent }) => percent)),
  };
}

export function listenerSettingsOf(config: LearningConfig, latency: LatencyConfig): ListenerSettings | undefined {
  const { listen, proxies, objects, agents, reportsPerMinute } = latency;
  return (
    listen && {
      host: formatAddress(listen.address),
      port: listen.port,
      proxies: proxies.map(formatPrefix),
      regions: regionsOf(config).map(({ name }) => name),
      ...{ objects, agents, reportsPerMinute },
    }
  );
}
