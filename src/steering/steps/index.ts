import { canary } from './canary.ts';
import { fastest } from './fastest.ts';
import { fence } from './fence.ts';
import { limit } from './limit.ts';
import { map } from './map.ts';
import { nearest } from './nearest.ts';
import { ordered } from './ordered.ts';
import { rotate } from './rotate.ts';
import { sticky } from './sticky.ts';
import { weighted } from './weighted.ts';

/** Every kind of step, by the name it has in a config file. A new kind is a file beside this one and a line here. */
export const steps = { fence, canary, map, nearest, fastest, ordered, limit, weighted, sticky, rotate };

export type StepKind = keyof typeof steps;

type SettingsOf<K extends StepKind> = (typeof steps)[K] extends {
  readonly schema: { readonly _zod: { output: infer S } };
}
  ? S
  : never;

/** A step of a policy: its kind and what stands behind its name in the config file. */
export type ConfiguredStep = {
  readonly [K in StepKind]: { readonly kind: K; readonly settings: SettingsOf<K> };
}[StepKind];
