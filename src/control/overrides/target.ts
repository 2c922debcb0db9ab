import { expectedTarget, type Overridable } from '../../config/overrides-file.ts';
import { OVERRIDE_KINDS, type OverrideTarget } from '../../health/overrides.ts';
import { nearestSpelling } from '../../util/spelling.ts';
import { explainNested } from './nested.ts';

/**
 * What a word of the command line means: `web/eu-west` is an endpoint, `eu-west` a region or a service;
 * `region:eu-west` and `service:eu-west` where it is the name of both. A text says why it means nothing.
 */
export function targetOf(word: string, known: Overridable): OverrideTarget | { readonly unknown: string } {
  const [, prefix, rest = word] = /^([a-z]+):(.*)$/s.exec(word) ?? [];
  const kinds = OVERRIDE_KINDS.filter((kind) => (prefix === undefined ? true : kind === prefix));
  if (kinds.length === 0) return { unknown: `there is no kind ${prefix}: say ${OVERRIDE_KINDS.join(', ')}` };
  const targets = kinds.filter((kind) => known[kind].includes(rest)).map((kind) => ({ kind, name: rest }));
  const [target, other] = targets;
  if (target === undefined) return { unknown: explainUnknown(rest, kinds, known) };
  if (other === undefined) return target;
  const ways = targets.map(({ kind, name }) => `${kind}:${name}`).join(' or ');
  return { unknown: `${rest} is a ${target.kind} and a ${other.kind}: say ${ways}` };
}

function explainUnknown(name: string, kinds: readonly OverrideTarget['kind'][], known: Overridable): string {
  const [kind] = kinds;
  const service = kinds.includes('endpoint') ? known.nested?.get(name) : undefined;
  if (service !== undefined) return explainNested({ name, service });
  if (kinds.length === 1 && kind !== undefined) {
    return `there is no ${kind} ${name}, expected ${expectedTarget({ kind, name }, known)}`;
  }
  const nearest = nearestSpelling(
    name,
    kinds.flatMap((one) => known[one]),
  );
  const hint = nearest === undefined ? 'aya status lists what there is' : `did you mean ${nearest}?`;
  return `there is no endpoint, region or service ${name}; ${hint}`;
}
