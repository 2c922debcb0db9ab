import type { EndpointConfig } from '../../config/config.ts';
import type { Override } from '../../health/overrides.ts';
import type { OverrideTold } from '../telling/change.ts';
import type { Guarded } from './safety.ts';

/** What others are told of an override. `breaks` are the rules that it breaks, in words. */
export function told(
  what: OverrideTold['what'],
  { kind, name, force, untilMs, why }: Override,
  who: string,
  breaks: readonly string[],
): OverrideTold {
  const until = untilMs === undefined ? undefined : new Date(untilMs).toISOString();
  return { kind: 'override', what, target: kind, name, force, until, who, why, breaks };
}

/** The services whose answers may be others after these changes. */
export function servicesTouched(config: Guarded | undefined, changes: readonly OverrideTold[]): readonly string[] {
  const isOfRegion = ({ target }: OverrideTold): boolean => target === 'region';
  const regions = new Set(changes.filter(isOfRegion).map(({ name }) => name));
  // An endpoint is SERVICE/ENDPOINT, and no name has a slash.
  const services = new Set(changes.filter((change) => !isOfRegion(change)).map(({ name }) => name.split('/', 1)[0]));
  const isInside = ({ region }: EndpointConfig): boolean => region !== undefined && regions.has(region);
  return [...(config?.services.values() ?? [])]
    .filter(({ name, endpoints }) => services.has(name) || (regions.size > 0 && endpoints.some(isInside)))
    .map(({ name }) => name);
}
