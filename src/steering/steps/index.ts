import { map } from './map.ts';
import { nearest } from './nearest.ts';
import { ordered } from './ordered.ts';
import { weighted } from './weighted.ts';

/** Every kind of step, by the name it has in a config file. A new kind is a file beside this one and a line here. */
export const steps = { map, nearest, ordered, weighted };

export type StepKind = keyof typeof steps;

type SettingsOf<K extends StepKind> = (typeof steps)[K] extends { read(settings: infer S, ...rest: never[]): unknown }
  ? S
  : never;

/** A step of a policy: its kind and what stands behind its name in the config file. */
export type ConfiguredStep = {
  readonly [K in StepKind]: { readonly kind: K; readonly settings: SettingsOf<K> };
}[StepKind];

/** An ordered list of steps, under a name. */
export interface Policy {
  readonly name: string;
  readonly steps: readonly ConfiguredStep[];
}
