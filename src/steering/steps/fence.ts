import { z } from 'zod';
import { areMeant, clients, referencesOfClients } from '../clients.ts';
import { referencesOfSelector, selector, selects } from '../selector.ts';
import type { Step } from '../step.ts';
import { mappingLike } from '../written.ts';

const settings = z.strictObject(
  {
    from: clients.optional().meta({ description: 'Which clients are fenced in. Without it: everyone' }),
    to: selector.meta({ description: 'The only regions that they may be sent to' }),
    else: z.enum(['refuse', 'none', 'all', 'ignore'], { error: 'refuse, none, all or ignore' }).default('refuse').meta({
      description:
        'While no endpoint within the fence is up. refuse: SERVFAIL. none: no data. all: those within as if they were up. ignore: as if there were no fence. Default: refuse',
    }),
  },
  mappingLike('{ from: ..., to: ..., else: ... }'),
);

export type Fence = z.output<typeof settings>;

/**
 * Some clients may be answered only endpoints in some regions, for data sovereignty. It holds for everything that comes
 * after, fallbacks and services within services included.
 */
export const fence: Step<Fence> = {
  schema: settings.meta({ description: 'Only endpoints in the regions that are allowed for the client' }),
  bare: undefined,
  references(written) {
    const { from, to } = Object(written) as { from?: unknown; to?: unknown };
    return [...referencesOfClients(from, ['from']), ...referencesOfSelector(to, ['to'])];
  },
  read: ({ from, to }, location, candidates) =>
    // A service within the service has the fence inside, around each of its own endpoints.
    areMeant(from, location) ? candidates.map((one) => (one.isService || selects(to, one) ? 1 : 0)) : [],
  isIndependent: () => true,
  // No facts: the client is not fenced in.
  admits: (_settings, facts, candidate) => facts.length === 0 || facts[candidate] === 1,
};
