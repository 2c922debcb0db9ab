import { z } from 'zod';
import type { Step } from '../step.ts';
import { mappingLike } from '../written.ts';

const settings = z.strictObject({}, mappingLike('rotate'));

export type Rotate = z.output<typeof settings>;

/**
 * Round robin: each answer begins with the endpoint after the one that the last began with. Each worker counts for
 * itself.
 */
export const rotate: Step<Rotate> = {
  schema: settings.meta({ description: 'Round robin, in equal shares' }),
  bare: {},
  references: () => [],
  isIndependent: () => true,
  divide: () => ({ kind: 'rotate' }),
};
