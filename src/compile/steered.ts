import type { Config } from '../config/config.ts';
import type { SteeredEndpoint, SteeredService } from '../steering/plan.ts';

/** The services of a configuration as steering sees them. */
export function steeredServices({
  services,
  regions,
}: Pick<Config, 'services' | 'regions'>): ReadonlyMap<string, SteeredService> {
  return new Map(
    [...services].map(([name, { policy, whenAllDown, answers, endpoints }]) => [
      name,
      {
        name,
        policy,
        whenAllDown,
        answers,
        endpoints: endpoints.map(
          ({ name: endpoint, region, service, weight }): SteeredEndpoint => ({
            name: endpoint,
            region: region === undefined ? undefined : regions.get(region),
            service,
            weight,
          }),
        ),
      },
    ]),
  );
}
