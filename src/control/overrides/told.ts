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
  return [...(config?.services.values() ?? [])]
    .filter(({ name, endpoints }) =>
      changes.some(({ target, name: what }) => {
        if (target === 'region') return endpoints.some(({ region }) => region === what);
        return target === 'service' ? what === name : what.startsWith(`${name}/`);
      }),
    )
    .map(({ name }) => name);
}
