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
import type { Curriculum, ListenerSettings } from './messages.ts';

/** What is learned by. */
export type Learnable = Pick<Config, 'latency' | 'regions' | 'services'>;

/** Unknown outside, so that nobody can prepare sources that collide; of one process, so that what was counted stays so. */
const SEED = randomInt(2 ** 31);

/** Regions that estimates can be made for: those of which it is known where they are. */
export function regionsOf({ regions }: Pick<Config, 'regions'>): readonly Region[] {
  return [...regions.values()].flatMap(({ name, location, country }) =>
    location === undefined ? [] : [{ name, ...location, ...(country !== undefined && { country }) }],
  );
}

export function curriculumOf(config: Learnable, latency: LatencyConfig, countries: CountryTable): Curriculum {
  const { hysteresisMs, hysteresisPercent, halfLifeMs, sourceShareMax, file } = latency;
  const tie = widestBand(config);
  return {
    regions: regionsOf(config),
    countries,
    hold: { tieMs: tie.absolute, tiePercent: tie.percent, hysteresisMs, hysteresisPercent },
    ...{ halfLifeMs, sourceShareMax, file, seed: SEED },
  };
}

/** What counts as equal to any policy: clients may be at any region within it. */
function widestBand({ services }: Pick<Config, 'services'>): Band {
  const bands = [...services.values()].flatMap(({ policy }) =>
    flatten(policy).flatMap(({ step }) => (step.kind === 'fastest' ? [step.settings.within ?? TIE] : [])),
  );
  return {
    absolute: Math.max(0, ...bands.map(({ absolute }) => absolute)),
    percent: Math.max(0, ...bands.map(({ percent }) => percent)),
  };
}

export function listenerSettingsOf(config: Learnable, latency: LatencyConfig): ListenerSettings | undefined {
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
