import { z } from 'zod';
import { wholeNumber } from '../../util/whole-number.ts';

/** How many endpoints of a service must be left, whoever takes others out. */
export const atLeastUp = wholeNumber(0, 65_535);

const group = z.array(z.string('the name of a region')).min(2, 'two regions or more');

/** Rules that nobody breaks unawares: by hand or by a reload. */
export const safety = z
  .strictObject({
    atLeastUp: atLeastUp.default(0).meta({
      description:
        'How many endpoints of each service must be left up and not draining, or all of them where it has fewer. A service may say its own.',
    }),
    neverTogether: z
      .union([group.transform((one) => [one]), z.array(group)], { error: 'a list of regions, or a list of such lists' })
      .default([])
      .meta({ description: 'Regions of which one at most may be out: down, draining or removed.' }),
  })
  .prefault({})
  .meta({
    description:
      'What must hold whoever takes endpoints out. What would break it by hand or by a reload is refused, unless told --override.',
  });

export type ValidSafety = z.output<typeof safety>;
